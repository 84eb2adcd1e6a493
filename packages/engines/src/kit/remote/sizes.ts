import type { PixelSize } from '@diorama/contracts';

/** Sizes that a model accepts, or makes good pictures at. */
export interface SizeRule {
  /** Both edges are multiples of it. */
  readonly stepPx: number;
  /** Default 64. */
  readonly edgeMinPx?: number;
  /** Default 4096. */
  readonly edgeMaxPx?: number;
  readonly pixelsMin?: number;
  readonly pixelsMax?: number;
  /** Long edge over short edge. */
  readonly ratioMax?: number;
}

/** How much a wrong shape counts against a wrong area: it has to be cut away, while another area is only resampled. */
const SHAPE_WEIGHT = 20;

/** The size that keeps the rule and is nearest in shape, and near in area, to what is wanted. */
export function sizeByRule(wanted: PixelSize, rule: SizeRule): PixelSize {
  const { stepPx, edgeMinPx = 64, edgeMaxPx = 4_096, ratioMax = Number.POSITIVE_INFINITY } = rule;
  const { pixelsMin = 0, pixelsMax = Number.POSITIVE_INFINITY } = rule;
  const ratio = clamp(wanted.width / wanted.height, 1 / ratioMax, ratioMax);
  const longToShort = Math.max(ratio, 1 / ratio);
  const least = Math.max(pixelsMin, edgeMinPx ** 2 * longToShort);
  const most = Math.min(pixelsMax, edgeMaxPx ** 2 / longToShort);
  const pixels = Math.min(most, Math.max(least, wanted.width * wanted.height));
  const lowest = Math.ceil(edgeMinPx / stepPx);
  const highest = Math.floor(edgeMaxPx / stepPx);
  const steps = (px: number) => clamp(px / stepPx, lowest, highest);
  const width = Math.sqrt(pixels * ratio);
  let best: PixelSize | null = null;
  let leastPenalty = Number.POSITIVE_INFINITY;
  for (let across = Math.floor(steps(width * 0.8)); across <= Math.ceil(steps(width * 1.25)); across++)
    for (const down of new Set([
      Math.floor(steps((across * stepPx) / ratio)),
      Math.ceil(steps((across * stepPx) / ratio)),
    ])) {
      const size = { width: across * stepPx, height: down * stepPx };
      const area = size.width * size.height;
      if (
        area > pixelsMax ||
        Math.max(size.width, size.height) > ratioMax * Math.min(size.width, size.height)
      )
        continue;
      const penalty =
        SHAPE_WEIGHT * Math.abs(Math.log(size.width / size.height / ratio)) +
        Math.abs(Math.log(area / pixels)) +
        // Too small is better than nothing, and worse than everything else.
        (area < pixelsMin ? 1_000 : 0);
      if (penalty >= leastPenalty) continue;
      leastPenalty = penalty;
      best = size;
    }
  return best ?? { width: lowest * stepPx, height: lowest * stepPx };
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

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
