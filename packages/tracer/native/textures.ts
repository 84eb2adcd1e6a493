// Image textures: wrap, KHR_texture_transform, nearest or bilinear, 8-bit texels to linear floats.
import { srgbTable, textures } from './scene';

export let texR: f32 = 0;
export let texG: f32 = 0;
export let texB: f32 = 0;
export let texA: f32 = 0;

const REPEAT: u32 = 0;
const CLAMP: u32 = 1;

@inline function wrap(i: i32, size: i32, mode: u32): i32 {
  if (mode == CLAMP) return max<i32>(0, min<i32>(size - 1, i));
  if (mode == REPEAT) {
    const m = i % size;
    return m < 0 ? m + size : m;
  }
  const period = size << 1;
  let m = i % period;
  if (m < 0) m += period;
  return m < size ? m : period - 1 - m;
}

@inline function decoded(texel: usize, channel: usize, srgb: bool): f32 {
  const byte = <usize>load<u8>(texel + channel);
  return srgb ? load<f32>(srgbTable + (byte << 2)) : <f32>byte * <f32>0.00392156863;
}

function fetch(texel: usize, weight: f32, srgb: bool): void {
  texR += decoded(texel, 0, srgb) * weight;
  texG += decoded(texel, 1, srgb) * weight;
  texB += decoded(texel, 2, srgb) * weight;
  texA += <f32>load<u8>(texel, 3) * (weight * <f32>0.00392156863);
}

@inline export function hasTexture(slot: usize): bool { return load<u32>(slot) != 0; }
@inline export function slotUvSet(slot: usize): u32 { return load<u32>(slot, 4); }

/** Samples the slot's image at untransformed coordinates (u, v) into `texR` to `texA`. */
export function sampleTexture(slot: usize, u: f32, v: f32, srgb: bool): void {
  const record = textures + <usize>(load<u32>(slot) - 1) * 32;
  const s: f32 = load<f32>(slot, 8) * u + load<f32>(slot, 12) * v + load<f32>(slot, 16);
  const t: f32 = load<f32>(slot, 20) * u + load<f32>(slot, 24) * v + load<f32>(slot, 28);
  const texels = <usize>load<u32>(record);
  const width = load<i32>(record, 4), height = load<i32>(record, 8);
  const wrapS = load<u32>(record, 12), wrapT = load<u32>(record, 16);
  texR = 0; texG = 0; texB = 0; texA = 0;
  // Far coordinates lose every fraction bit anyway; the limit keeps the integer conversion defined.
  const x: f32 = max<f32>(-1e8, min<f32>(1e8, s * <f32>width)), y: f32 = max<f32>(-1e8, min<f32>(1e8, t * <f32>height));
  if (load<u32>(record, 20) != 0) {
    const nx = wrap(<i32>floor<f32>(x), width, wrapS), ny = wrap(<i32>floor<f32>(y), height, wrapT);
    fetch(texels + (<usize>(ny * width + nx) << 2), 1, srgb);
    return;
  }
  const fx: f32 = floor<f32>(x - <f32>0.5), fy: f32 = floor<f32>(y - <f32>0.5);
  const ax: f32 = x - <f32>0.5 - fx, ay: f32 = y - <f32>0.5 - fy;
  const x0 = wrap(<i32>fx, width, wrapS), x1 = wrap(<i32>fx + 1, width, wrapS);
  const row0 = texels + (<usize>(wrap(<i32>fy, height, wrapT) * width) << 2);
  const row1 = texels + (<usize>(wrap(<i32>fy + 1, height, wrapT) * width) << 2);
  const bx: f32 = <f32>1 - ax, by: f32 = <f32>1 - ay;
  fetch(row0 + (<usize>x0 << 2), bx * by, srgb);
  fetch(row0 + (<usize>x1 << 2), ax * by, srgb);
  fetch(row1 + (<usize>x0 << 2), bx * ay, srgb);
  fetch(row1 + (<usize>x1 << 2), ax * ay, srgb);
}
