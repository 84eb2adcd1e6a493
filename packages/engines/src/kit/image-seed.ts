const SEED_VALUES = 2 ** 32;

/** The seed of one image of a request: image n has the request's seed plus n, within 32 bits. */
export function imageSeed(seed: number, index: number): number {
  return (seed + index) % SEED_VALUES;
}

/** The seeds of all images of a request, in their order. */
export function imageSeeds(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => imageSeed(seed, index));
}
