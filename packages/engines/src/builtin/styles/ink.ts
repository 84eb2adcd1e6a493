import { blur, drawLines, findLines, forEachRow, thinOutCrowds } from '@diorama/conditioning';
import { clamp01, mix, smoothstep } from '../finish/colour.ts';
import { fractalNoise, valueNoise } from '../finish/noise.ts';
import { paperHeight } from './paper.ts';
import { type DrawStyle, strokeScale } from './style-input.ts';
import { stretchedTone } from './tone.ts';

const PAPER = [0.955, 0.945, 0.915] as const;
const INK = [0.006, 0.007, 0.011] as const;

/** Tones, from 0 (dark) to 1: below the first solid black, below the second crossed hatching, below the third single. */
const SOLID = 0.17;
const CROSSED = 0.34;
const SINGLE = 0.6;

/** Pen and brush: contours that swell, solid blacks, and hatching whose lines thicken with the dark. */
export const drawInk: DrawStyle = async (input) => {
  const { width, height, objectId, signal, seed } = input;
  const scale = strokeScale(input);
  const tone = stretchedTone(input, 0.03, 0.2);
  await blur(tone, width, height, 1, 1.6 * scale, signal);

  const field = await findLines(input.guide, input.isSubject, signal);
  const lines = await drawLines(
    field,
    (weight, x, y) => {
      const i = Math.min(height - 1, y | 0) * width + Math.min(width - 1, x | 0);
      // The brush presses on the shaded side and lifts in the light.
      const pressure =
        0.55 + 0.75 * (1 - tone[i]!) + 0.5 * (valueNoise(x / (46 * scale), y / (46 * scale), seed + 3) - 0.5);
      return weight * 1.75 * scale * Math.max(0.35, pressure);
    },
    signal,
  );
  // Ink is black or absent, so only what would become a blot is lightened.
  await thinOutCrowds(lines, 7 * scale, signal, 0.36);

  const out = new Float32Array(width * height * 3);
  const pitch = 5.2 * scale;
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const id = objectId[i]!;
      let value = tone[i]!;
      if (id === 0) value = 1;
      else if (!input.isSubject(id)) value = mix(value, 1, 0.22);
      // The hand's unevenness: hatching ends raggedly rather than at a contour of equal tone.
      value += (fractalNoise(x / (26 * scale), y / (26 * scale), 2, seed + 9) - 0.5) * 0.09;
      const waver = (fractalNoise(x / (120 * scale), y / (120 * scale), 2, seed + 11) - 0.5) * 5 * scale;
      let ink = 1 - smoothstep(SOLID - 0.02, SOLID + 0.02, value);
      if (value < SINGLE)
        ink = Math.max(
          ink,
          hatch((x + y) * Math.SQRT1_2 + waver, pitch, (SINGLE - value) / (SINGLE - SOLID), scale),
        );
      if (value < CROSSED)
        ink = Math.max(
          ink,
          hatch((x - y) * Math.SQRT1_2 + waver, pitch * 1.06, (CROSSED - value) / (CROSSED - SOLID), scale),
        );
      ink = Math.max(ink, lines.data[i]!);
      const sheet = 0.985 + 0.03 * (paperHeight(x, y, 2.4 * scale, seed + 5) - 0.5);
      for (let c = 0; c < 3; c++) out[i * 3 + c] = PAPER[c]! * sheet * (1 - ink) + INK[c]! * ink;
    }
  });
  return out;
};

/** One family of parallel lines, antialiased. `dark` 0 to 1 gives their thickness. */
function hatch(position: number, pitch: number, dark: number, scale: number): number {
  const offset = Math.abs(((((position / pitch) % 1) + 1) % 1) - 0.5) * pitch;
  const half = pitch * 0.5 * mix(0.12, 0.56, clamp01(dark));
  return clamp01(half - offset + 0.5 * Math.max(0.7, scale * 0.6)) * (dark > 0 ? 1 : 0);
}
