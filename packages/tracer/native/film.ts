// The film: 64 bytes a pixel. Beauty and sample count; albedo and coverage; normal and depth; surface normal and object id.
import { centreRay, rayDX, rayDY, rayDZ, rayOX, rayOY, rayOZ } from './camera';
import { covered, guideB, guideG, guideNX, guideNY, guideNZ, guideR, outB, outG, outR, tracePath } from './path';
import { FLAG_ALPHA_BLEND, FLAG_ALPHA_MASK, camera, film, filmWidth } from './scene';
import * as surface from './surface';
import { closestHit, hitDistance, hitTriangle, hitU, hitV } from './traverse';

export const PIXEL_BYTES: usize = 64;

/** Depth, surface normal and object id along the pixel's centre ray. Half transparent counts as there. */
function centrePixel(x: i32, y: i32, at: usize): void {
  store<f32>(at, Infinity, 44);
  centreRay(x, y);
  let ox = rayOX, oy = rayOY, oz = rayOZ;
  for (let i = 0; i < 32; i++) {
    if (!closestHit(ox, oy, oz, rayDX, rayDY, rayDZ)) return;
    const triangle = hitTriangle, distance = hitDistance;
    surface.locate(triangle, hitU, hitV, rayDX, rayDY, rayDZ);
    let there = !surface.culled(rayDX, rayDY, rayDZ);
    if (there && (surface.flags & (FLAG_ALPHA_MASK | FLAG_ALPHA_BLEND)) != 0) {
      surface.loadBase();
      there = surface.alpha >= ((surface.flags & FLAG_ALPHA_MASK) != 0 ? load<f32>(surface.material, 44) : <f32>0.5);
    }
    if (!there) {
      const step: f32 = distance + surface.clearance;
      ox += rayDX * step; oy += rayDY * step; oz += rayDZ * step;
      continue;
    }
    const c = camera;
    const px: f32 = surface.posX - load<f32>(c), py: f32 = surface.posY - load<f32>(c, 4), pz: f32 = surface.posZ - load<f32>(c, 8);
    store<f32>(at, px * load<f32>(c, 36) + py * load<f32>(c, 40) + pz * load<f32>(c, 44), 44);
    surface.shade(triangle, 0, true);
    surface.faceViewer(-rayDX, -rayDY, -rayDZ);
    store<f32>(at, surface.nrmX, 48);
    store<f32>(at, surface.nrmY, 52);
    store<f32>(at, surface.nrmZ, 56);
    store<u32>(at, load<u32>(surface.mesh, 4), 60);
    return;
  }
}

/**
 * Adds samples [from, to) to the pixels of a tile. Each sample is added on its own, in order, so the sums do not
 * depend on how the samples were cut into passes.
 */
export function renderTile(x0: i32, y0: i32, x1: i32, y1: i32, from: i32, to: i32): void {
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) {
    const at = film + <usize>(y * filmWidth + x) * PIXEL_BYTES;
    if (from == 0) {
      memory.fill(at, 0, PIXEL_BYTES);
      centrePixel(x, y, at);
    }
    let color = v128.load(at), albedo = v128.load(at, 16), normal = v128.load(at, 32);
    for (let s = from; s < to; s++) {
      tracePath(x, y, s);
      color = f32x4.add(color, pack(outR, outG, outB, 1));
      albedo = f32x4.add(albedo, pack(guideR, guideG, guideB, covered));
      normal = f32x4.add(normal, pack(guideNX, guideNY, guideNZ, 0));
    }
    v128.store(at, color);
    v128.store(at, albedo, 16);
    v128.store(at, normal, 32);
  }
}
@inline function pack(a: f32, b: f32, c: f32, d: f32): v128 {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c), 3, d);
}
