import type { Film } from '@diorama/tracer';
import { forEachRow } from './work.ts';

/**
 * Averages the denoiser's guides over small squares inside glass and water, in place.
 *
 * A path decides by chance whether it is reflected or goes through, so at few samples reflectance and normal are
 * speckled there, and the denoiser would keep the speckle for a texture. Other surfaces are exact and stay.
 *
 * @param radius Pixels to each side.
 */
export async function calmGuides(
  albedo: Float32Array,
  normal: Float32Array,
  { width, height, objectId }: Pick<Film, 'width' | 'height' | 'objectId'>,
  isTransmissive: (objectId: number) => boolean,
  radius: number,
  signal: AbortSignal,
): Promise<void> {
  const sources = [albedo.slice(), normal.slice()];
  const targets = [albedo, normal];
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const id = objectId[i]!;
      if (id === 0 || !isTransmissive(id)) continue;
      for (let plane = 0; plane < 2; plane++) {
        const source = sources[plane]!;
        let [a, b, c, count] = [0, 0, 0, 0];
        for (let ny = Math.max(0, y - radius); ny <= Math.min(height - 1, y + radius); ny++) {
          for (let nx = Math.max(0, x - radius); nx <= Math.min(width - 1, x + radius); nx++) {
            const j = ny * width + nx;
            if (objectId[j] !== id) continue;
            a += source[j * 3]!;
            b += source[j * 3 + 1]!;
            c += source[j * 3 + 2]!;
            count++;
          }
        }
        targets[plane]![i * 3] = a / count;
        targets[plane]![i * 3 + 1] = b / count;
        targets[plane]![i * 3 + 2] = c / count;
      }
    }
  });
}
