/**
 * Colours for amounts: from a dark violet that is nearly the page's black, over red and orange, to a light yellow.
 * Lightness grows evenly, so more always looks like more, also in grey and to colour-blind eyes.
 */
const STOPS: readonly (readonly [lightness: number, chroma: number, hueDegrees: number])[] = [
  [0.16, 0.04, 300],
  [0.32, 0.13, 310],
  [0.46, 0.18, 355],
  [0.61, 0.19, 35],
  [0.77, 0.16, 65],
  [0.94, 0.11, 102],
];
const STEPS = 256;

/** Red, green and blue, 8-bit sRGB, of `STEPS` amounts from none to all. */
export const HEAT_COLOURS: Uint8ClampedArray = heatColours();

/** 8-bit sRGB of an amount between 0 and 1. */
export function heatOf(amount: number): readonly [number, number, number] {
  const step = Math.round(Math.min(1, Math.max(0, amount)) * (STEPS - 1)) * 3;
  return [HEAT_COLOURS[step]!, HEAT_COLOURS[step + 1]!, HEAT_COLOURS[step + 2]!];
}

/** For a legend: `linear-gradient` of the whole scale, left to right. */
export function heatGradient(): string {
  const stops = Array.from({ length: 13 }, (_, index) => `rgb(${heatOf(index / 12).join(' ')})`);
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** Ends of the scale that are used, in units of CIEDE2000: round, so that two comparisons can be compared. */
const SCALES = [5, 10, 20, 50, 100];

/** The smallest end of the scale that leaves at most a hundredth of the picture beyond it. */
export function scaleFor(percentile99: number): number {
  return SCALES.find((end) => end >= percentile99) ?? SCALES.at(-1)!;
}

function heatColours(): Uint8ClampedArray {
  const colours = new Uint8ClampedArray(STEPS * 3);
  for (let step = 0; step < STEPS; step += 1) {
    const position = (step / (STEPS - 1)) * (STOPS.length - 1);
    const from = Math.min(STOPS.length - 2, Math.floor(position));
    const share = position - from;
    const [l1, c1, h1] = STOPS[from]!;
    const [l2, c2, h2] = STOPS[from + 1]!;
    const hue = h1 + (((h2 - h1 + 540) % 360) - 180) * share;
    colours.set(oklchToSrgb(l1 + (l2 - l1) * share, c1 + (c2 - c1) * share, hue), step * 3);
  }
  return colours;
}

function oklchToSrgb(lightness: number, chroma: number, hueDegrees: number): [number, number, number] {
  const a = chroma * Math.cos((hueDegrees * Math.PI) / 180);
  const b = chroma * Math.sin((hueDegrees * Math.PI) / 180);
  const l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b) ** 3;
  const m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b) ** 3;
  const s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b) ** 3;
  return [
    encode(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
    encode(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
    encode(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s),
  ];
}

function encode(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return 255 * (value <= 0.003_130_8 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
}
