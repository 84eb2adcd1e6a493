import { fractalNoise, valueNoise } from '../finish/noise.ts';

/** Height of paper fibres and tooth at a place, 0 to 1, mean 0.5. `size` is the tooth in pixels. */
export function paperHeight(x: number, y: number, size: number, seed: number): number {
  const tooth = fractalNoise(x / size, y / size, 3, seed);
  const fibre = valueNoise((x + y * 0.35) / (size * 5), (y - x * 0.2) / (size * 0.8), seed + 31);
  return tooth * 0.72 + fibre * 0.28;
}
