import { COMPONENTS, NARROW, splitOutputChannels, WIDE } from './kernel-layout.ts';
import { LAYERS, type LayerWeights } from './network.ts';

/** One layer in the kernel's layout. Places count floats from the start of `PackedModel.values`. */
export interface PackedLayer {
  readonly name: string;
  readonly upChannels: number;
  readonly directChannels: number;
  readonly outChannels: number;
  readonly wideBlocks: number;
  readonly narrowBlocks: number;
  readonly weightsAt: number;
  readonly biasAt: number;
}

/** A model ready for the kernel: plain data, so it can be sent to workers as it is. */
export interface PackedModel {
  readonly layers: readonly PackedLayer[];
  readonly values: Float32Array;
}

/** Winograd's weight transform G g G^T of a 3x3 filter, F(2x2, 3x3). In doubles; rounded once when stored. */
function transformFilter(filter: Float32Array, at: number, out: Float64Array): void {
  const rows = new Float64Array(12);
  for (let column = 0; column < 3; column++) {
    const a = filter[at + column]!;
    const b = filter[at + 3 + column]!;
    const c = filter[at + 6 + column]!;
    rows[column] = a;
    rows[3 + column] = (a + b + c) / 2;
    rows[6 + column] = (a - b + c) / 2;
    rows[9 + column] = c;
  }
  for (let row = 0; row < 4; row++) {
    const a = rows[3 * row]!;
    const b = rows[3 * row + 1]!;
    const c = rows[3 * row + 2]!;
    out[4 * row] = a;
    out[4 * row + 1] = (a + b + c) / 2;
    out[4 * row + 2] = (a - b + c) / 2;
    out[4 * row + 3] = c;
  }
}

/** Transforms the weights and puts them in the order the kernel reads them: [block][component][input channel][channel of the block]. */
export function packModel(weights: ReadonlyMap<string, LayerWeights>): PackedModel {
  const layers: PackedLayer[] = [];
  let size = 0;
  for (const { name } of LAYERS) {
    const { upChannels, directChannels, outChannels } = weights.get(name)!;
    const { wideBlocks, narrowBlocks } = splitOutputChannels(outChannels);
    const padded = wideBlocks * WIDE + narrowBlocks * NARROW;
    const weightsAt = size;
    const biasAt = weightsAt + padded * (upChannels + directChannels) * COMPONENTS;
    size = biasAt + padded;
    layers.push({
      name,
      upChannels,
      directChannels,
      outChannels,
      wideBlocks,
      narrowBlocks,
      weightsAt,
      biasAt,
    });
  }

  const values = new Float32Array(size);
  const products = new Float64Array(COMPONENTS);
  for (const layer of layers) {
    const source = weights.get(layer.name)!;
    const channels = layer.upChannels + layer.directChannels;
    values.set(source.bias, layer.biasAt);
    for (let oc = 0; oc < layer.outChannels; oc++) {
      const wide = oc < layer.wideBlocks * WIDE;
      const width = wide ? WIDE : NARROW;
      const lane = wide ? oc % WIDE : (oc - layer.wideBlocks * WIDE) % NARROW;
      const blockAt = layer.weightsAt + (oc - lane) * channels * COMPONENTS;
      for (let ic = 0; ic < channels; ic++) {
        transformFilter(source.weights, (oc * channels + ic) * 9, products);
        for (let component = 0; component < COMPONENTS; component++) {
          values[blockAt + (component * channels + ic) * width + lane] = products[component]!;
        }
      }
    }
  }
  return { layers, values };
}
