import type { Film } from '@diorama/tracer';
import type { View } from '../scene/view.ts';

/** View space: red right, green up, blue towards the viewer; nothing is (128, 128, 255). */
export function viewNormals(
  { surfaceNormal }: Pick<Film, 'surfaceNormal'>,
  { right, up, forward }: View,
): Uint8Array {
  const pixels = new Uint8Array(surfaceNormal.length);
  for (let i = 0; i < pixels.length; i += 3) {
    const x = surfaceNormal[i]!;
    const y = surfaceNormal[i + 1]!;
    const z = surfaceNormal[i + 2]!;
    const none = x === 0 && y === 0 && z === 0;
    pixels[i] = encode(none ? 0 : x * right[0] + y * right[1] + z * right[2]);
    pixels[i + 1] = encode(none ? 0 : x * up[0] + y * up[1] + z * up[2]);
    pixels[i + 2] = encode(none ? 1 : -(x * forward[0] + y * forward[1] + z * forward[2]));
  }
  return pixels;
}

function encode(component: number): number {
  return Math.round(Math.min(1, Math.max(0, component * 0.5 + 0.5)) * 255);
}
