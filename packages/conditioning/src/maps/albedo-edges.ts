import { blur } from '../pixels/planes.ts';
import { linearToSrgbFast } from '../pixels/srgb.ts';
import { forEachRow } from '../pixels/work.ts';

/** Of the gradient across a pixel, encoded sRGB per pixel: where an edge may begin, and how far it may fade. */
const STRONG = 0.1;
const WEAK = 0.05;
const SMOOTHING_PX = 0.8;

/**
 * Edges between colours of surfaces, whatever the light (John Canny 1986: smooth, differentiate, keep ridges, follow
 * them from strong to weak).
 *
 * @param albedoLinear 3 floats a pixel.
 * @returns 1 on an edge, 0 elsewhere; ridges are one pixel wide.
 */
export async function findAlbedoEdges(
  albedoLinear: Float32Array,
  width: number,
  height: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const encoded = new Float32Array(albedoLinear.length);
  for (let i = 0; i < encoded.length; i++) encoded[i] = linearToSrgbFast(albedoLinear[i]!);
  await blur(encoded, width, height, 3, SMOOTHING_PX, signal);
  const strength = new Float32Array(width * height);
  /** Which neighbours lie across the edge: 0 sideways, 1 rising diagonal, 2 up and down, 3 falling diagonal. */
  const across = new Uint8Array(width * height);
  await forEachRow(height, signal, (y) => {
    if (y === 0 || y === height - 1) return;
    for (let x = 1; x < width - 1; x++) {
      let best = 0;
      let bx = 0;
      let by = 0;
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c;
        const up = i - width * 3;
        const down = i + width * 3;
        const gx =
          (encoded[up + 3]! -
            encoded[up - 3]! +
            2 * (encoded[i + 3]! - encoded[i - 3]!) +
            encoded[down + 3]! -
            encoded[down - 3]!) /
          8;
        const gy =
          (encoded[down - 3]! -
            encoded[up - 3]! +
            2 * (encoded[down]! - encoded[up]!) +
            encoded[down + 3]! -
            encoded[up + 3]!) /
          8;
        const size = gx * gx + gy * gy;
        if (size > best) {
          best = size;
          bx = gx;
          by = gy;
        }
      }
      strength[y * width + x] = Math.sqrt(best);
      const ax = Math.abs(bx);
      const ay = Math.abs(by);
      across[y * width + x] = ay < 0.4142 * ax ? 0 : ax < 0.4142 * ay ? 2 : bx * by > 0 ? 3 : 1;
    }
  });
  const steps = [1, 1 - width, width, width + 1];
  const ridge = new Uint8Array(width * height);
  const open: number[] = [];
  await forEachRow(height, signal, (y) => {
    if (y === 0 || y === height - 1) return;
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const own = strength[i]!;
      if (own < WEAK) continue;
      const step = steps[across[i]!]!;
      // Of two equal neighbours one is kept, or a perfect edge would vanish or be double.
      if (own < strength[i - step]! || own <= strength[i + step]!) continue;
      ridge[i] = 1;
      if (own >= STRONG) open.push(i);
    }
  });
  const edges = new Uint8Array(width * height);
  for (const i of open) edges[i] = 1;
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    for (const step of [-width - 1, -width, 1 - width, -1, 1, width - 1, width, width + 1]) {
      const j = i + step;
      if (ridge[j] !== 1 || edges[j] === 1) continue;
      edges[j] = 1;
      open.push(j);
    }
  }
  return edges;
}
