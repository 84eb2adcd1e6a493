import type { PixelSize } from '@diorama/contracts';

/**
 * Pixels in a service's steps with about the area and exactly about the ratio that were asked for.
 *
 * @param options.step Both edges are multiples of it.
 * @param options.maxPixels,options.minPixels Area limits; the edges keep their ratio.
 */
export function sizeInSteps(
  wanted: PixelSize,
  options: {
    readonly step: number;
    readonly minEdgePx: number;
    readonly maxEdgePx: number;
    readonly maxPixels?: number;
    readonly minPixels?: number;
  },
): PixelSize {
  const { step, minEdgePx, maxEdgePx, maxPixels = Number.POSITIVE_INFINITY, minPixels = 0 } = options;
  const ratio = wanted.width / wanted.height;
  const area = Math.min(maxPixels, Math.max(minPixels, wanted.width * wanted.height));
  let width = Math.sqrt(area * ratio);
  let height = width / ratio;
  const grow = Math.max(1, minEdgePx / Math.min(width, height));
  const shrink = Math.min(1, maxEdgePx / Math.max(width * grow, height * grow));
  width *= grow * shrink;
  height *= grow * shrink;
  const low = Math.ceil(minEdgePx / step) * step;
  const high = Math.floor(maxEdgePx / step) * step;
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  const best = (['round', 'floor', 'ceil'] as const)
    .flatMap((byWidth) =>
      (['round', 'floor', 'ceil'] as const).map((byHeight) => ({
        width: clamp(Math[byWidth](width / step) * step),
        height: clamp(Math[byHeight](height / step) * step),
      })),
    )
    .filter((size) => size.width * size.height <= maxPixels * 1.000001)
    .toSorted((a, b) => misfit(a, ratio, area) - misfit(b, ratio, area))[0];
  return (
    best ?? { width: clamp(Math.floor(width / step) * step), height: clamp(Math.floor(height / step) * step) }
  );
}

/** The ratio weighs most: a cut or a pad is worse than a few pixels more or less. */
function misfit(size: PixelSize, ratio: number, area: number): number {
  return (
    Math.abs(Math.log(size.width / size.height / ratio)) * 10 +
    Math.abs(Math.log((size.width * size.height) / area))
  );
}

/** Of a service's list (`16:9` and the like), the ratio nearest to the wanted shape; the first when two are as near. */
export function nearestRatio<R extends string>(ratios: readonly R[], wanted: PixelSize): R {
  const target = Math.log(wanted.width / wanted.height);
  const [best] = ratios.toSorted((a, b) => Math.abs(logRatio(a) - target) - Math.abs(logRatio(b) - target));
  if (best === undefined) throw new RangeError('a list of ratios is empty');
  return best;
}

/** Width divided by height of `16:9`. */
export function ratioOfText(ratio: string): number {
  return Math.exp(logRatio(ratio));
}

function logRatio(ratio: string): number {
  const [width, height] = ratio.split(':').map(Number);
  return Math.log((width ?? 1) / (height ?? 1));
}
