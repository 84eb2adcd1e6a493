import type { Film } from './trace-scene-types.ts';

/** Words of a pixel in the kernel's film; see native/film.ts. */
const WORDS = 16;

/** Reads the kernel's running sums into planes. Each pixel is divided by its own sample count, so it works at any moment. */
export function readFilm(
  buffer: ArrayBufferLike,
  at: number,
  width: number,
  height: number,
  stats: Film['stats'],
): Film {
  const pixels = width * height;
  const sums = new Float32Array(buffer, at, pixels * WORDS);
  const ids = new Uint32Array(buffer, at, pixels * WORDS);
  const beauty = new Float32Array(pixels * 3);
  const albedo = new Float32Array(pixels * 3);
  const normal = new Float32Array(pixels * 3);
  const surfaceNormal = new Float32Array(pixels * 3);
  const depth = new Float32Array(pixels);
  const objectId = new Uint32Array(pixels);
  const coverage = new Float32Array(pixels);
  let fewest = Infinity;
  for (let i = 0, w = 0, o = 0; i < pixels; i++, w += WORDS, o += 3) {
    const samples = sums[w + 3] as number;
    if (samples < fewest) fewest = samples;
    const k = samples > 0 ? 1 / samples : 0;
    let nx = sums[w + 8] as number;
    let ny = sums[w + 9] as number;
    let nz = sums[w + 10] as number;
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    const unit = length > 1e-6 ? 1 / length : 0;
    nx *= unit;
    ny *= unit;
    nz *= unit;
    for (let c = 0; c < 3; c++) {
      beauty[o + c] = (sums[w + c] as number) * k;
      albedo[o + c] = Math.min(1, (sums[w + 4 + c] as number) * k);
      surfaceNormal[o + c] = sums[w + 12 + c] as number;
    }
    normal[o] = nx;
    normal[o + 1] = ny;
    normal[o + 2] = nz;
    coverage[i] = (sums[w + 7] as number) * k;
    depth[i] = samples > 0 ? (sums[w + 11] as number) : Infinity;
    objectId[i] = ids[w + 15] as number;
  }
  return {
    width,
    height,
    spp: fewest,
    beauty,
    albedo,
    normal,
    surfaceNormal,
    depth,
    objectId,
    coverage,
    stats,
  };
}
