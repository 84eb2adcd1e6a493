import { autoExposure } from '../auto-exposure.ts';
import { FRAME_MARGIN, frameOf, mirrored } from '../frame.ts';
import type { DenoiseInput } from '../image.ts';
import { INPUT, LAST_LAYER, LAYERS, type LayerWeights } from '../network.ts';

/**
 * The same denoiser written as plainly as possible: whole feature maps, convolution by definition, concatenation by copying. It is
 * what the kernel is checked and timed against, and is far too slow for anything else.
 */
export function denoiseReference(
  input: DenoiseInput,
  weights: ReadonlyMap<string, LayerWeights>,
): Float32Array {
  const exposure = autoExposure(input);
  const maps = new Map<string, FeatureMap>([[INPUT, encodeInput(input, exposure)]]);
  for (const layer of LAYERS) {
    const sources: FeatureMap[] = [];
    if (layer.up !== undefined) sources.push(upsample(maps.get(layer.up)!));
    if (layer.direct !== undefined) sources.push(maps.get(layer.direct)!);
    const result = convolve(concatenate(sources), weights.get(layer.name)!);
    maps.set(layer.name, layer.pooled ? maxPool(result) : result);
  }
  return decodeResult(maps.get(LAST_LAYER)!, input.width, input.height, exposure);
}

/** Values in the order channel, row, column. */
interface FeatureMap {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

const createMap = (channels: number, width: number, height: number): FeatureMap => ({
  channels,
  width,
  height,
  values: new Float32Array(channels * width * height),
});

function convolve(source: FeatureMap, { weights, bias, outChannels }: LayerWeights): FeatureMap {
  const { channels, width, height, values } = source;
  const result = createMap(outChannels, width, height);
  for (let oc = 0; oc < outChannels; oc++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = bias[oc]!;
        for (let ic = 0; ic < channels; ic++) {
          for (let j = 0; j < 3; j++) {
            const sourceY = y + j - 1;
            if (sourceY < 0 || sourceY >= height) continue;
            for (let i = 0; i < 3; i++) {
              const sourceX = x + i - 1;
              if (sourceX < 0 || sourceX >= width) continue;
              const weight = weights[((oc * channels + ic) * 3 + j) * 3 + i]!;
              sum += weight * values[(ic * height + sourceY) * width + sourceX]!;
            }
          }
        }
        result.values[(oc * height + y) * width + x] = Math.max(0, sum);
      }
    }
  }
  return result;
}

function maxPool(source: FeatureMap): FeatureMap {
  const result = createMap(source.channels, source.width / 2, source.height / 2);
  let out = 0;
  for (let c = 0; c < result.channels; c++) {
    for (let y = 0; y < result.height; y++) {
      for (let x = 0; x < result.width; x++) {
        const at = (c * source.height + 2 * y) * source.width + 2 * x;
        const { values, width } = source;
        result.values[out++] = Math.max(
          values[at]!,
          values[at + 1]!,
          values[at + width]!,
          values[at + width + 1]!,
        );
      }
    }
  }
  return result;
}

function upsample(source: FeatureMap): FeatureMap {
  const result = createMap(source.channels, source.width * 2, source.height * 2);
  let out = 0;
  for (let c = 0; c < result.channels; c++) {
    for (let y = 0; y < result.height; y++) {
      for (let x = 0; x < result.width; x++) {
        result.values[out++] = source.values[(c * source.height + (y >> 1)) * source.width + (x >> 1)]!;
      }
    }
  }
  return result;
}

function concatenate(maps: readonly FeatureMap[]): FeatureMap {
  const { width, height } = maps[0]!;
  const result = createMap(
    maps.reduce((sum, map) => sum + map.channels, 0),
    width,
    height,
  );
  let at = 0;
  for (const { values } of maps) {
    result.values.set(values, at);
    at += values.length;
  }
  return result;
}

const clamp = (x: number, low: number, high: number): number =>
  Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, x));

/** Open Image Denoise's perceptually uniform curve. */
function toCurve(y: number): number {
  if (y <= 1.5794576e-6) return 1412.83765 * y;
  if (y <= 3.22087631e-2) return 1.64593172 * y ** 0.431384981 - 2.94139609e-3;
  return 0.192653254 * Math.log(y + 6.26026094e-3) + 0.998620152;
}

function fromCurve(x: number): number {
  if (x <= 2.23151711e-3) return x / 1412.83765;
  if (x <= 0.370974749) return ((x + 2.94139609e-3) / 1.64593172) ** (1 / 0.431384981);
  return Math.exp((x - 0.998620152) / 0.192653254) - 6.26026094e-3;
}

const HDR_MAX = 65504;

function encodeInput(input: DenoiseInput, exposure: number): FeatureMap {
  const frame = frameOf(input);
  const map = createMap(9, frame.width, frame.height);
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      for (let k = 0; k < 3; k++) {
        const from = (mirrored(y, input.height) * input.width + mirrored(x, input.width)) * 3 + k;
        const put = (channel: number, value: number): void => {
          map.values[(channel * map.height + y) * map.width + x] = value;
        };
        put(k, toCurve(clamp(input.color[from]! * exposure, 0, HDR_MAX)) / toCurve(HDR_MAX));
        put(3 + k, clamp(input.albedo[from]!, 0, 1));
        put(6 + k, clamp(input.normal[from]!, -1, 1) * 0.5 + 0.5);
      }
    }
  }
  return map;
}

function decodeResult(map: FeatureMap, width: number, height: number, exposure: number): Float32Array {
  const color = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < 3; k++) {
        const at = (k * map.height + y + FRAME_MARGIN) * map.width + x + FRAME_MARGIN;
        const value = map.values[at]! * toCurve(HDR_MAX);
        color[(y * width + x) * 3 + k] = Math.max(0, fromCurve(value)) / exposure;
      }
    }
  }
  return color;
}
