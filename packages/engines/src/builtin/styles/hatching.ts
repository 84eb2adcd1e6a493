import { forEachRow } from '@diorama/conditioning';
import { valueNoise } from '../finish/noise.ts';

/**
 * Streaks of noise along a direction field (line integral convolution, Cabral and Leedom 1993), spread evenly over
 * 0 to 1 so that "streak below darkness" covers exactly that share of the paper: pencil strokes.
 *
 * @param angle Direction of the stroke through a pixel, radians, screen axes (y down).
 * @param length Half a stroke's length, pixels.
 * @param thickness Pixels between strokes.
 */
export async function streaks(
  width: number,
  height: number,
  angle: Float32Array,
  length: number,
  thickness: number,
  seed: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const out = new Float32Array(width * height);
  const steps = Math.max(4, Math.round(length / Math.max(1, thickness)));
  const stride = length / steps;
  const inverse = 1 / thickness;
  const cosines = new Float32Array(angle.length);
  const sines = new Float32Array(angle.length);
  for (let i = 0; i < angle.length; i++) {
    cosines[i] = Math.cos(angle[i]!);
    sines[i] = Math.sin(angle[i]!);
  }
  let sum = 0;
  let sumSquares = 0;
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      let total = valueNoise(x * inverse, y * inverse, seed);
      for (let sign = -1; sign <= 1; sign += 2) {
        let px = x;
        let py = y;
        let cx = cosines[i]! * sign;
        let cy = sines[i]! * sign;
        for (let step = 0; step < steps; step++) {
          px += cx * stride;
          py += cy * stride;
          const ix = px < 0 ? 0 : px >= width - 1 ? width - 1 : px | 0;
          const iy = py < 0 ? 0 : py >= height - 1 ? height - 1 : py | 0;
          const j = iy * width + ix;
          // Directions have no sign: turn the next one to go on the same way.
          const flip = cosines[j]! * cx + sines[j]! * cy < 0 ? -1 : 1;
          cx = cosines[j]! * flip;
          cy = sines[j]! * flip;
          total += valueNoise(px * inverse, py * inverse, seed);
        }
      }
      out[i] = total;
      sum += total;
      sumSquares += total * total;
    }
  });
  const count = width * height;
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(1e-9, sumSquares / count - mean * mean));
  // Sums of noise are normal; the logistic curve is close to its distribution function.
  for (let i = 0; i < count; i++) out[i] = 1 / (1 + Math.exp((-1.702 * (out[i]! - mean)) / deviation));
  return out;
}

/**
 * The direction in which a hand would shade: across the slope of the surface as it is seen, and one fixed direction
 * where the surface faces the viewer or there is none.
 *
 * @param right,up The camera's axes in world space.
 * @param flat The fixed direction, radians.
 */
export function shadingAngles(
  surfaceNormal: Float32Array,
  count: number,
  right: readonly number[],
  up: readonly number[],
  flat: number,
): Float32Array {
  const angles = new Float32Array(count);
  // Doubled angles average directions that have no sign.
  const fx = Math.cos(2 * flat);
  const fy = Math.sin(2 * flat);
  for (let i = 0; i < count; i++) {
    const nx =
      surfaceNormal[i * 3]! * right[0]! +
      surfaceNormal[i * 3 + 1]! * right[1]! +
      surfaceNormal[i * 3 + 2]! * right[2]!;
    const ny = -(
      surfaceNormal[i * 3]! * up[0]! +
      surfaceNormal[i * 3 + 1]! * up[1]! +
      surfaceNormal[i * 3 + 2]! * up[2]!
    );
    const slope = nx * nx + ny * ny;
    const across = 2 * (Math.atan2(ny, nx) + Math.PI / 2);
    const weight = Math.min(0.85, slope * 1.3);
    angles[i] =
      0.5 *
      Math.atan2(
        fy * (1 - weight) + Math.sin(across) * weight,
        fx * (1 - weight) + Math.cos(across) * weight,
      );
  }
  return angles;
}
