import { LUMA_B, LUMA_G, LUMA_R } from '../finish/colour.ts';
import type { StyleInput } from './style-input.ts';

/**
 * Perceived lightness of the photograph, 0 to 1, stretched so that the scene uses the whole range from ink to paper.
 *
 * @param low Share of the scene's pixels that may become fully dark.
 * @param high Share that may become fully light.
 */
export function stretchedTone(input: StyleInput, low = 0.02, high = 0.08): Float32Array {
  const { color, objectId } = input;
  const tone = new Float32Array(objectId.length);
  const histogram = new Uint32Array(1024);
  let counted = 0;
  for (let i = 0; i < tone.length; i++) {
    const luma = LUMA_R * color[i * 3]! + LUMA_G * color[i * 3 + 1]! + LUMA_B * color[i * 3 + 2]!;
    const value = Math.cbrt(Math.min(1, Math.max(0, luma)));
    tone[i] = value;
    if (objectId[i] !== 0) {
      histogram[Math.min(1023, Math.floor(value * 1024))]!++;
      counted++;
    }
  }
  if (counted === 0) return tone;
  const at = (share: number) => {
    let sum = 0;
    for (let bin = 0; bin < 1024; bin++) {
      sum += histogram[bin]!;
      if (sum >= share * counted) return bin / 1024;
    }
    return 1;
  };
  const dark = at(low);
  // A scene of one tone keeps some of its flatness instead of becoming noise.
  const range = Math.max(0.25, at(1 - high) - dark);
  for (let i = 0; i < tone.length; i++) tone[i] = Math.min(1, Math.max(0, (tone[i]! - dark) / range));
  return tone;
}
