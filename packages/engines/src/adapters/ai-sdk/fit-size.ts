import type { PixelSize } from '@diorama/contracts';

/** Sizes that a model with free sizes accepts. */
export interface SizeRule {
  /** Both edges are multiples of it. */
  readonly stepPx: number;
  readonly longEdgeMaxPx: number;
  readonly pixelsMin: number;
  readonly pixelsMax: number;
  /** Long edge over short edge. */
  readonly ratioMax: number;
}

/** How much a wrong shape counts against a wrong area: one per cent of the first is as bad as twenty of the second. */
const SHAPE_WEIGHT = 20;

/** The accepted size that is nearest in shape, and near in area, to what is wanted. */
export function fitSize(wanted: PixelSize, rule: SizeRule): PixelSize {
  const { stepPx, longEdgeMaxPx, pixelsMin, pixelsMax, ratioMax } = rule;
  const ratio = clamp(wanted.width / wanted.height, 1 / ratioMax, ratioMax);
  const pixelsAtLongestEdge = longEdgeMaxPx ** 2 / Math.max(ratio, 1 / ratio);
  const pixels = Math.min(clamp(wanted.width * wanted.height, pixelsMin, pixelsMax), pixelsAtLongestEdge);
  const width = Math.sqrt(pixels * ratio);
  let best: PixelSize | undefined;
  let least = Number.POSITIVE_INFINITY;
  const first = Math.max(1, Math.floor((width * 0.8) / stepPx));
  const last = Math.ceil((width * 1.25) / stepPx);
  for (let across = first; across <= last; across++) {
    const ideal = (across * stepPx) / ratio / stepPx;
    for (const down of new Set([Math.max(1, Math.floor(ideal)), Math.max(1, Math.ceil(ideal))])) {
      const size = { width: across * stepPx, height: down * stepPx };
      if (!fits(size, rule)) continue;
      const penalty =
        SHAPE_WEIGHT * Math.abs(Math.log(size.width / size.height / ratio)) +
        Math.abs(Math.log((size.width * size.height) / pixels));
      if (penalty >= least) continue;
      least = penalty;
      best = size;
    }
  }
  if (best === undefined) throw new RangeError('No size keeps the rule.');
  return best;
}

function fits({ width, height }: PixelSize, rule: SizeRule): boolean {
  const long = Math.max(width, height);
  const pixels = width * height;
  return (
    long <= rule.longEdgeMaxPx &&
    long <= rule.ratioMax * Math.min(width, height) &&
    pixels >= rule.pixelsMin &&
    pixels <= rule.pixelsMax
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
