const SEED_VALUES = 2 ** 32;

/** Seeds of the images of one request: the first as given, each further one higher by one, within 32 bits. */
export function seedsFrom(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (seed + index) % SEED_VALUES);
}
