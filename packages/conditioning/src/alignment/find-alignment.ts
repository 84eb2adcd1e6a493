import { agreement } from './agreement.ts';
import { searchCoarsely } from './coarse-search.ts';
import { findEdges, soften } from './edge-field.ts';
import { pickEdges } from './edge-points.ts';
import { type GrayPlane, resampleArea } from './gray-plane.ts';
import { farthestMove, IN_PLACE, type Placement } from './placement.ts';
import { polish } from './polish.ts';
import { refine } from './refine.ts';

/** How a candidate lies over a reference. */
export interface Alignment {
  /** The candidate shows the reference this much larger, about the centre. */
  readonly scale: number;
  /** Pixels of the candidate, to the right. */
  readonly shiftXPx: number;
  /** Pixels of the candidate, downwards. */
  readonly shiftYPx: number;
  /** 0 to 1: how much of the pictures' edges agree on it. */
  readonly confidence: number;
  /** Nothing to repair. */
  readonly isAligned: boolean;
  /** Enough of the pictures agrees to move pixels for it. */
  readonly isReliable: boolean;
}

/** Long edges at which guesses are compared, and at which the best one is made exact. */
const MIDDLE_EDGE = 256;
const FINE_EDGE = 512;
const GUESSES = 6;
const MIDDLE_POINTS = 1_200;
const FINE_POINTS = 5_000;
const EXACT_POINTS = 40_000;
/** What moves no corner further than this many pixels is left alone, for sharpness is worth more. */
const ALIGNED_PX = 0.75;
/** The same for large pictures, as a share of the width. */
const ALIGNED_SHARE = 0.75 / 1024;
const RELIABLE = 0.5;
/** So much agreement in place ends the search. */
const CERTAIN = 0.8;
/** Below this many pixels there is nothing to compare. */
const SMALLEST_EDGE = 32;

const UNKNOWN: Alignment = {
  scale: 1,
  shiftXPx: 0,
  shiftYPx: 0,
  confidence: 0,
  isAligned: false,
  isReliable: false,
};

/**
 * Finds how a picture was moved and zoomed against the one it was made from, whatever became of its colours, tones
 * and textures. Zooms from 0.88 to 1.12 and shifts up to 17 % of each edge are looked for; turning and stretching are not.
 *
 * @param candidate Of the same ratio; another size is fine.
 */
export function findAlignment(reference: GrayPlane, candidate: GrayPlane): Alignment {
  if (Math.min(reference.width, reference.height, candidate.width, candidate.height) < SMALLEST_EDGE)
    return UNKNOWN;
  const ratio = candidate.width / candidate.height;
  const fineSize = sizeWithin(candidate, FINE_EDGE);
  const middleSize = sizeWithin(candidate, MIDDLE_EDGE);
  const [fineReference, fineCandidate] = [reference, candidate].map((plane) =>
    resampleArea(plane, fineSize.width, fineSize.height),
  ) as [GrayPlane, GrayPlane];
  const [middleReference, middleCandidate] = [fineReference, fineCandidate].map((plane) =>
    resampleArea(plane, middleSize.width, middleSize.height),
  ) as [GrayPlane, GrayPlane];

  const field = findEdges(middleCandidate);
  const sharp = { ...field, re: field.re.slice(), im: field.im.slice() };
  soften([field.re, field.im], middleSize, 2);
  soften([sharp.re, sharp.im], middleSize, 1);
  const points = pickEdges(findEdges(middleReference), MIDDLE_POINTS);
  if (points.count === 0) return UNKNOWN;
  const pixel = 1 / middleSize.width;
  const climb = (guess: Placement) => refine(points, field, guess, { from: 1.5 * pixel, to: 0.35 * pixel });
  let best = climb(IN_PLACE);
  // An engine that changed nothing is the usual case: where nearly all parts agree on it, nothing else is looked for.
  if (agreement(points, sharp, best.placement) < CERTAIN)
    for (const { placement } of searchCoarsely(middleReference, middleCandidate, GUESSES)) {
      const climbed = climb(placement);
      // In place wins over a guess that is as good.
      if (climbed.score > best.score * 1.02 || best.score < 0) best = climbed;
    }

  // Noise costs more of the last tenth of a pixel than sharpness brings.
  soften([fineReference.data, fineCandidate.data], fineSize, 1);
  const finePixel = 1 / fineSize.width;
  const fineField = findEdges(fineCandidate);
  const fineEdges = findEdges(fineReference);
  const finePoints = pickEdges(fineEdges, FINE_POINTS);
  const exactPoints = pickEdges(fineEdges, EXACT_POINTS);
  const climbed = refine(finePoints, fineField, best.placement, {
    from: 0.8 * finePixel,
    to: 0.1 * finePixel,
  });
  const { placement } = polish(exactPoints, fineField, climbed.placement, 0.5 * finePixel);
  const { scale, shiftX, shiftY } = placement;

  const confidence = agreement(points, sharp, placement);
  const move = farthestMove(placement, ratio);
  return {
    scale,
    shiftXPx: shiftX * candidate.width,
    // The fine size has whole pixels, so its ratio may be a little off.
    shiftYPx: shiftY * fineSize.width * (candidate.height / fineSize.height),
    confidence,
    isAligned:
      confidence >= RELIABLE &&
      move * candidate.width <= Math.max(ALIGNED_PX, ALIGNED_SHARE * candidate.width),
    isReliable: confidence >= RELIABLE,
  };
}

function sizeWithin({ width, height }: GrayPlane, edge: number): { width: number; height: number } {
  const factor = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
