/** The seed of one image of a request: image n has the request's seed plus n, within 32 bits. */
export function imageSeed({ seed }: { readonly seed: number }, index: number): number {
  return (seed + index) % 2 ** 32;
}
