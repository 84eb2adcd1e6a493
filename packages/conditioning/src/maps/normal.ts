import type { Film } from '@diorama/tracer';
import type { View } from '../scene/view.ts';

/** View space: red right, green up, blue towards the viewer; nothing is (128, 128, 255). */
export function viewNormals(
  { surfaceNormal }: Pick<Film, 'surfaceNormal'>,
  { right, up, forward }: View,
): Uint8Array {
  const pixels = new Uint8Array(surfaceNormal.length);
  for (let i = 0; i < surfaceNormal.length; i += 3) {
    const [x, y, z] = [surfaceNormal[i]!, surfaceNormal[i + 1]!, surfaceNormal[i + 2]!];
    const none = x === 0 && y === 0 && z === 0;
    const n = none
      ? [0, 0, 1]
      : [right, up, forward].map((axis, k) => (x * axis[0] + y * axis[1] + z * axis[2]) * (k === 2 ? -1 : 1));
    for (let c = 0; c < 3; c++) pixels[i + c] = Math.round(Math.min(1, Math.max(0, n[c]! * 0.5 + 0.5)) * 255);
  }
  return pixels;
}
