import { blur, drawLines, findLines, forEachRow, sample, thinOutCrowds } from '@diorama/conditioning';
import {
  clamp01,
  linearToOklab,
  linearToSrgbFast,
  mix,
  oklabToLinear,
  smoothstep,
} from '../finish/colour.ts';
import { fractalNoise, valueNoise } from '../finish/noise.ts';
import { smoothPatches } from './kuwahara.ts';
import { paperHeight } from './paper.ts';
import { type DrawStyle, type StyleInput, strokeScale } from './style-input.ts';

const PAPER = [0.945, 0.93, 0.895] as const;

/**
 * Transparent washes on cold-pressed paper: patches of colour with a dark rim where they dried, pigment that settles
 * in the paper's hollows, edges that ran, a pencil drawing underneath, and white paper around.
 *
 * Pigment is modelled as in Bousseau et al., "Interactive watercolor rendering" (2006): density d turns a colour C
 * into C(1 - (1 - C)(d - 1)).
 */
export const drawWatercolour: DrawStyle = async (input) => {
  const { width, height, signal, seed, objectId } = input;
  const scale = strokeScale(input);
  // Patches in encoded values, where equal steps look equal.
  const encoded = await encodeWash(input);
  const fine = await smoothPatches(encoded, width, height, 3.2 * scale, signal);
  const wash = await smoothPatches(fine, width, height, 6 * scale, signal);
  const soft = wash.slice();
  await blur(soft, width, height, 3, 7 * scale, signal);
  const wide = wash.slice();
  await blur(wide, width, height, 3, 2.6 * scale, signal);

  const field = await findLines(input.guide, input.isSubject, signal);
  const lines = await drawLines(field, (weight) => (0.32 + 0.4 * weight) * scale, signal);
  await thinOutCrowds(lines, 7 * scale, signal);

  const out = new Float32Array(width * height * 3);
  const color = new Float32Array(3);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      // Where the brush trembled and the water ran.
      const run = fractalNoise(x / (52 * scale), y / (52 * scale), 3, seed + 1) - 0.5;
      const run2 = fractalNoise(x / (52 * scale), y / (52 * scale), 3, seed + 2) - 0.5;
      const tremble = valueNoise(x / (6 * scale), y / (6 * scale), seed + 3) - 0.5;
      const tremble2 = valueNoise(x / (6 * scale), y / (6 * scale), seed + 4) - 0.5;
      const sx = x + (run * 8 + tremble * 1.8) * scale;
      const sy = y + (run2 * 8 + tremble2 * 1.8) * scale;
      const wet =
        smoothstep(0.56, 0.74, fractalNoise(x / (95 * scale), y / (95 * scale), 2, seed + 6)) * 0.55;
      let rim = 0;
      for (let c = 0; c < 3; c++) {
        const sharpValue = sample(wash, width, height, 3, c, sx, sy);
        const softValue = sample(soft, width, height, 3, c, sx, sy);
        color[c] = mix(sharpValue, softValue, wet);
        // Darker than its surroundings at a border: pigment gathers at the drying edge.
        rim += Math.max(0, sample(wide, width, height, 3, c, sx, sy) - sharpValue);
      }
      const tooth = paperHeight(x, y, 2.6 * scale, seed + 5);
      const flow = fractalNoise(x / (170 * scale), y / (170 * scale), 4, seed + 7) - 0.5;
      const density = 1 + flow * 0.85 + (0.5 - tooth) * 0.75 + Math.min(0.9, rim * 5.5) * (1 - wet);

      const cover = washCover(input, x, y, scale, seed);
      for (let c = 0; c < 3; c++) {
        // Washes are thin: even the darks let the paper through.
        const thin = 1 - (1 - clamp01(color[c]!)) * 0.93;
        const pigment = clamp01(thin * (1 - (1 - thin) * (density - 1)));
        color[c] = mix(1, pigment, cover);
      }
      const light = Math.max(color[0]!, color[1]!, color[2]!);
      const line =
        sample(lines.data, width, height, 1, 0, x + tremble * 1.2 * scale, y + tremble2 * 1.2 * scale) *
        (0.25 + 0.45 * valueNoise(x / (40 * scale), y / (40 * scale), seed + 8)) *
        mix(0.35, 1, cover) *
        (objectId[i] === 0 ? 0.7 : 1);
      const sheet = 0.975 + 0.06 * (tooth - 0.5) * (0.4 + 0.6 * light);
      for (let c = 0; c < 3; c++) {
        const linear = color[c]! ** 2.2;
        out[i * 3 + c] = mix(linear * PAPER[c]! * sheet, 0.05, line * 0.8);
      }
    }
  });
  return out;
};

/** Brighter, a little more colourful, and encoded: what a painter would mix for this light. */
async function encodeWash(input: StyleInput): Promise<Float32Array> {
  const { color, width, height, signal, objectId } = input;
  const out = new Float32Array(color.length);
  const lab = new Float32Array(3);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      linearToOklab(clamp01(color[i * 3]!), clamp01(color[i * 3 + 1]!), clamp01(color[i * 3 + 2]!), lab);
      const lift = objectId[i] === 0 ? 0.2 : 0.1;
      const chroma = objectId[i] === 0 ? 1.02 : 1.22;
      oklabToLinear(lab[0]! + (1 - lab[0]!) * lift, lab[1]! * chroma, lab[2]! * chroma, lab);
      for (let c = 0; c < 3; c++) out[i * 3 + c] = linearToSrgbFast(lab[c]!);
    }
  });
  return out;
}

/** 1 where there is wash, 0 on the bare border of the sheet. */
function washCover(input: StyleInput, x: number, y: number, scale: number, seed: number): number {
  const { width, height } = input;
  const edge = Math.min(x, y, width - 1 - x, height - 1 - y);
  const ragged = (fractalNoise(x / (75 * scale), y / (75 * scale), 4, seed + 12) - 0.5) * 62 * scale;
  const drybrush = (valueNoise(x / (3 * scale), y / (26 * scale), seed + 13) - 0.5) * 9 * scale;
  return smoothstep(20 * scale, 24 * scale, edge + ragged + drybrush);
}
