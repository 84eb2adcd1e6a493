import { LUMA_B, LUMA_G, LUMA_R } from './colour.ts';

/**
 * Scene radiance (exposed so that 0.18 is mid grey) to display-linear 0 to 1.
 *
 * - `filmic`: AgX by Troy Sobotka: channels are drawn together before a sigmoid on log2 light and apart after it, so
 *   that bright colours go to white the way film does. For suns, skies, neon.
 * - `neutral`: Khronos PBR Neutral: colours up to 0.8 come out as they are, only highlights are compressed. For
 *   products and colours that somebody named.
 */
export type ToneCurve = 'filmic' | 'neutral';

export interface ToneMapper {
  /** Maps the triple at `at` in place. */
  apply(rgb: Float32Array, at: number): void;
  /** The exposed radiance that comes out as this display-linear colour, as nearly as the curve allows. */
  invert(r: number, g: number, b: number): [number, number, number];
}

export function createToneMapper(curve: ToneCurve): ToneMapper {
  return curve === 'neutral' ? neutralMapper : filmicMapper;
}

// Khronos PBR Neutral, https://github.com/KhronosGroup/ToneMapping (specification text, 2024).
const NEUTRAL_START = 0.8 - 0.04;
const NEUTRAL_DESATURATION = 0.15;

const neutralMapper: ToneMapper = {
  apply(rgb, at) {
    let r = Math.max(0, rgb[at]!);
    let g = Math.max(0, rgb[at + 1]!);
    let b = Math.max(0, rgb[at + 2]!);
    const low = Math.min(r, g, b);
    const offset = low < 0.08 ? low - 6.25 * low * low : 0.04;
    r -= offset;
    g -= offset;
    b -= offset;
    const peak = Math.max(r, g, b);
    if (peak >= NEUTRAL_START) {
      const d = 1 - NEUTRAL_START;
      const newPeak = 1 - (d * d) / (peak + d - NEUTRAL_START);
      const scale = newPeak / peak;
      const white = 1 - 1 / (NEUTRAL_DESATURATION * (peak - newPeak) + 1);
      r = r * scale + (newPeak - r * scale) * white;
      g = g * scale + (newPeak - g * scale) * white;
      b = b * scale + (newPeak - b * scale) * white;
    }
    rgb[at] = r;
    rgb[at + 1] = g;
    rgb[at + 2] = b;
  },
  invert(r, g, b) {
    // Highlights above the start of the compression are taken back along the peak alone; white has no finite inverse.
    const peak = Math.max(r, g, b);
    let scale = 1;
    if (peak > NEUTRAL_START) {
      const d = 1 - NEUTRAL_START;
      const limited = Math.min(peak, 0.985);
      const original = (d * d) / (1 - limited) - d + NEUTRAL_START;
      scale = original / peak;
    }
    const [cr, cg, cb] = [r * scale, g * scale, b * scale];
    const low = Math.min(cr, cg, cb);
    // low' = 6.25 low^2 below 0.04, low - 0.04 above.
    const offset = low < 0.04 ? Math.sqrt(low / 6.25) - low : 0.04;
    return [cr + offset, cg + offset, cb + offset];
  },
};

// AgX: inset matrix and exposure range as published with the original configuration.
const INSET = [
  0.842479062253094, 0.0784335999999992, 0.0792237451477643, 0.0423282422610123, 0.878468636469772,
  0.0791661274605434, 0.0423756549057051, 0.0784336, 0.879142973793104,
] as const;
const OUTSET = invert3(INSET);
const MIN_EV = -10;
const MAX_EV = 6.5;
const PIVOT_X = -MIN_EV / (MAX_EV - MIN_EV);
/** The curve is encoded with this power; mid grey stays mid grey through it. */
const DISPLAY_POWER = 2.2;
const PIVOT_Y = 0.18 ** (1 / DISPLAY_POWER);
const SLOPE = 2.6;
const TOE_POWER = 1.7;
const SHOULDER_POWER = 1.6;
/** AgX leaves colours calm; this puts back what a photograph would have. */
const SATURATION = 1.2;

const CURVE_STEPS = 2048;
const CURVE = Float32Array.from(
  { length: CURVE_STEPS + 2 },
  (_, i) => sigmoid(Math.min(1, i / CURVE_STEPS)) ** DISPLAY_POWER,
);

/** Sigmoid with a straight middle of the given slope through the pivot, reaching 0 at 0 and 1 at 1. */
function sigmoid(x: number): number {
  const part = (run: number, rise: number, power: number, distance: number) => {
    const scale = (SLOPE * run) / (((SLOPE * run) / rise) ** power - 1) ** (1 / power);
    const v = (SLOPE * distance) / scale;
    return (scale * v) / (1 + v ** power) ** (1 / power);
  };
  return x >= PIVOT_X
    ? PIVOT_Y + part(1 - PIVOT_X, 1 - PIVOT_Y, SHOULDER_POWER, x - PIVOT_X)
    : PIVOT_Y - part(PIVOT_X, PIVOT_Y, TOE_POWER, PIVOT_X - x);
}

function curveOf(linear: number): number {
  // 0.18 is the pivot.
  const ev = Math.log2(Math.max(linear, 1e-10) / 0.18);
  const x = (ev - MIN_EV) / (MAX_EV - MIN_EV);
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const at = x * CURVE_STEPS;
  const i = at | 0;
  return CURVE[i]! + (CURVE[i + 1]! - CURVE[i]!) * (at - i);
}

function inverseCurve(display: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (sigmoid(middle) ** DISPLAY_POWER < display) low = middle;
    else high = middle;
  }
  return 0.18 * 2 ** (low * (MAX_EV - MIN_EV) + MIN_EV);
}

const filmicMapper: ToneMapper = {
  apply(rgb, at) {
    const r = rgb[at]!;
    const g = rgb[at + 1]!;
    const b = rgb[at + 2]!;
    const ir = curveOf(INSET[0] * r + INSET[1] * g + INSET[2] * b);
    const ig = curveOf(INSET[3] * r + INSET[4] * g + INSET[5] * b);
    const ib = curveOf(INSET[6] * r + INSET[7] * g + INSET[8] * b);
    const luma = LUMA_R * ir + LUMA_G * ig + LUMA_B * ib;
    const sr = luma + (ir - luma) * SATURATION;
    const sg = luma + (ig - luma) * SATURATION;
    const sb = luma + (ib - luma) * SATURATION;
    rgb[at] = Math.max(0, OUTSET[0] * sr + OUTSET[1] * sg + OUTSET[2] * sb);
    rgb[at + 1] = Math.max(0, OUTSET[3] * sr + OUTSET[4] * sg + OUTSET[5] * sb);
    rgb[at + 2] = Math.max(0, OUTSET[6] * sr + OUTSET[7] * sg + OUTSET[8] * sb);
  },
  invert(r, g, b) {
    let ir = INSET[0] * r + INSET[1] * g + INSET[2] * b;
    let ig = INSET[3] * r + INSET[4] * g + INSET[5] * b;
    let ib = INSET[6] * r + INSET[7] * g + INSET[8] * b;
    const luma = LUMA_R * ir + LUMA_G * ig + LUMA_B * ib;
    ir = luma + (ir - luma) / SATURATION;
    ig = luma + (ig - luma) / SATURATION;
    ib = luma + (ib - luma) / SATURATION;
    const limit = (value: number) => inverseCurve(Math.min(0.97, Math.max(0, value)));
    const [cr, cg, cb] = [limit(ir), limit(ig), limit(ib)];
    return [
      Math.max(0, OUTSET[0] * cr + OUTSET[1] * cg + OUTSET[2] * cb),
      Math.max(0, OUTSET[3] * cr + OUTSET[4] * cg + OUTSET[5] * cb),
      Math.max(0, OUTSET[6] * cr + OUTSET[7] * cg + OUTSET[8] * cb),
    ];
  },
};

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

function invert3(m: Matrix3): Matrix3 {
  const [a, b, c, d, e, f, g, h, i] = m;
  const s = 1 / (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
  return [
    (e * i - f * h) * s,
    (c * h - b * i) * s,
    (b * f - c * e) * s,
    (f * g - d * i) * s,
    (a * i - c * g) * s,
    (c * d - a * f) * s,
    (d * h - e * g) * s,
    (b * g - a * h) * s,
    (a * e - b * d) * s,
  ];
}
