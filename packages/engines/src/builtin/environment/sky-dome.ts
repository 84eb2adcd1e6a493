import type { Lighting } from '@diorama/contracts';
import type { TraceEnvironment, TraceLight, Vec3 } from '@diorama/tracer';
import { luminance, mix, type Rgb, smoothstep } from '../finish/colour.ts';
import { fractalNoise, hash01 } from '../finish/noise.ts';
import { createAtmosphere } from './atmosphere.ts';
import { paintEnvironment } from './equirect.ts';

export type SkyLighting = Extract<Lighting, { kind: 'sky' }>;

/** A sky that can be asked for any direction, at any resolution. */
export interface SkyDome {
  /** For lighting and reflections; the sun is not in it. */
  readonly environment: TraceEnvironment;
  /** The sun or the moon; null when it is below the horizon or behind clouds. */
  readonly light: Extract<TraceLight, { kind: 'directional' }> | null;
  /**
   * What a camera sees in a direction: finer clouds, stars and the disc itself on top of what lights the scene.
   *
   * @param pixelRadians Angle between neighbouring pixels.
   */
  readonly radiance: (direction: Vec3, pixelRadians: number, out: Float32Array) => void;
  /** Colour of the air at the horizon in a direction. */
  readonly horizon: (direction: Vec3, out: Float32Array) => void;
}

const TABLE_WIDTH = 64;
const TABLE_HEIGHT = 96;
const SUN_DEGREES = 0.53;
/** A moon at its true half degree is a dot; photographs of moonlit nights are taken with longer lenses. */
const MOON_DEGREES = 1.1;

/** Sine of the elevation from which on the sky shows its own colours. */
const HORIZON_HEIGHT = 0.012;

/**
 * The sky for a look: clear air, clouds, twilight, moon and stars.
 *
 * @param towardsLight Horizontal unit direction in which the sun or moon stands.
 * @param seed Of clouds and stars.
 */
export function createSkyDome(lighting: SkyLighting, towardsLight: Vec3, seed: number): SkyDome {
  const { moon, turbidity } = lighting;
  const elevation = moon ? Math.max(12, lighting.sunElevationDegrees) : lighting.sunElevationDegrees;
  const cover = lighting.cloudCover;
  const atmosphere = createAtmosphere(elevation, turbidity);
  const radians = (elevation * Math.PI) / 180;
  const sun: Vec3 = [
    towardsLight[0] * Math.cos(radians),
    Math.sin(radians),
    towardsLight[2] * Math.cos(radians),
  ];

  const clear = clearSkyTable(atmosphere, elevation);
  const ambient = averageOf(clear, sun);
  // Twilight is a thousand times darker than day; the eye is not, and neither are the lamps of a scene meant to be.
  const sunLight = atmosphere.sunTransmittance;
  const sunLevel = luminance(...sunLight) * Math.max(0, sun[1]);
  const gain = skyLevel(elevation, moon) / Math.max(1e-7, luminance(...ambient) * Math.PI + sunLevel);
  // After sunset the light that is left has crossed the ozone layer lengthwise: blue, more than the model gives.
  const blueHour = moon ? 0 : smoothstep(-1.5, -6, elevation);
  const tint: Rgb = moon
    ? [0.74, 0.86, 1.14]
    : [mix(1, 0.5, blueHour), mix(1, 0.92, blueHour), mix(1, 1.35, blueHour)];
  const twilight = moon ? 0 : smoothstep(0.3, -3.5, elevation);

  const overcast = smoothstep(0.55, 1, cover);
  const grey = luminance(...ambient) * 1.0 + (sunLevel / Math.PI) * 0.55;
  const overcastColor: Rgb = [
    mix(grey * 0.97, ambient[0], 0.25),
    mix(grey, ambient[1], 0.25),
    mix(grey * 1.04, ambient[2], 0.25),
  ];
  const sunThrough = (1 - smoothstep(0.35, 0.95, cover)) ** 1.5;

  const clearSky = (direction: Vec3, out: Float32Array) => {
    readClear(clear, Math.max(0, direction[1]), dotOf(direction, sun), out);
  };

  const addClouds = (direction: Vec3, octaves: number, out: Float32Array) => {
    if (cover < 0.04 || overcast >= 1 || direction[1] <= 0.012) return;
    // A flat layer seen in perspective.
    const stretch = 1 / (direction[1] + 0.09);
    const x = direction[0] * stretch * 1.35;
    const z = direction[2] * stretch * 1.35;
    const warp = fractalNoise(x * 0.7 + 40, z * 0.7, 2, seed + 3) - 0.5;
    const shape = fractalNoise(x + warp * 1.1, z + warp, octaves, seed + 1);
    const density = smoothstep(0.62 - cover * 0.42, 0.86 - cover * 0.34, shape + (shape - 0.5) * 0.35);
    if (density <= 0) return;
    const nearSun = Math.max(0, dotOf(direction, sun));
    // Thick parts shade themselves; edges towards the sun light up.
    const shade = mix(1, 0.5, smoothstep(0.25, 1, density));
    const lining = nearSun ** 24 * 2.2 * (1 - density) + nearSun ** 5 * 0.35;
    const fade = smoothstep(0.012, 0.16, direction[1]);
    for (let c = 0; c < 3; c++) {
      const byDay =
        (sunLight[c]! * (0.17 + lining * 0.22) * sunVisible(elevation) + ambient[c]! * 0.95) * shade;
      // Once the sun is down clouds stand dark before the sky that is still lit.
      const lit = mix(byDay, out[c]! * 0.5 + ambient[c]! * 0.06, twilight);
      out[c] = mix(out[c]!, lit, density * fade * 0.92);
    }
  };

  const base = (anyDirection: Vec3, octaves: number, out: Float32Array) => {
    // The last degree of air is one colour: the model darkens there, and ground fades to what lies above it.
    const direction: Vec3 =
      anyDirection[1] < HORIZON_HEIGHT ? [anyDirection[0], HORIZON_HEIGHT, anyDirection[2]] : anyDirection;
    clearSky(direction, out);
    addClouds(direction, octaves, out);
    if (overcast > 0) {
      // Brighter overhead than at the horizon, and never quite even.
      const up = Math.max(0, direction[1]);
      const stretch = 1 / (up + 0.12);
      const relief =
        octaves > 3
          ? fractalNoise(direction[0] * stretch * 1.4, direction[2] * stretch * 1.4, octaves, seed + 5) - 0.5
          : 0;
      const level = ((1 + 2 * up) / 2.1) * (1 + relief * 0.5 * smoothstep(0.02, 0.25, up));
      for (let c = 0; c < 3; c++) out[c] = mix(out[c]!, overcastColor[c]! * level, overcast);
    }
    for (let c = 0; c < 3; c++) out[c]! *= gain * tint[c]!;
  };

  const horizonOf = (direction: Vec3, out: Float32Array) => {
    const flat = Math.hypot(direction[0], direction[2]) || 1;
    base([direction[0] / flat, HORIZON_HEIGHT, direction[2] / flat], 1, out);
  };

  const ground = new Float32Array(3);
  const groundLevel: Rgb = [0.17, 0.16, 0.145];
  for (let c = 0; c < 3; c++)
    ground[c] =
      (ambient[c]! + (sunLight[c]! * Math.max(0, sun[1]) * sunThrough) / Math.PI) *
      groundLevel[c]! *
      gain *
      tint[c]!;

  const environment = paintEnvironment(256, 128, (direction, out) => {
    if (direction[1] >= 0) {
      base(direction, 4, out);
      return;
    }
    horizonOf(direction, out);
    const down = smoothstep(0, 0.12, -direction[1]);
    for (let c = 0; c < 3; c++) out[c] = mix(out[c]!, ground[c]!, down);
  });

  const irradiance = sunLight.map(
    (c, i) => c * gain * tint[i]! * sunThrough * sunVisible(elevation),
  ) as unknown as Rgb;
  const light =
    Math.max(...irradiance) > 1e-6
      ? {
          kind: 'directional' as const,
          direction: [-sun[0], -Math.max(sun[1], 0.012), -sun[2]] as const,
          irradiance,
          angularDiameterDegrees: SUN_DEGREES + cover * 3 + (moon ? 0.6 : 0),
        }
      : null;

  const discDegrees = moon ? MOON_DEGREES : SUN_DEGREES * 1.15;
  const discRadians = (discDegrees * Math.PI) / 360;
  const discLevel = moon ? 14 : 90;
  const starLevel = moon ? 0.8 : smoothstep(-5, -12, elevation);

  return {
    environment,
    light,
    horizon: horizonOf,
    radiance(direction, pixelRadians, out) {
      base(direction, 6, out);
      if (direction[1] < 0) return;
      const angle = Math.acos(Math.min(1, Math.max(-1, dotOf(direction, sun))));
      const disc =
        (1 - smoothstep(discRadians - pixelRadians, discRadians + pixelRadians, angle)) * sunThrough;
      if (disc > 0) {
        // Maria and limb: enough to tell a moon from a lamp.
        const face = moon
          ? 0.72 + 0.5 * fractalNoise((direction[0] - sun[0]) * 140, (direction[1] - sun[1]) * 140, 3, 11)
          : 1;
        const peak = Math.max(...sunLight, 1e-6);
        for (let c = 0; c < 3; c++)
          out[c] = mix(
            out[c]!,
            (moon ? [1, 0.97, 0.9][c]! : sunLight[c]! / peak) * discLevel * face * gainLevel(gain, sunLevel),
            disc,
          );
      }
      if (starLevel > 0 && overcast < 1) addStars(direction, pixelRadians, starLevel * (1 - cover), out);
    },
  };

  function gainLevel(scale: number, level: number): number {
    return moon ? 0.012 : scale * Math.max(0.02, level) * 0.5;
  }

  function addStars(direction: Vec3, pixelRadians: number, level: number, out: Float32Array): void {
    const cells = 90;
    const u = Math.atan2(direction[0], direction[2]) * cells;
    const v = Math.asin(direction[1]) * cells;
    const [cu, cv] = [Math.floor(u), Math.floor(v)];
    if (hash01(cu, cv, seed + 91) > 0.24) return;
    const du = (u - cu - 0.15 - 0.7 * hash01(cu, cv, seed + 92)) * Math.sqrt(1 - direction[1] ** 2);
    const dv = v - cv - 0.15 - 0.7 * hash01(cu, cv, seed + 93);
    const size = Math.max(0.7 * pixelRadians * cells, 0.035);
    const glow = Math.exp(-(du * du + dv * dv) / (size * size));
    const bright = hash01(cu, cv, seed + 94) ** 6 * 2.6 + 0.12;
    const warm = hash01(cu, cv, seed + 95);
    const amount = glow * bright * level * 0.3 * gainOfStars() * smoothstep(0.02, 0.25, direction[1]);
    out[0]! += amount * (0.85 + 0.3 * warm);
    out[1]! += amount * 0.95;
    out[2]! += amount * (1.15 - 0.3 * warm);
  }

  function gainOfStars(): number {
    return luminance(...ambient) * gain * 6;
  }
}

/** Irradiance on the ground that the picture is scaled to, so that lamps of a scene keep a believable weight. */
function skyLevel(elevation: number, moon: boolean): number {
  if (moon) return 0.06;
  if (elevation < 0) return mix(0.12, 1.1, smoothstep(-12, 0, elevation));
  return mix(1.1, 7, smoothstep(0, 35, elevation));
}

/** The disc sets gradually. */
function sunVisible(elevation: number): number {
  return smoothstep(-0.6, 0.5, elevation);
}

interface ClearSky {
  /** By height (rows) and angle to the sun (columns). */
  readonly table: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/**
 * The clear sky depends on a direction's height and its angle to the sun alone. For each height that angle has a
 * smallest and a largest value; the columns run between them.
 */
function clearSkyTable(atmosphere: ReturnType<typeof createAtmosphere>, elevation: number): ClearSky {
  const table = new Float32Array(TABLE_WIDTH * TABLE_HEIGHT * 3);
  const low = new Float32Array(TABLE_HEIGHT);
  const high = new Float32Array(TABLE_HEIGHT);
  const sunY = Math.sin((elevation * Math.PI) / 180);
  const sunX = Math.cos((elevation * Math.PI) / 180);
  const out = new Float32Array(3);
  for (let row = 0; row < TABLE_HEIGHT; row++) {
    const y = (row / (TABLE_HEIGHT - 1)) ** 2;
    const x = Math.sqrt(Math.max(0, 1 - y * y));
    const nearest = Math.acos(Math.min(1, Math.max(-1, y * sunY + x * sunX)));
    const farthest = Math.acos(Math.min(1, Math.max(-1, y * sunY - x * sunX)));
    low[row] = nearest;
    high[row] = Math.max(nearest + 1e-4, farthest);
    for (let column = 0; column < TABLE_WIDTH; column++) {
      const t = column / (TABLE_WIDTH - 1);
      // Denser near the sun, where the glow is.
      const angle = nearest + (high[row]! - nearest) * t * t;
      atmosphere.sky(y, Math.cos(angle), out);
      table.set(out, (row * TABLE_WIDTH + column) * 3);
    }
  }
  return { table, low, high };
}

function readClear({ table, low, high }: ClearSky, y: number, cosine: number, out: Float32Array): void {
  const place = Math.sqrt(Math.min(1, y)) * (TABLE_HEIGHT - 1);
  const row = Math.min(TABLE_HEIGHT - 2, Math.floor(place));
  const fy = place - row;
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  out.fill(0);
  for (const [r, weight] of [
    [row, 1 - fy],
    [row + 1, fy],
  ] as const) {
    const t =
      Math.sqrt(Math.min(1, Math.max(0, (angle - low[r]!) / (high[r]! - low[r]!)))) * (TABLE_WIDTH - 1);
    const column = Math.min(TABLE_WIDTH - 2, Math.floor(t));
    const fx = t - column;
    const at = (r * TABLE_WIDTH + column) * 3;
    for (let c = 0; c < 3; c++) out[c]! += weight * (table[at + c]! * (1 - fx) + table[at + 3 + c]! * fx);
  }
}

/** Mean over the upper half, weighted as a level surface receives it. */
function averageOf(sky: ClearSky, sun: Vec3): [number, number, number] {
  const out = new Float32Array(3);
  const sum: [number, number, number] = [0, 0, 0];
  let weights = 0;
  for (let i = 0; i < 12; i++) {
    for (let j = 0; j < 24; j++) {
      const y = (i + 0.5) / 12;
      const x = Math.sqrt(1 - y * y);
      const phi = (j / 24) * 2 * Math.PI;
      const direction: Vec3 = [x * Math.cos(phi), y, x * Math.sin(phi)];
      readClear(sky, y, dotOf(direction, sun), out);
      for (let c = 0; c < 3; c++) sum[c]! += out[c]! * y;
      weights += y;
    }
  }
  return [sum[0] / weights, sum[1] / weights, sum[2] / weights];
}

function dotOf(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
