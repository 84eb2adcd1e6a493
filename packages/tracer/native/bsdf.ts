// The layered surface: clear coat over sheen over (GGX reflection over diffuse or transmission).
// Layers are weighted by tabulated directional albedos, so a white surface in a white room stays white.
import { INV_PI, PI, cosOut, luminance, pow5, sinCosTurns, sinOut } from './math';
import { bsdfTable } from './scene';
import { u0, u1, next2 } from './sampling';

/** Below this the lobe is a mirror for every practical purpose: light sampling is left out for it. */
export const MIRROR_ALPHA: f32 = 0.008;
const MIN_ALPHA: f32 = 0.002;
const TABLE: i32 = 32;
const COAT_F0: f32 = 0.04;

// Shading frame.
let nX: f32 = 0;
let nY: f32 = 0;
let nZ: f32 = 1;
let tX: f32 = 1;
let tY: f32 = 0;
let tZ: f32 = 0;
let bX: f32 = 0;
let bY: f32 = 1;
let bZ: f32 = 0;
// Direction to the viewer in that frame.
let vX: f32 = 0;
let vY: f32 = 0;
let vZ: f32 = 1;

let diffuseR: f32 = 0;
let diffuseG: f32 = 0;
let diffuseB: f32 = 0;
let f0R: f32 = 0;
let f0G: f32 = 0;
let f0B: f32 = 0;
let f90: f32 = 1;
let specAlpha: f32 = 1;
let specScaleR: f32 = 1;
let specScaleG: f32 = 1;
let specScaleB: f32 = 1;
let coatWeight: f32 = 0;
let coatAlpha: f32 = 0;
let sheenR: f32 = 0;
let sheenG: f32 = 0;
let sheenB: f32 = 0;
let sheenAlpha: f32 = 1;
let sheenOn: bool = false;
let transmit: f32 = 0;
let tintR: f32 = 0;
let tintG: f32 = 0;
let tintB: f32 = 0;
let eta: f32 = 1.5;

let chanceDiffuse: f32 = 0;
let chanceSpec: f32 = 0;
let chanceCoat: f32 = 0;
let chanceTransmit: f32 = 0;

/** Value times cosine, and the density of all reflecting lobes together, from `evaluate` and `sample`. */
export let valueR: f32 = 0;
export let valueG: f32 = 0;
export let valueB: f32 = 0;
export let pdf: f32 = 0;
/** Sampled direction in the world. */
export let outX: f32 = 0;
export let outY: f32 = 0;
export let outZ: f32 = 0;

export const LOBE_NONE: i32 = 0;
export const LOBE_DIFFUSE: i32 = 1;
export const LOBE_GLOSSY: i32 = 2;
export const LOBE_TRANSMIT: i32 = 3;

/** Albedo of the surface as the denoiser's guide. */
export let guideR: f32 = 0;
export let guideG: f32 = 0;
export let guideB: f32 = 0;
/** Only mirror-like lobes: nothing to find by light sampling. */
export let mirrorOnly: bool = false;

let tableA: f32 = 0;
let tableB: f32 = 0;
let tableSheen: f32 = 0;

function lookup(cosine: f32, roughness: f32): void {
  const x: f32 = min<f32>(1, max<f32>(0, cosine)) * <f32>(TABLE - 1), y: f32 = min<f32>(1, roughness) * <f32>(TABLE - 1);
  const xi = min<i32>(TABLE - 2, <i32>x), yi = min<i32>(TABLE - 2, <i32>y);
  const fx = f32x4.splat(x - <f32>xi), fy = f32x4.splat(y - <f32>yi);
  const at = bsdfTable + (<usize>(yi * TABLE + xi) << 4);
  const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, TABLE * 16), d = v128.load(at, TABLE * 16 + 16);
  const top = f32x4.add(a, f32x4.mul(f32x4.sub(b, a), fx)), low = f32x4.add(c, f32x4.mul(f32x4.sub(d, c), fx));
  const r = f32x4.add(top, f32x4.mul(f32x4.sub(low, top), fy));
  tableA = f32x4.extract_lane(r, 0);
  tableB = f32x4.extract_lane(r, 1);
  tableSheen = f32x4.extract_lane(r, 2);
}

/** Smith masking of one direction, as the denominator of G1 = 2 c / masking. */
@inline function masking(c: f32, a2: f32): f32 { return c + sqrt<f32>(a2 + (<f32>1 - a2) * c * c); }

let halfX: f32 = 0;
let halfY: f32 = 0;
let halfZ: f32 = 1;
/** Visible normal of GGX for `v` (Dupuy and Benyoub, "Sampling Visible GGX Normals with Spherical Caps", 2023). */
function sampleHalf(alpha: f32, ra: f32, rb: f32): void {
  let wx: f32 = vX * alpha, wy: f32 = vY * alpha, wz: f32 = vZ;
  const k: f32 = <f32>1 / sqrt<f32>(wx * wx + wy * wy + wz * wz);
  wx *= k; wy *= k; wz *= k;
  sinCosTurns(ra);
  const z: f32 = (<f32>1 - rb) * (<f32>1 + wz) - wz;
  const s = sqrt<f32>(max<f32>(0, <f32>1 - z * z));
  let hx: f32 = (s * cosOut + wx) * alpha, hy: f32 = (s * sinOut + wy) * alpha, hz = max<f32>(z + wz, 1e-7);
  const l: f32 = <f32>1 / sqrt<f32>(hx * hx + hy * hy + hz * hz);
  halfX = hx * l; halfY = hy * l; halfZ = hz * l;
}

@inline function ggx(alpha2: f32): f32 {
  // sin^2 from the tangent parts: 1 - z^2 would lose all digits on smooth surfaces.
  const d: f32 = halfZ * halfZ * alpha2 + (halfX * halfX + halfY * halfY);
  return alpha2 / (PI * d * d + <f32>1e-20);
}
@inline function charlie(cosine: f32, alpha: f32): f32 {
  const s2 = max<f32>(<f32>1 - cosine * cosine, <f32>1e-4);
  const inverse: f32 = <f32>1 / alpha;
  return (<f32>2 + inverse) * Mathf.pow(s2, inverse * <f32>0.5) * (INV_PI * <f32>0.5);
}
@inline function sheenVisibility(l: f32, v: f32): f32 { return <f32>0.25 / (l + v - l * v + <f32>1e-5); }

/** Fills the 32 x 32 table (cosine, roughness): GGX albedo as A f0 + B f90 and sheen albedo, by fixed quadrature. */
export function buildTable(at: usize): void {
  for (let y = 0; y < TABLE; y++) {
    const rough: f32 = <f32>y / <f32>(TABLE - 1);
    const alpha = max<f32>(MIN_ALPHA, rough * rough), a2: f32 = alpha * alpha;
    const cloth = max<f32>(<f32>0.0049, rough * rough);
    for (let x = 0; x < TABLE; x++) {
      const c = max<f32>(<f32>0.004, <f32>x / <f32>(TABLE - 1));
      vX = sqrt<f32>(<f32>1 - c * c); vY = 0; vZ = c;
      let sumA: f32 = 0, sumB: f32 = 0, sumS: f32 = 0;
      for (let i = 0; i < 16; i++) for (let j = 0; j < 16; j++) {
        const ra: f32 = (<f32>i + <f32>0.5) * <f32>0.0625, rb: f32 = (<f32>j + <f32>0.5) * <f32>0.0625;
        sampleHalf(alpha, ra, rb);
        const vh: f32 = vX * halfX + vY * halfY + vZ * halfZ;
        const lz: f32 = <f32>2 * vh * halfZ - vZ;
        if (lz > 0) {
          const gv = masking(vZ, a2) - vZ, gl = masking(lz, a2) - lz;
          // Height-correlated G2 over G1.
          const w: f32 = lz * (gv + vZ) / (lz * gv + vZ * gl);
          const fc = pow5(<f32>1 - min<f32>(1, vh));
          sumA += w * (<f32>1 - fc);
          sumB += w * fc;
        }
        // Sheen over the uniform hemisphere.
        const z: f32 = rb;
        const s = sqrt<f32>(<f32>1 - z * z);
        sinCosTurns(ra);
        const hx: f32 = s * cosOut + vX, hy: f32 = s * sinOut, hz: f32 = z + vZ;
        const hn: f32 = hz / sqrt<f32>(hx * hx + hy * hy + hz * hz);
        sumS += charlie(hn, cloth) * sheenVisibility(z, vZ) * z * (<f32>2 * PI);
      }
      const out = at + (<usize>(y * TABLE + x) << 4);
      store<f32>(out, sumA / 256);
      store<f32>(out, sumB / 256, 4);
      store<f32>(out, min<f32>(1, sumS / 256), 8);
      store<f32>(out, 0, 12);
    }
  }
}

@inline function schlick(f0: f32, fc: f32): f32 { return f0 + (f90 - f0) * fc; }

/**
 * Prepares the surface for a viewer in direction (x, y, z).
 * `minAlpha` widens every lobe: after a rough bounce sharp ones could only be found by chance, as fireflies.
 */
export function prepare(
  nx: f32, ny: f32, nz: f32, x: f32, y: f32, z: f32, minAlpha: f32,
  baseR: f32, baseG: f32, baseB: f32, metallic: f32, roughness: f32, ior: f32, specular: f32, transmission: f32, inside: bool, thin: bool,
  coat: f32, coatRoughness: f32, clothR: f32, clothG: f32, clothB: f32, clothRoughness: f32,
): void {
  nX = nx; nY = ny; nZ = nz;
  const s = copysign<f32>(1, nz);
  const a: f32 = <f32>-1 / (s + nz);
  const b: f32 = nx * ny * a;
  tX = <f32>1 + s * nx * nx * a; tY = s * b; tZ = -s * nx;
  bX = b; bY = s + ny * ny * a; bZ = -ny;
  vX = x * tX + y * tY + z * tZ;
  vY = x * bX + y * bY + z * bZ;
  vZ = max<f32>(x * nx + y * ny + z * nz, <f32>1e-4);

  specAlpha = max<f32>(MIN_ALPHA, max<f32>(roughness * roughness, minAlpha));
  const r0: f32 = (ior - <f32>1) / (ior + <f32>1);
  const dielectric: f32 = min<f32>(1, r0 * r0 * specular);
  f0R = dielectric + (baseR - dielectric) * metallic;
  f0G = dielectric + (baseG - dielectric) * metallic;
  f0B = dielectric + (baseB - dielectric) * metallic;
  f90 = specular + (<f32>1 - specular) * metallic;

  let under: f32 = 1;
  coatWeight = coat;
  chanceCoat = 0;
  if (coat > 0) {
    coatAlpha = max<f32>(MIN_ALPHA, max<f32>(coatRoughness * coatRoughness, minAlpha));
    lookup(vZ, sqrt<f32>(coatAlpha));
    chanceCoat = coat * (COAT_F0 * tableA + tableB);
    under = <f32>1 - chanceCoat;
  }
  let sheenAlbedo: f32 = 0;
  const clothMax = max<f32>(clothR, max<f32>(clothG, clothB));
  sheenOn = clothMax > 0;
  if (sheenOn) {
    sheenAlpha = max<f32>(<f32>0.0049, clothRoughness * clothRoughness);
    lookup(vZ, clothRoughness);
    sheenR = clothR * under; sheenG = clothG * under; sheenB = clothB * under;
    sheenAlbedo = tableSheen * luminance(sheenR, sheenG, sheenB);
    under *= <f32>1 - clothMax * tableSheen;
  }
  lookup(vZ, sqrt<f32>(specAlpha));
  const single: f32 = tableA + tableB;
  // Turquin, "Practical multiple scattering compensation for microfacet models" (2019).
  const lost: f32 = single > <f32>0.01 ? <f32>1 / single - <f32>1 : 0;
  specScaleR = (<f32>1 + f0R * lost) * under;
  specScaleG = (<f32>1 + f0G * lost) * under;
  specScaleB = (<f32>1 + f0B * lost) * under;
  const albedoR: f32 = (f0R * tableA + f90 * tableB) * specScaleR;
  const albedoG: f32 = (f0G * tableA + f90 * tableB) * specScaleG;
  const albedoB: f32 = (f0B * tableA + f90 * tableB) * specScaleB;
  const below = max<f32>(0, under - max<f32>(albedoR, max<f32>(albedoG, albedoB)));

  transmit = transmission * (<f32>1 - metallic);
  const opaque: f32 = (<f32>1 - metallic) * (<f32>1 - transmit) * below;
  diffuseR = baseR * opaque; diffuseG = baseG * opaque; diffuseB = baseB * opaque;
  chanceSpec = luminance(albedoR, albedoG, albedoB);
  chanceDiffuse = luminance(diffuseR, diffuseG, diffuseB) + sheenAlbedo;
  chanceTransmit = 0;
  guideR = min<f32>(1, diffuseR + albedoR + sheenR * (sheenOn ? tableSheen : <f32>0) + chanceCoat);
  guideG = min<f32>(1, diffuseG + albedoG + sheenG * (sheenOn ? tableSheen : <f32>0) + chanceCoat);
  guideB = min<f32>(1, diffuseB + albedoB + sheenB * (sheenOn ? tableSheen : <f32>0) + chanceCoat);
  if (transmit > 0) {
    eta = inside ? <f32>1 / ior : ior;
    const passes: f32 = transmit * under;
    // A solid is crossed twice, so each of its two surfaces takes half of the tint.
    tintR = (thin ? baseR : sqrt<f32>(baseR)) * passes;
    tintG = (thin ? baseG : sqrt<f32>(baseG)) * passes;
    tintB = (thin ? baseB : sqrt<f32>(baseB)) * passes;
    if (inside) {
      // Reflection inside a solid is decided by the exact Fresnel term together with refraction.
      chanceSpec = 0; chanceCoat = 0; chanceDiffuse *= <f32>0.5;
      chanceTransmit = max<f32>(<f32>0.05, transmit);
    } else {
      chanceTransmit = transmit * (<f32>1 - fresnel(vZ, eta)) * max<f32>(<f32>0.05, luminance(tintR, tintG, tintB));
    }
  }
  const total: f32 = chanceDiffuse + chanceSpec + chanceCoat + chanceTransmit;
  if (total > <f32>1e-9) {
    const k: f32 = <f32>1 / total;
    chanceDiffuse *= k; chanceSpec *= k; chanceCoat *= k; chanceTransmit *= k;
  } else {
    chanceDiffuse = 0; chanceSpec = 0; chanceCoat = 0; chanceTransmit = 0;
  }
  mirrorOnly = chanceDiffuse < <f32>1e-4 && (chanceSpec == 0 || specAlpha < MIRROR_ALPHA) && (chanceCoat == 0 || coatAlpha < MIRROR_ALPHA);
}

/** Unpolarised reflectance of a smooth dielectric; `ratio` is the index beyond over the index here. */
export function fresnel(cosine: f32, ratio: f32): f32 {
  const c = min<f32>(1, max<f32>(0, cosine));
  const g2: f32 = ratio * ratio - <f32>1 + c * c;
  if (g2 <= 0) return 1;
  const g = sqrt<f32>(g2);
  const p: f32 = (g - c) / (g + c);
  const q: f32 = (c * (g + c) - <f32>1) / (c * (g - c) + <f32>1);
  return <f32>0.5 * p * p * (<f32>1 + q * q);
}

function evaluateLocal(lx: f32, ly: f32, lz: f32): void {
  valueR = 0; valueG = 0; valueB = 0; pdf = 0;
  if (lz <= <f32>1e-5) return;
  let hx: f32 = vX + lx, hy: f32 = vY + ly, hz: f32 = vZ + lz;
  const k: f32 = <f32>1 / sqrt<f32>(hx * hx + hy * hy + hz * hz);
  halfX = hx * k; halfY = hy * k; halfZ = hz * k;
  const fc = pow5(<f32>1 - min<f32>(1, max<f32>(0, vX * halfX + vY * halfY + vZ * halfZ)));
  const lambert: f32 = lz * INV_PI;
  valueR = diffuseR * lambert; valueG = diffuseG * lambert; valueB = diffuseB * lambert;
  pdf = chanceDiffuse * lambert;
  if (chanceSpec > 0) {
    const a2: f32 = specAlpha * specAlpha;
    const d = ggx(a2);
    const mv = masking(vZ, a2), ml = masking(lz, a2);
    // D G2 l / (4 v l) with the height-correlated G2 = 2 v l / (l (mv - v) + v (ml - l)).
    const spec: f32 = d * <f32>0.5 * lz / (lz * (mv - vZ) + vZ * (ml - lz) + <f32>1e-9);
    valueR += schlick(f0R, fc) * spec * specScaleR;
    valueG += schlick(f0G, fc) * spec * specScaleG;
    valueB += schlick(f0B, fc) * spec * specScaleB;
    pdf += chanceSpec * d * <f32>0.5 / mv;
  }
  if (chanceCoat > 0) {
    const a2: f32 = coatAlpha * coatAlpha;
    const d = ggx(a2);
    const mv = masking(vZ, a2), ml = masking(lz, a2);
    const c: f32 = coatWeight * (COAT_F0 + (<f32>1 - COAT_F0) * fc) * d * <f32>0.5 * lz / (lz * (mv - vZ) + vZ * (ml - lz) + <f32>1e-9);
    valueR += c; valueG += c; valueB += c;
    pdf += chanceCoat * d * <f32>0.5 / mv;
  }
  if (sheenOn) {
    const c: f32 = charlie(halfZ, sheenAlpha) * sheenVisibility(lz, vZ) * lz;
    valueR += sheenR * c; valueG += sheenG * c; valueB += sheenB * c;
  }
}

/** Value times cosine and density for light from world direction (x, y, z). Transmission is not part of it. */
export function evaluate(x: f32, y: f32, z: f32): void {
  evaluateLocal(x * tX + y * tY + z * tZ, x * bX + y * bY + z * bZ, x * nX + y * nY + z * nZ);
}

@inline function emitLocal(x: f32, y: f32, z: f32): void {
  outX = x * tX + y * bX + z * nX;
  outY = x * tY + y * bY + z * nY;
  outZ = x * tZ + y * bZ + z * nZ;
}

export let leftInside: bool = false;

/**
 * Chooses a lobe and a direction. For reflecting lobes `value / pdf` is the weight; for transmission `value` is the
 * weight itself and `pdf` is 1.
 */
export function sample(choice: f32, inside: bool, thin: bool): i32 {
  next2();
  const ra = u0, rb = u1;
  if (choice < chanceTransmit) return sampleTransmission(choice / chanceTransmit, ra, rb, inside, thin);
  let lobe = LOBE_GLOSSY;
  let lx: f32, ly: f32, lz: f32;
  const rest: f32 = choice - chanceTransmit;
  if (rest < chanceDiffuse) {
    sinCosTurns(ra);
    const r = sqrt<f32>(rb);
    lx = r * cosOut; ly = r * sinOut; lz = sqrt<f32>(max<f32>(0, <f32>1 - rb));
    lobe = LOBE_DIFFUSE;
  } else if (chanceSpec + chanceCoat > 0) {
    sampleHalf(rest < chanceDiffuse + chanceSpec ? specAlpha : coatAlpha, ra, rb);
    const twice: f32 = <f32>2 * (vX * halfX + vY * halfY + vZ * halfZ);
    lx = twice * halfX - vX; ly = twice * halfY - vY; lz = twice * halfZ - vZ;
  } else return LOBE_NONE;
  evaluateLocal(lx, ly, lz);
  if (!(pdf > <f32>1e-12)) return LOBE_NONE;
  emitLocal(lx, ly, lz);
  return lobe;
}

/** Refraction through a solid's surface, or passing a thin wall unbent. Returns LOBE_GLOSSY where it was reflected inside. */
function sampleTransmission(again: f32, ra: f32, rb: f32, inside: bool, thin: bool): i32 {
  const alpha = specAlpha < MIRROR_ALPHA ? MIN_ALPHA : specAlpha;
  if (specAlpha < MIRROR_ALPHA) { halfX = 0; halfY = 0; halfZ = 1; } else sampleHalf(alpha, ra, rb);
  const vh: f32 = vX * halfX + vY * halfY + vZ * halfZ;
  const reflectance = fresnel(vh, thin ? max<f32>(eta, <f32>1 / eta) : eta);
  const a2: f32 = alpha * alpha;
  leftInside = inside;
  pdf = 1;
  if (inside && !thin && again < reflectance) {
    const lz: f32 = <f32>2 * vh * halfZ - vZ;
    if (lz <= 0) return LOBE_NONE;
    const g: f32 = shadowing(lz, a2);
    const w: f32 = transmit * g / chanceTransmit;
    valueR = w; valueG = w; valueB = w;
    emitLocal(<f32>2 * vh * halfX - vX, <f32>2 * vh * halfY - vY, lz);
    return LOBE_GLOSSY;
  }
  // Inside, the choice above has already spent the Fresnel factor.
  const through: f32 = inside && !thin ? <f32>1 : <f32>1 - reflectance;
  if (thin) {
    const lz: f32 = <f32>2 * vh * halfZ - vZ;
    if (lz <= 0) return LOBE_NONE;
    const w: f32 = through * shadowing(lz, a2) / chanceTransmit;
    valueR = tintR * w; valueG = tintG * w; valueB = tintB * w;
    if (specAlpha < MIRROR_ALPHA) emitLocal(-vX, -vY, -vZ);
    else emitLocal(<f32>2 * vh * halfX - vX, <f32>2 * vh * halfY - vY, -lz);
    return LOBE_TRANSMIT;
  }
  const k: f32 = <f32>1 / eta;
  const cos2: f32 = <f32>1 - k * k * (<f32>1 - vh * vh);
  if (cos2 <= 0) return LOBE_NONE;
  const along: f32 = k * vh - sqrt<f32>(cos2);
  const lx: f32 = halfX * along - vX * k, ly: f32 = halfY * along - vY * k, lz: f32 = halfZ * along - vZ * k;
  if (lz >= 0) return LOBE_NONE;
  const w: f32 = through * shadowing(-lz, a2) / chanceTransmit;
  valueR = tintR * w; valueG = tintG * w; valueB = tintB * w;
  emitLocal(lx, ly, lz);
  leftInside = !inside;
  return LOBE_TRANSMIT;
}
/** Height-correlated G2 over G1 of the viewer. */
@inline function shadowing(l: f32, a2: f32): f32 {
  const mv = masking(vZ, a2), ml = masking(l, a2);
  return l * mv / (l * (mv - vZ) + vZ * (ml - l) + <f32>1e-9);
}
