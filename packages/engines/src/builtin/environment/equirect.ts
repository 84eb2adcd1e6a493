import type { TraceEnvironment, Vec3 } from '@diorama/tracer';

/**
 * Paints an environment texel by texel.
 *
 * @param radiance Called with the unit direction a texel stands for; writes linear RGB to `out`.
 */
export function paintEnvironment(
  width: number,
  height: number,
  radiance: (direction: Vec3, out: Float32Array) => void,
): TraceEnvironment {
  const rgb = new Float32Array(width * height * 3);
  const out = new Float32Array(3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      out.fill(0);
      radiance(directionAt((column + 0.5) / width, (row + 0.5) / height), out);
      rgb.set(out, (row * width + column) * 3);
    }
  }
  return { width, height, rgb, rotationDegrees: 0, intensity: 1 };
}

/** The direction of a place in the picture: top row is +Y, the centre column -Z, +X a quarter to its right. */
export function directionAt(u: number, v: number): Vec3 {
  const theta = v * Math.PI;
  const phi = (u - 0.5) * 2 * Math.PI;
  const s = Math.sin(theta);
  return [s * Math.sin(phi), Math.cos(theta), -s * Math.cos(phi)];
}

/** The place of a direction in the picture; the inverse of `directionAt`. */
export function placeOf([x, y, z]: Vec3): { u: number; v: number } {
  const length = Math.hypot(x, y, z) || 1;
  const u = 0.5 + Math.atan2(x, -z) / (2 * Math.PI);
  return { u: u - Math.floor(u), v: Math.acos(Math.min(1, Math.max(-1, y / length))) / Math.PI };
}

/** Radiance from a direction, bilinear, intensity included; `rotationDegrees` must be 0. Writes to `out`. */
export function lookUp(environment: TraceEnvironment, direction: Vec3, out: Float32Array): void {
  const { width, height, rgb, intensity } = environment;
  const { u, v } = placeOf(direction);
  const x = u * width - 0.5;
  const y = Math.min(height - 1, Math.max(0, v * height - 0.5));
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const left = (x0 + width) % width;
  const right = (x0 + 1 + width) % width;
  const low = Math.min(height - 1, y0 + 1);
  for (let c = 0; c < 3; c++) {
    const top = rgb[(y0 * width + left) * 3 + c]! * (1 - fx) + rgb[(y0 * width + right) * 3 + c]! * fx;
    const bottom = rgb[(low * width + left) * 3 + c]! * (1 - fx) + rgb[(low * width + right) * 3 + c]! * fx;
    out[c] = (top * (1 - fy) + bottom * fy) * intensity;
  }
}

/**
 * The same light, turned around the vertical: what was seen in direction `fromAzimuth` is then in `toAzimuth`.
 *
 * @param turnRadians Clockwise seen from above (from -Z towards +X).
 */
export function turnEnvironment(environment: TraceEnvironment, turnRadians: number): TraceEnvironment {
  const { width, height, rgb } = environment;
  const shift = Math.round((turnRadians / (2 * Math.PI)) * width);
  const turned = new Float32Array(rgb.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + ((((column - shift) % width) + width) % width)) * 3;
      const to = (row * width + column) * 3;
      turned[to] = rgb[from]!;
      turned[to + 1] = rgb[from + 1]!;
      turned[to + 2] = rgb[from + 2]!;
    }
  }
  return { ...environment, rgb: turned };
}
