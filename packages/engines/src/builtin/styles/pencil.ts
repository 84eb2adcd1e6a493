import { blur, drawLines, findLines, forEachRow, sample, thinOutCrowds } from '@diorama/conditioning';
import { clamp01, smoothstep } from '../finish/colour.ts';
import { fractalNoise, valueNoise } from '../finish/noise.ts';
import { shadingAngles, streaks } from './hatching.ts';
import { paperHeight } from './paper.ts';
import { type DrawStyle, strokeScale } from './style-input.ts';
import { stretchedTone } from './tone.ts';

const PAPER = [0.905, 0.885, 0.845] as const;
const GRAPHITE = [0.028, 0.029, 0.033] as const;

/** Strength of each time the hand goes over a contour. */
const PASSES = [0.85, 0.5] as const;

/** Graphite on toothed paper: strokes that follow the forms, a second layer in the darks, searching outlines. */
export const drawPencil: DrawStyle = async (input) => {
  const { width, height, objectId, signal, seed } = input;
  const scale = strokeScale(input);
  const tone = stretchedTone(input, 0.01, 0.05);
  await blur(tone, width, height, 1, 0.8 * scale, signal);

  const angles = shadingAngles(input.surfaceNormal, tone.length, input.view.right, input.view.up, -0.96);
  const first = await streaks(width, height, angles, 26 * scale, 1.5 * scale, seed + 1, signal);
  for (let i = 0; i < angles.length; i++) angles[i]! += 1.05;
  const second = await streaks(width, height, angles, 18 * scale, 1.4 * scale, seed + 2, signal);

  const field = await findLines(input.guide, input.isSubject, signal);
  const lines = await drawLines(
    field,
    (weight, x, y) =>
      (0.3 + 0.75 * weight) * scale * (0.65 + 0.7 * valueNoise(x / (60 * scale), y / (60 * scale), seed + 3)),
    signal,
  );
  await thinOutCrowds(lines, 7 * scale, signal);

  const near = lines.data.slice();
  await blur(near, width, height, 1, 2.2 * scale, signal);

  const out = new Float32Array(width * height * 3);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const id = objectId[i]!;
      let dark = (1 - tone[i]!) ** 1.2;
      // Nothing but air behind: a sketch leaves most of it white.
      if (id === 0) dark *= 0.22 * smoothstep(0, height * 0.8, height - y);
      else if (!input.isSubject(id)) dark *= 0.78;
      // Drawings end before the sheet does.
      dark *= borderFade(x, y, width, height, scale, seed);
      const tooth = paperHeight(x, y, 1.6 * scale, seed + 5);

      // Soft ends: a pencil does not switch on and off.
      const strokes = clamp01(0.42 + (dark * 0.96 - first[i]!) * 1.7) * smoothstep(0.03, 0.16, dark);
      const crossed = clamp01(0.35 + (dark - 0.45 - second[i]! * 0.7) * 2) * smoothstep(0.42, 0.62, dark);
      const smudge = dark ** 1.4 * 0.34;
      let graphite = 1 - (1 - strokes * (0.3 + 0.46 * dark)) * (1 - crossed * 0.42 * dark) * (1 - smudge);

      let line = 0;
      for (let pass = 0; pass < PASSES.length && near[i]! > 1e-4; pass++) {
        const strength = PASSES[pass]!;
        const wobble = 1.5 * scale;
        const wx = (fractalNoise(x / (70 * scale), y / (70 * scale), 2, seed + 20 + pass) - 0.5) * 2 * wobble;
        const wy = (fractalNoise(x / (70 * scale), y / (70 * scale), 2, seed + 40 + pass) - 0.5) * 2 * wobble;
        const pressure = 0.6 + 0.4 * valueNoise(x / (34 * scale), y / (34 * scale), seed + 60 + pass);
        line = Math.max(line, sample(lines.data, width, height, 1, 0, x + wx, y + wy) * strength * pressure);
      }
      graphite = 1 - (1 - clamp01(graphite)) * (1 - line * (id === 0 ? 0.9 : 1));
      // Light pressure only reaches the peaks of the paper.
      graphite = clamp01(graphite * (0.55 + 0.75 * smoothstep(0.28, 0.72, tooth + graphite * 0.35)));
      const sheet = 0.965 + 0.05 * tooth;
      for (let c = 0; c < 3; c++)
        out[i * 3 + c] = PAPER[c]! * sheet * (1 - graphite) + GRAPHITE[c]! * graphite;
    }
  });
  return out;
};

function borderFade(
  x: number,
  y: number,
  width: number,
  height: number,
  scale: number,
  seed: number,
): number {
  const margin = 46 * scale;
  const edge = Math.min(x, y, width - 1 - x, height - 1 - y);
  const ragged = (fractalNoise(x / (40 * scale), y / (40 * scale), 3, seed + 80) - 0.5) * margin * 1.3;
  return smoothstep(margin * 0.15, margin, edge + ragged);
}
