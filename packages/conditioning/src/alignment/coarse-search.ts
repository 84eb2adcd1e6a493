import { type EdgeField, findEdges } from './edge-field.ts';
import { createFft2d } from './fft.ts';
import { type GrayPlane, resampleArea } from './gray-plane.ts';
import { farthestMove, type Placement } from './placement.ts';

/** Zooms that are tried, and beyond which nobody should look: a picture that differs more is another picture. */
const SCALE_MIN = 0.88;
const SCALE_MAX = 1.12;
const SCALE_STEPS = 13;
/** Farthest shift looked for, as a share of width and height. */
const SHIFT_MAX = 0.17;
/** The longer edge, and the square around it that keeps shifted pictures from meeting themselves. */
const EDGE = 96;
const SIDE = 128;

export interface Guess {
  readonly placement: Placement;
  /** Correlation of the edge fields, 0 to 1. */
  readonly score: number;
}

const fft = createFft2d(SIDE);

/**
 * Tries every zoom and shift at a small size: the edge fields are correlated by Fourier transform, once for each zoom.
 *
 * @returns The best guesses, each a different place, best first.
 */
export function searchCoarsely(reference: GrayPlane, candidate: GrayPlane, count: number): Guess[] {
  const factor = EDGE / Math.max(candidate.width, candidate.height);
  const width = Math.max(8, Math.round(candidate.width * factor));
  const height = Math.max(8, Math.round(candidate.height * factor));
  const ratio = width / height;
  const target = spectrum(findEdges(resampleArea(candidate, width, height)));
  const source = resampleArea(reference, width * 2, height * 2);
  const reachX = Math.min(Math.ceil(SHIFT_MAX * width), (SIDE - width) >> 1);
  const reachY = Math.min(Math.ceil(SHIFT_MAX * height), (SIDE - height) >> 1);

  const found: Guess[] = [];
  for (let step = 0; step < SCALE_STEPS; step++) {
    const scale = SCALE_MIN + ((SCALE_MAX - SCALE_MIN) * step) / (SCALE_STEPS - 1);
    const { re, im, energy } = spectrum(findEdges(zoomed(source, scale, width, height)));
    for (let i = 0; i < re.length; i++) {
      const a = target.re[i]! * re[i]! + target.im[i]! * im[i]!;
      const b = target.im[i]! * re[i]! - target.re[i]! * im[i]!;
      re[i] = a;
      im[i] = b;
    }
    fft.inverse(re, im);
    const norm = 1 / (SIDE * SIDE * Math.sqrt(Math.max(1e-12, energy * target.energy)));
    const at = (dx: number, dy: number) => re[((dy + SIDE) % SIDE) * SIDE + ((dx + SIDE) % SIDE)]! * norm;
    for (let dy = -reachY; dy <= reachY; dy++) {
      for (let dx = -reachX; dx <= reachX; dx++) {
        const score = at(dx, dy);
        if (
          score <= 0 ||
          score < at(dx - 1, dy) ||
          score < at(dx + 1, dy) ||
          score < at(dx, dy - 1) ||
          score < at(dx, dy + 1)
        )
          continue;
        const placement = {
          scale,
          shiftX: (dx + vertexOf(at(dx - 1, dy), score, at(dx + 1, dy))) / width,
          shiftY: (dy + vertexOf(at(dx, dy - 1), score, at(dx, dy + 1))) / width,
        };
        found.push({ placement, score });
      }
    }
  }
  found.sort((a, b) => b.score - a.score);
  const best: Guess[] = [];
  for (const guess of found) {
    if (best.length >= count) break;
    if (best.some(({ placement }) => farthestMove(guess.placement, ratio, placement) < 2.5 / width)) continue;
    best.push(guess);
  }
  return best;
}

/** Where the parabola through three neighbours has its top, -0.5 to 0.5. */
function vertexOf(before: number, here: number, after: number): number {
  const bend = before - 2 * here + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend)) : 0;
}

/** The plane enlarged about its centre by `scale`, at half its size; 0 slope beyond its edge. */
function zoomed(
  { width, height, data }: GrayPlane,
  scale: number,
  toWidth: number,
  toHeight: number,
): GrayPlane {
  const out = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const sy = clamp(((y + 0.5 - toHeight / 2) / scale) * (height / toHeight) + height / 2 - 0.5, height - 1);
    const y0 = Math.min(height - 2, sy | 0);
    const fy = sy - y0;
    for (let x = 0; x < toWidth; x++) {
      const sx = clamp(((x + 0.5 - toWidth / 2) / scale) * (width / toWidth) + width / 2 - 0.5, width - 1);
      const x0 = Math.min(width - 2, sx | 0);
      const fx = sx - x0;
      const i = y0 * width + x0;
      const upper = data[i]! + (data[i + 1]! - data[i]!) * fx;
      const lower = data[i + width]! + (data[i + width + 1]! - data[i + width]!) * fx;
      out[y * toWidth + x] = upper + (lower - upper) * fy;
    }
  }
  return { width: toWidth, height: toHeight, data: out };
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : Math.min(value, max);
}

function spectrum({ width, height, re, im }: EdgeField): {
  re: Float64Array;
  im: Float64Array;
  energy: number;
} {
  const out = { re: new Float64Array(SIDE * SIDE), im: new Float64Array(SIDE * SIDE), energy: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * width + x;
      out.re[y * SIDE + x] = re[from]!;
      out.im[y * SIDE + x] = im[from]!;
      out.energy += re[from]! * re[from]! + im[from]! * im[from]!;
    }
  }
  fft.forward(out.re, out.im);
  return out;
}
