// Shuffled, Owen-scrambled (0,2)-Sobol points, hash based: nothing is stored, any sample of any pixel can be made alone.
// Burley, "Practical Hash-based Owen Scrambling" (JCGT 2020); the second dimension as a butterfly after Ahmed (2024).

let sampleIndexReversed: u32 = 0;
let pixelSeed: u32 = 0;
let dimension: u32 = 0;

export let u0: f32 = 0;
export let u1: f32 = 0;

@inline function reverseBits(v: u32): u32 {
  let x = bswap<u32>(v);
  x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  return ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
}
@inline export function hash32(v: u32): u32 {
  let x = v;
  x ^= x >> 16; x *= 0x21f0aaad;
  x ^= x >> 15; x *= 0xd35a2d97;
  return x ^ (x >> 15);
}
/** Owen scrambling of bit-reversed input: each bit is flipped by a hash of the bits below it. */
@inline function owenReversed(v: u32, key: u32): u32 {
  let x = v;
  x ^= x * 0x3d20adea;
  x += key;
  x *= (key >> 16) | 1;
  x ^= x * 0x05526c56;
  return x ^ (x * 0x53a22864);
}
@inline function toUnit(bits: u32): f32 { return <f32>(bits >> 8) * <f32>5.9604644775390625e-8; }

export function startSample(pixel: u32, sample: u32, filmSeed: u32): void {
  pixelSeed = hash32(pixel * 0x9e3779b9 + hash32(filmSeed + 0x5bd1e995));
  sampleIndexReversed = reverseBits(sample);
  dimension = 0;
}

/** The next pair of the sample into `u0`, `u1`, each in [0, 1). */
export function next2(): void {
  const key = hash32(pixelSeed + dimension * 0x85ebca6b);
  dimension++;
  const index = reverseBits(owenReversed(sampleIndexReversed, key));
  // Bit k of the reversed second coordinate is the XOR of index bits over all supersets of k (Pascal's triangle mod 2).
  let pascal = index;
  pascal ^= (pascal >> 1) & 0x55555555;
  pascal ^= (pascal >> 2) & 0x33333333;
  pascal ^= (pascal >> 4) & 0x0f0f0f0f;
  pascal ^= (pascal >> 8) & 0x00ff00ff;
  pascal ^= (pascal >> 16) & 0x0000ffff;
  u0 = toUnit(reverseBits(owenReversed(index, hash32(key ^ 0x68bc21eb))));
  u1 = toUnit(reverseBits(owenReversed(pascal, hash32(key ^ 0x02e5be93))));
}

/** The next single number, in [0, 1). */
export function next1(): f32 {
  const key = hash32(pixelSeed + dimension * 0x85ebca6b);
  dimension++;
  const index = reverseBits(owenReversed(sampleIndexReversed, key));
  return toUnit(reverseBits(owenReversed(index, hash32(key ^ 0x68bc21eb))));
}
