// Solid textures from the world position. Each pattern sets a blend between the material's two colours, a tint, a
// roughness offset and a height; heights come in four lanes so that the slope costs nothing extra.
import {
  add, all, cellHash, cellId, cellNear, cellSecond, cells, fbm, fraction, lane0, lerp, magnitude, mul, noise, offset,
  ramp, saturate, scale, sub, wave,
} from './noise';

/** Share of colour B. */
export let patternMix: f32 = 0;
/** Multiplies the colour. */
export let patternTint: f32 = 1;
/** -1 to 1, times the material's roughness variation. */
export let patternRoughness: f32 = 0;
/** In units of the bump height, per lane. */
export let patternHeight: v128 = f32x4.splat(0);

// Flat patterns lie in the plane that the surface faces most.
let planeU: v128 = f32x4.splat(0);
let planeV: v128 = f32x4.splat(0);
let planeW: v128 = f32x4.splat(0);

function choosePlane(x: v128, y: v128, z: v128, nx: f32, ny: f32, nz: f32): void {
  const ax = abs<f32>(nx), ay = abs<f32>(ny), az = abs<f32>(nz);
  if (ay >= ax && ay >= az) { planeU = x; planeV = z; planeW = y; }
  else if (ax >= az) { planeU = z; planeV = y; planeW = x; }
  else { planeU = x; planeV = y; planeW = z; }
}

@inline function one(): v128 { return f32x4.splat(1); }
@inline function squareRoot(a: v128): v128 { return f32x4.sqrt(a); }

/** Growth rings round the axis (u), seen on a flat cut, with fibres along it; the distance between rings is about 1. */
function grain(u: v128, v: v128, w: v128, salt: v128): v128 {
  const drift = fbm(add(scale(u, 0.06), salt), scale(v, 0.3), scale(w, 0.3), 2);
  const vv = add(v, scale(drift, 1.6)), ww = add(offset(w, 3.2), scale(drift, 0.9));
  const radius = squareRoot(add(mul(vv, vv), mul(ww, ww)));
  const ring = fraction(add(radius, scale(noise(add(scale(u, 0.2), salt), scale(v, 2), scale(w, 2)), 0.22)));
  // Slow rise through the summer, quick fall at the end of the year.
  const year = mul(ramp(0, 0.82, ring), sub(one(), ramp(0.86, 1, ring)));
  const fibre = noise(add(scale(u, 0.9), salt), scale(v, 26), scale(w, 26));
  const pores = ramp(0.28, 0.6, noise(add(scale(u, 0.55), salt), scale(v, 13), scale(w, 13)));
  return saturate(add(add(scale(year, 0.62), scale(fibre, 0.16)), add(scale(pores, 0.34), scale(drift, 0.16))));
}

function wood(x: v128, y: v128, z: v128): void {
  const g = grain(x, z, y, all(0));
  const large = noise(scale(x, 0.055), scale(y, 0.11), scale(z, 0.155));
  patternMix = lane0(g);
  patternTint = <f32>1 + lane0(large) * <f32>0.12;
  patternRoughness = lane0(g) * <f32>1.2 - <f32>0.5;
  patternHeight = scale(g, -0.35);
}

function planks(): void {
  const row = f32x4.floor(planeV);
  const rowHash = cellHash(row, all(3), all(1), 7);
  const along = add(scale(planeU, 0.16), scale(rowHash, 7.3));
  const board = f32x4.floor(along);
  const salt = scale(cellHash(row, board, all(2), 11), 60);
  const edgeV = magnitude(sub(fraction(planeV), all(0.5)));
  const edgeU = magnitude(sub(fraction(along), all(0.5)));
  const gap = f32x4.max(ramp(0.485, 0.496, edgeV), ramp(0.4975, 0.4992, edgeU));
  const shoulder = f32x4.max(ramp(0.45, 0.5, edgeV), ramp(0.493, 0.5, edgeU));
  const g = grain(scale(planeU, 5), add(scale(fraction(planeV), 6), scale(salt, 0.11)), add(scale(planeW, 5), scale(salt, 0.05)), salt);
  const board1 = lane0(cellHash(row, board, all(5), 23));
  const gap0 = lane0(gap);
  patternMix = lane0(g) * <f32>0.75 + board1 * <f32>0.25;
  patternTint = (<f32>0.82 + board1 * <f32>0.3) * (<f32>1 - gap0 * <f32>0.75);
  patternRoughness = lane0(g) - <f32>0.5 + gap0;
  patternHeight = sub(scale(g, -0.12), add(scale(gap, 0.7), scale(mul(shoulder, shoulder), 0.3)));
}

function marble(x: v128, y: v128, z: v128): void {
  // Veins run along one slanting direction of the rock; the warp makes them wander, meet and part.
  const along = add(add(scale(x, 0.62), scale(z, 0.55)), scale(y, 0.56)), side = sub(scale(z, 0.8), scale(x, 0.75)), rise = sub(scale(y, 0.95), scale(add(x, z), 0.32));
  const wx = fbm(x, y, z, 4), wy = fbm(offset(scale(x, 1.7), 31.7), offset(scale(y, 1.7), 11.1), scale(z, 1.7), 3);
  const pa = add(scale(along, 0.5), scale(wx, 0.55)), ps = add(scale(side, 1.15), scale(add(wx, scale(wy, 0.5)), 0.6)), pr = add(scale(rise, 1.15), scale(wy, 0.5));
  const main = magnitude(noise(pa, ps, pr));
  const second = magnitude(noise(offset(scale(pa, 2.1), 5.2), scale(ps, 1.9), scale(pr, 1.9)));
  const fine = magnitude(noise(offset(scale(pa, 4.7), 15.2), scale(ps, 4.1), scale(pr, 4.1)));
  // Veins fade in and out along their way.
  const presence = ramp(-0.45, 0.35, noise(offset(scale(x, 0.7), 40), scale(y, 0.7), scale(z, 0.7)));
  const core = mul(sub(one(), ramp(0.005, 0.055, main)), offset(scale(presence, 0.6), 0.4));
  const halo = scale(sub(one(), ramp(0, 0.3, main)), 0.26);
  const branch = scale(mul(sub(one(), ramp(0.004, 0.05, second)), presence), 0.6);
  const hair = scale(mul(sub(one(), ramp(0, 0.05, fine)), presence), 0.24);
  const cloud = offset(scale(wx, 0.16), 0.03);
  patternMix = lane0(saturate(add(add(f32x4.max(core, f32x4.max(branch, hair)), mul(halo, halo)), cloud)));
  patternTint = <f32>1 + lane0(wy) * <f32>0.05;
  patternRoughness = lane0(core) * <f32>0.6 - <f32>0.2;
  patternHeight = scale(core, -0.06);
}

function concrete(x: v128, y: v128, z: v128): void {
  const stains = fbm(scale(x, 0.55), scale(y, 0.55), scale(z, 0.55), 4);
  const grit = fbm(scale(x, 14), scale(y, 14), scale(z, 14), 3);
  cells(scale(x, 5), scale(y, 5), scale(z, 5));
  const holeSize = scale(f32x4.max(sub(cellId, all(0.6)), all(0)), 0.055);
  const pore = mul(sub(one(), ramp(0.3, 1, f32x4.div(cellNear, f32x4.max(holeSize, all(1e-6))))), f32x4.min(one(), scale(holeSize, 1e4)));
  patternMix = lane0(saturate(offset(add(scale(stains, 0.85), scale(grit, 0.16)), 0.45)));
  patternTint = (<f32>1 + lane0(grit) * <f32>0.1) * (<f32>1 - lane0(pore) * <f32>0.55);
  patternRoughness = lane0(stains) * <f32>0.8 + lane0(pore);
  patternHeight = sub(add(scale(grit, 0.12), scale(stains, 0.25)), pore);
}

function brick(): void {
  const course = scale(planeV, 3);
  const row = f32x4.floor(course);
  const along = add(planeU, scale(sub(row, scale(f32x4.floor(scale(row, 0.5)), 2)), 0.5));
  const column = f32x4.floor(along);
  const rough = fbm(scale(planeU, 9), scale(planeV, 9), scale(planeW, 9), 3);
  // Edges wander, so that no two bricks are alike.
  const wobble = scale(noise(scale(planeU, 7), scale(planeV, 7), scale(planeW, 7)), 0.012);
  const du = sub(all(0.5), magnitude(sub(fraction(along), all(0.5))));
  const dv = scale(sub(all(0.5), magnitude(sub(fraction(course), all(0.5)))), 0.3333);
  const edge = add(f32x4.min(du, dv), wobble);
  const body = ramp(0.016, 0.034, edge);
  const h0 = lane0(cellHash(column, row, all(0), 5)), h1 = lane0(cellHash(column, row, all(0), 71));
  const body0 = lane0(body);
  patternMix = <f32>1 - body0;
  const fired: f32 = (<f32>0.62 + h0 * <f32>0.55) * (h1 > <f32>0.9 ? <f32>0.6 : <f32>1);
  patternTint = (fired * body0 + (<f32>1 - body0)) * (<f32>1 + lane0(rough) * <f32>0.22);
  patternRoughness = lane0(rough) * <f32>0.5 + (<f32>1 - body0) * <f32>0.5;
  patternHeight = add(body, scale(rough, 0.22));
}

function tiles(): void {
  const du = sub(all(0.5), magnitude(sub(fraction(planeU), all(0.5))));
  const dv = sub(all(0.5), magnitude(sub(fraction(planeV), all(0.5))));
  const edge = f32x4.min(du, dv);
  const body = ramp(0.012, 0.02, edge);
  const pillow = ramp(0.012, 0.05, edge);
  const row = f32x4.floor(planeV), column = f32x4.floor(planeU);
  const h0 = lane0(cellHash(column, row, all(0), 5));
  const cloud = fbm(add(scale(planeU, 2), scale(cellHash(column, row, all(0), 9), 40)), scale(planeV, 2), planeW, 3);
  const body0 = lane0(body);
  patternMix = <f32>1 - body0;
  patternTint = (<f32>0.93 + h0 * <f32>0.12 + lane0(cloud) * <f32>0.05) * body0 + (<f32>1 - body0);
  patternRoughness = lane0(cloud) * <f32>0.4 + (<f32>1 - body0) * <f32>3;
  // Each tile sits a little askew, which is what makes a row of reflections look laid by hand.
  const tilt = add(mul(sub(fraction(planeU), all(0.5)), offset(cellHash(column, row, all(0), 17), -0.5)), mul(sub(fraction(planeV), all(0.5)), offset(cellHash(column, row, all(0), 19), -0.5)));
  patternHeight = add(add(scale(body, 0.5), scale(pillow, 0.5)), mul(scale(tilt, 0.6), body));
}

function checker(): void {
  const parity = add(f32x4.floor(planeU), f32x4.floor(planeV));
  const odd = lane0(sub(parity, scale(f32x4.floor(scale(parity, 0.5)), 2)));
  patternMix = odd > <f32>0.5 ? 1 : 0;
  patternTint = 1;
  patternRoughness = lane0(noise(scale(planeU, 3), scale(planeV, 3), scale(planeW, 3)));
  patternHeight = all(0);
}

function fabric(): void {
  const u = planeU, v = planeV;
  const slub = noise(scale(u, 0.35), scale(v, 0.35), planeW);
  const uu = add(u, scale(noise(scale(u, 0.5), scale(v, 0.11), planeW), 0.12)), vv = add(v, scale(noise(scale(u, 0.11), scale(v, 0.5), offset(planeW, 9)), 0.12));
  const cu = f32x4.floor(uu), cv = f32x4.floor(vv);
  const parity = add(cu, cv);
  const over = f32x4.gt(sub(parity, scale(f32x4.floor(scale(parity, 0.5)), 2)), all(0.5));
  // A thread is a half cylinder across and dives under its neighbours along.
  const fu = sub(fraction(uu), all(0.5)), fv = sub(fraction(vv), all(0.5));
  const across = v128.bitselect(fu, fv, over), along = v128.bitselect(fv, fu, over);
  const thread = sub(one(), scale(mul(across, across), 3.4));
  const dive = sub(one(), scale(mul(along, along), 2.2));
  const twist = wave(add(scale(along, 2.5), scale(across, 1.6)));
  const height = saturate(mul(thread, dive));
  const threadHash = lane0(v128.bitselect(cellHash(cu, all(1), all(0), 3), cellHash(cv, all(2), all(0), 3), over));
  const h0 = lane0(height);
  patternMix = (lane0(over) != 0 ? <f32>0.25 : <f32>0) + threadHash * <f32>0.5 + lane0(slub) * <f32>0.15;
  patternTint = <f32>0.6 + h0 * <f32>0.45 + lane0(twist) * <f32>0.05;
  patternRoughness = <f32>0.5 - h0 * <f32>0.5;
  patternHeight = add(height, scale(twist, 0.1));
}

function leather(x: v128, y: v128, z: v128): void {
  const warp = fbm(scale(x, 0.8), scale(y, 0.8), scale(z, 0.8), 2);
  cells(add(x, scale(warp, 0.35)), add(y, scale(warp, 0.3)), sub(z, scale(warp, 0.35)));
  const crease = sub(squareRoot(cellSecond), squareRoot(cellNear));
  const grainCell = ramp(0.02, 0.32, crease);
  const fine = noise(scale(x, 6), scale(y, 6), scale(z, 6));
  const wear = fbm(scale(x, 0.07), scale(y, 0.07), scale(z, 0.07), 3);
  const g0 = lane0(grainCell);
  patternMix = lane0(saturate(offset(scale(wear, 0.42), 0.3)));
  patternTint = <f32>0.72 + g0 * <f32>0.3;
  patternRoughness = <f32>0.35 - g0 * <f32>0.7 + lane0(wear) * <f32>0.6;
  patternHeight = add(grainCell, scale(fine, 0.1));
}

function terrazzo(x: v128, y: v128, z: v128): void {
  const wob = scale(noise(scale(x, 3), scale(y, 3), scale(z, 3)), 0.12);
  cells(add(x, wob), add(y, wob), sub(z, wob));
  const size = cellId;
  const large = ramp(0.06, 0.075, sub(add(all(0.07), scale(size, 0.17)), cellNear));
  const largeId = lane0(cellId);
  cells(offset(scale(x, 2.7), 7), scale(y, 2.7), scale(z, 2.7));
  const small = mul(ramp(0.05, 0.08, sub(add(all(0.07), scale(cellId, 0.13)), cellNear)), f32x4.min(one(), scale(f32x4.max(sub(cellId, all(0.25)), all(0)), 1e3)));
  const smallId = lane0(cellId);
  const isLarge = lane0(large);
  const isSmall = lane0(small) * (<f32>1 - isLarge);
  const chip: f32 = isLarge > isSmall ? largeId : smallId;
  const shade = chip * <f32>7;
  const chipTint: f32 = <f32>0.45 + (shade - floor<f32>(shade)) * <f32>0.95;
  const any = max<f32>(isLarge, isSmall);
  const speck = lane0(noise(scale(x, 11), scale(y, 11), scale(z, 11)));
  const hue = chip * <f32>31;
  patternMix = any * (<f32>0.45 + <f32>0.55 * (hue - floor<f32>(hue)));
  patternTint = (<f32>1 - any) * (<f32>1 + speck * <f32>0.07) + any * chipTint;
  patternRoughness = any * <f32>-0.4 + speck * <f32>0.2;
  patternHeight = scale(large, 0.05);
}

function cloudy(x: v128, y: v128, z: v128): void {
  const n = fbm(x, y, z, 5);
  patternMix = lane0(ramp(-0.6, 0.6, n));
  patternTint = 1;
  patternRoughness = lane0(n);
  patternHeight = n;
}

function grass(x: v128, y: v128, z: v128): void {
  // Blades are streaks; four directions of them overlap, and the tallest at a point is what one sees.
  let tallest = all(-1);
  let shade = all(0);
  const bend = noise(scale(x, 1.3), y, scale(z, 1.3));
  for (let layer = 0; layer < 4; layer++) {
    const c: f32 = layer == 0 ? 1 : layer == 1 ? 0.31 : layer == 2 ? -0.62 : 0.74;
    const s: f32 = layer == 0 ? 0.08 : layer == 1 ? 0.95 : layer == 2 ? 0.78 : -0.67;
    const u = add(add(scale(x, c), scale(z, s)), scale(bend, 0.25)), v = add(sub(scale(z, c), scale(x, s)), scale(bend, 0.4));
    const shift = <f32>(layer * 19);
    const blade = noise(offset(scale(u, 9), shift), offset(scale(y, 3), shift), scale(v, 1.7));
    const higher = f32x4.gt(blade, tallest);
    shade = v128.bitselect(noise(offset(scale(u, 5), shift), all(shift), scale(v, 0.9)), shade, higher);
    tallest = f32x4.max(blade, tallest);
  }
  const patch = fbm(scale(x, 0.11), scale(y, 0.11), scale(z, 0.11), 3);
  const clump = noise(scale(x, 0.8), scale(y, 0.8), scale(z, 0.8));
  const t0 = lane0(tallest);
  patternMix = lane0(saturate(offset(add(scale(patch, 0.5), add(scale(shade, 0.55), scale(clump, 0.2))), 0.4)));
  patternTint = max<f32>(0.16, <f32>0.42 + t0 * <f32>0.95 + lane0(clump) * <f32>0.14);
  patternRoughness = lane0(shade) * <f32>0.5;
  patternHeight = add(tallest, scale(clump, 0.8));
}

function sand(x: v128, y: v128, z: v128): void {
  const drift = fbm(scale(x, 0.4), scale(y, 0.4), scale(z, 0.4), 3);
  const ripple = wave(add(add(scale(x, 0.8), scale(z, 0.35)), scale(drift, 0.9)));
  const grains = noise(scale(x, 60), scale(y, 60), scale(z, 60));
  const lumps = fbm(scale(x, 5), scale(y, 5), scale(z, 5), 3);
  patternMix = lane0(saturate(offset(add(scale(drift, 0.35), add(scale(grains, 0.32), scale(lumps, 0.2))), 0.42)));
  patternTint = <f32>1 + lane0(grains) * <f32>0.2 + lane0(ripple) * <f32>0.06;
  patternRoughness = lane0(grains) * <f32>0.4;
  patternHeight = add(add(scale(ripple, 0.5), scale(drift, 0.4)), add(scale(grains, 0.035), scale(lumps, 0.12)));
}

function snow(x: v128, y: v128, z: v128): void {
  const drift = fbm(scale(x, 0.5), scale(y, 0.5), scale(z, 0.5), 4);
  const crust = fbm(scale(x, 8), scale(y, 8), scale(z, 8), 3);
  const glint = cellHash(f32x4.floor(scale(x, 220)), f32x4.floor(scale(y, 220)), f32x4.floor(scale(z, 220)), 3);
  patternMix = lane0(saturate(offset(add(scale(drift, 0.5), scale(crust, 0.12)), 0.35)));
  patternTint = <f32>1 + lane0(crust) * <f32>0.03;
  patternRoughness = lane0(glint) > <f32>0.985 ? <f32>-2.5 : lane0(crust) * <f32>0.3;
  patternHeight = add(scale(drift, 0.9), scale(crust, 0.09));
}

function asphalt(x: v128, y: v128, z: v128): void {
  cells(scale(x, 1), scale(y, 1), scale(z, 1));
  const stone = ramp(0.34, 0.12, cellNear);
  const id = lane0(cellId);
  const stone0 = lane0(stone);
  const height = mul(stone, add(all(0.45), scale(cellId, 0.75)));
  const grit = noise(scale(x, 3.1), scale(y, 3.1), scale(z, 3.1));
  const wear = fbm(scale(x, 0.013), scale(y, 0.013), scale(z, 0.013), 4);
  patternMix = clampUnit(stone0 * id * id * <f32>1.1 + lane0(wear) * <f32>0.25);
  patternTint = (<f32>0.68 + stone0 * <f32>0.36) * (<f32>1 + lane0(grit) * <f32>0.25) * (<f32>1 + lane0(wear) * <f32>0.28);
  patternRoughness = stone0 * (id - <f32>0.6) + lane0(wear) * <f32>0.5;
  patternHeight = add(height, scale(grit, 0.2));
}
@inline function clampUnit(x: f32): f32 { return min<f32>(1, max<f32>(0, x)); }

function water(x: v128, y: v128, z: v128): void {
  const bend = noise(scale(x, 0.31), scale(y, 0.31), scale(z, 0.31));
  const swell = add(wave(add(add(scale(x, 0.43), scale(z, 0.21)), scale(bend, 0.5))), wave(add(sub(scale(z, 0.37), scale(x, 0.13)), scale(bend, 0.7))));
  const chop = fbm(x, y, scale(z, 1.3), 4);
  patternMix = lane0(saturate(offset(add(scale(swell, 0.12), scale(chop, 0.3)), 0.4)));
  patternTint = 1;
  patternRoughness = 0;
  patternHeight = add(scale(swell, 0.5), scale(chop, 0.6));
}

/** Lie of the land for puddles, about -1 to 1, at a level place given in units of their size. */
export function puddleField(x: f32, z: f32): f32 { return lane0(fbm(all(x), all(7.7), all(z), 4)); }

/** Evaluates pattern `kind` at four points given in units of the feature size; (nx, ny, nz) is the surface's face normal. */
export function evaluatePattern(kind: i32, x: v128, y: v128, z: v128, nx: f32, ny: f32, nz: f32): void {
  choosePlane(x, y, z, nx, ny, nz);
  switch (kind) {
    case 0: wood(x, y, z); break;
    case 1: planks(); break;
    case 2: marble(x, y, z); break;
    case 3: concrete(x, y, z); break;
    case 4: brick(); break;
    case 5: tiles(); break;
    case 6: checker(); break;
    case 7: fabric(); break;
    case 8: leather(x, y, z); break;
    case 9: terrazzo(x, y, z); break;
    case 10: cloudy(x, y, z); break;
    case 11: grass(x, y, z); break;
    case 12: sand(x, y, z); break;
    case 13: snow(x, y, z); break;
    case 14: asphalt(x, y, z); break;
    default: water(x, y, z); break;
  }
}
