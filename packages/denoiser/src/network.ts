import { DenoiserError } from './errors.ts';
import type { Tensor } from './tza.ts';

/** Channels of the network's input: colour, albedo, normal. */
export const INPUT_CHANNELS = 9;
/** The network halves the image this many times; sizes are padded to a multiple of 2 to this power. */
const HALVINGS = 4;
export const SIZE_MULTIPLE = 2 ** HALVINGS;

/** Name of the input wherever layers are named as sources. */
export const INPUT = 'input';

/** A 3x3 convolution with ReLU. */
export interface LayerSpec {
  readonly name: string;
  /** Resolution it runs at: image size / 2^level. A pooled layer's result has the next level. */
  readonly level: number;
  /** Source one level down, doubled by nearest neighbour. Its channels come first. */
  readonly up?: string;
  /** Source of the same level. */
  readonly direct?: string;
  /** Whether a 2x2 maximum follows. The result before it is used by no one. */
  readonly pooled: boolean;
}

const encoder = (name: string, level: number, direct: string, pooled: boolean): LayerSpec => ({
  name,
  level,
  direct,
  pooled,
});
const decoder = (name: string, level: number, sources: { up?: string; direct?: string }): LayerSpec => ({
  name,
  level,
  ...sources,
  pooled: false,
});

/**
 * The U-Net of Open Image Denoise (small and base have the same layers and differ in channels), in an order in which every source
 * comes before its use.
 */
export const LAYERS: readonly LayerSpec[] = [
  encoder('enc_conv0', 0, INPUT, false),
  encoder('enc_conv1', 0, 'enc_conv0', true),
  encoder('enc_conv2', 1, 'enc_conv1', true),
  encoder('enc_conv3', 2, 'enc_conv2', true),
  encoder('enc_conv4', 3, 'enc_conv3', true),
  encoder('enc_conv5a', 4, 'enc_conv4', false),
  encoder('enc_conv5b', 4, 'enc_conv5a', false),
  decoder('dec_conv4a', 3, { up: 'enc_conv5b', direct: 'enc_conv3' }),
  decoder('dec_conv4b', 3, { direct: 'dec_conv4a' }),
  decoder('dec_conv3a', 2, { up: 'dec_conv4b', direct: 'enc_conv2' }),
  decoder('dec_conv3b', 2, { direct: 'dec_conv3a' }),
  decoder('dec_conv2a', 1, { up: 'dec_conv3b', direct: 'enc_conv1' }),
  decoder('dec_conv2b', 1, { direct: 'dec_conv2a' }),
  decoder('dec_conv1a', 0, { up: 'dec_conv2b', direct: INPUT }),
  decoder('dec_conv1b', 0, { direct: 'dec_conv1a' }),
  decoder('dec_conv0', 0, { direct: 'dec_conv1b' }),
];

/** The layer whose three channels are the result. */
export const LAST_LAYER = 'dec_conv0';

/** Weights of one layer, checked against the network. */
export interface LayerWeights {
  readonly upChannels: number;
  readonly directChannels: number;
  readonly outChannels: number;
  /** [output channel][input channel][row][column] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Matches the tensors of a file with the layers.
 *
 * @throws {DenoiserError} `weights-corrupt` when a layer is missing or its shape does not fit its neighbours.
 */
export function bindWeights(tensors: ReadonlyMap<string, Tensor>): Map<string, LayerWeights> {
  const bound = new Map<string, LayerWeights>();
  const channelsOf = (source: string | undefined): number => {
    if (source === undefined) return 0;
    return source === INPUT ? INPUT_CHANNELS : bound.get(source)!.outChannels;
  };
  for (const layer of LAYERS) {
    const weights = tensors.get(`${layer.name}.weight`);
    const bias = tensors.get(`${layer.name}.bias`);
    const upChannels = channelsOf(layer.up);
    const directChannels = channelsOf(layer.direct);
    const outChannels = bias?.values.length ?? 0;
    const expected = [outChannels, upChannels + directChannels, 3, 3];
    const fits =
      weights !== undefined &&
      bias?.shape.length === 1 &&
      weights.shape.length === 4 &&
      expected.every((size, d) => size === weights.shape[d]) &&
      (layer.name !== LAST_LAYER || outChannels === 3);
    if (!fits)
      throw new DenoiserError('weights-corrupt', `Layer ${layer.name} is missing or has another shape.`);
    bound.set(layer.name, {
      upChannels,
      directChannels,
      outChannels,
      weights: weights.values,
      bias: bias.values,
    });
  }
  return bound;
}
