import type { Lighting } from '@diorama/contracts';
import type { TraceEnvironment, Vec3 } from '@diorama/tracer';
import { blackBody, hexToLinear, mix, type Rgb, smoothstep } from '../finish/colour.ts';
import { paintEnvironment } from './equirect.ts';

export type StudioLighting = Extract<Lighting, { kind: 'studio' }>;

/** Where the camera is, seen from the subject: lights are placed relative to it, as on a set. */
export interface StageAxes {
  /** Horizontal, from the subject towards the camera. */
  readonly back: Vec3;
  /** Horizontal, to the camera's right. */
  readonly right: Vec3;
}

/** One lamp of a rig. Angles in degrees; the azimuth as in the look: 0 behind the camera, 90 right, 180 against it. */
interface Lamp {
  readonly shape: 'rectangle' | 'ellipse' | 'ring' | 'window';
  readonly azimuth: number;
  readonly elevation: number;
  readonly width: number;
  readonly height: number;
  /** Radiance in the middle. */
  readonly radiance: number;
  readonly color: Rgb;
  /** Share of the half width over which it fades out; glossy objects show this gradient. */
  readonly edge: number;
  /** Radiance at the lower edge as a share of that at the upper one: scrims fall off, and reflections live from it. */
  readonly falloff: number;
}

interface Rig {
  readonly lamps: readonly Lamp[];
  readonly dome: { readonly top: Rgb; readonly horizon: Rgb; readonly floor: Rgb };
}

const WIDTH = 512;
const HEIGHT = 256;

/**
 * The light of a photographer's set as an environment: softboxes, strips and cards with soft edges and gradients in
 * front of a dim dome. All ten sets put something to see into glossy surfaces and a bright edge between the subject
 * and the background.
 */
export function studioRigEnvironment(lighting: StudioLighting, axes: StageAxes): TraceEnvironment {
  const rig = rigOf(lighting);
  const lamps = rig.lamps.filter((lamp) => lamp.radiance > 0).map((lamp) => prepare(lamp, axes));
  const { top, horizon, floor } = rig.dome;
  return paintEnvironment(WIDTH, HEIGHT, (direction, out) => {
    const y = direction[1];
    const high = smoothstep(0, 0.9, y);
    const low = smoothstep(0, -0.5, y);
    for (let c = 0; c < 3; c++) out[c] = mix(mix(horizon[c]!, top[c]!, high), floor[c]!, low);
    for (const lamp of lamps) addLamp(lamp, direction, out);
  });
}

interface PreparedLamp extends Lamp {
  readonly center: Vec3;
  readonly across: Vec3;
  readonly up: Vec3;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

function prepare(lamp: Lamp, { back, right }: StageAxes): PreparedLamp {
  const azimuth = (lamp.azimuth * Math.PI) / 180;
  const elevation = (Math.min(89.5, lamp.elevation) * Math.PI) / 180;
  const flat: Vec3 = [
    back[0] * Math.cos(azimuth) + right[0] * Math.sin(azimuth),
    0,
    back[2] * Math.cos(azimuth) + right[2] * Math.sin(azimuth),
  ];
  const center: Vec3 = [flat[0] * Math.cos(elevation), Math.sin(elevation), flat[2] * Math.cos(elevation)];
  const across: Vec3 = [-flat[2], 0, flat[0]];
  const up: Vec3 = [-flat[0] * Math.sin(elevation), Math.cos(elevation), -flat[2] * Math.sin(elevation)];
  const half = (degrees: number) => Math.tan((Math.min(150, degrees) * Math.PI) / 360);
  return { ...lamp, center, across, up, halfWidth: half(lamp.width), halfHeight: half(lamp.height) };
}

function addLamp(lamp: PreparedLamp, d: Vec3, out: Float32Array): void {
  const facing = d[0] * lamp.center[0] + d[1] * lamp.center[1] + d[2] * lamp.center[2];
  if (facing <= 0.02) return;
  const x = (d[0] * lamp.across[0] + d[2] * lamp.across[2]) / facing / lamp.halfWidth;
  const y = (d[0] * lamp.up[0] + d[1] * lamp.up[1] + d[2] * lamp.up[2]) / facing / lamp.halfHeight;
  const fade = (t: number) => 1 - smoothstep(1 - lamp.edge, 1, t);
  let mask: number;
  switch (lamp.shape) {
    case 'rectangle':
      mask = fade(Math.abs(x)) * fade(Math.abs(y));
      break;
    case 'ellipse':
      mask = fade(Math.hypot(x, y));
      break;
    case 'ring': {
      const radius = Math.hypot(x, y);
      mask = fade(radius) * smoothstep(0.58, 0.68, radius);
      break;
    }
    case 'window': {
      // Two panes wide, three high, with bars between.
      const bar = (t: number, count: number) => {
        const cell = Math.abs((((t + 1) / 2) * count) % 1);
        return smoothstep(0.02, 0.06, cell) * (1 - smoothstep(0.94, 0.98, cell));
      };
      mask = Math.abs(x) < 1 && Math.abs(y) < 1 ? bar(x, 2) * bar(y, 3) : 0;
      break;
    }
  }
  if (mask <= 0) return;
  const level = lamp.radiance * mask * mix(lamp.falloff, 1, smoothstep(-1, 1, y));
  for (let c = 0; c < 3; c++) out[c]! += lamp.color[c]! * level;
}

function rigOf(lighting: StudioLighting): Rig {
  const key = hexToLinear(lighting.keyColorSrgb);
  const accent = hexToLinear(lighting.accentColorSrgb);
  const { fill, softness, keyAzimuthDegrees: azimuth } = lighting;
  const side = azimuth < 0 ? -1 : 1;
  const grow = mix(0.45, 1.5, softness);
  // The same light from a larger source is dimmer per area, so that softness changes shadows and not exposure.
  const perArea = 1 / (grow * grow);
  const edge = mix(0.12, 0.5, softness);
  const lamp = (
    fields: Partial<Lamp> & Pick<Lamp, 'azimuth' | 'elevation' | 'width' | 'height' | 'radiance'>,
  ): Lamp => ({
    shape: 'rectangle',
    color: key,
    edge,
    falloff: 0.55,
    ...fields,
  });
  const grey = (level: number, tint: Rgb = [1, 1, 1]): Rgb => [
    level * tint[0],
    level * tint[1],
    level * tint[2],
  ];
  const dome = (top: number, horizon: number, floor: number, tint?: Rgb) => ({
    top: grey(top, tint),
    horizon: grey(horizon, tint),
    floor: grey(floor, tint),
  });

  switch (lighting.set) {
    case 'softbox':
      return {
        lamps: [
          lamp({ azimuth, elevation: 42, width: 62 * grow, height: 48 * grow, radiance: 9 * perArea }),
          lamp({
            azimuth: -side * 70,
            elevation: 22,
            width: 55,
            height: 70,
            radiance: 0.4 + 2.2 * fill,
            edge: 0.6,
          }),
          lamp({
            azimuth: side * 4 + 180 - side * 42,
            elevation: 42,
            width: 16,
            height: 70,
            radiance: 6,
            edge: 0.35,
          }),
          lamp({
            azimuth: 180 + side * 55,
            elevation: 34,
            width: 12,
            height: 60,
            radiance: 3.5,
            edge: 0.4,
            color: accent,
          }),
          lamp({ azimuth: 180, elevation: 84, width: 95, height: 60, radiance: 1.6, edge: 0.7 }),
        ],
        dome: dome(0.35, 0.16 + 0.25 * fill, 0.2),
      };
    case 'high-key':
      return {
        lamps: [
          lamp({ azimuth, elevation: 48, width: 80 * grow, height: 60, radiance: 4 * perArea }),
          lamp({
            azimuth: -side * 75,
            elevation: 30,
            width: 70,
            height: 75,
            radiance: 1.2 + 1.4 * fill,
            edge: 0.7,
          }),
          lamp({ azimuth: 180, elevation: 80, width: 110, height: 80, radiance: 2.4, edge: 0.6 }),
          lamp({
            azimuth: side * 110,
            elevation: 15,
            width: 14,
            height: 80,
            radiance: 2.4,
            edge: 0.5,
            color: accent,
          }),
        ],
        dome: dome(1.05, 0.85, 0.8),
      };
    case 'low-key':
      return {
        lamps: [
          lamp({
            azimuth: side * Math.max(62, Math.abs(azimuth)),
            elevation: 38,
            width: 26 * grow,
            height: 46 * grow,
            radiance: 14 * perArea,
          }),
          lamp({
            azimuth: 180 - side * 38,
            elevation: 30,
            width: 7,
            height: 75,
            radiance: 7,
            edge: 0.4,
            color: accent,
          }),
          lamp({
            azimuth: -side * 100,
            elevation: 18,
            width: 10,
            height: 60,
            radiance: 0.2 + 1.2 * fill,
            edge: 0.5,
          }),
        ],
        dome: dome(0.02, 0.012 + 0.05 * fill, 0.006),
      };
    case 'rim':
      return {
        lamps: [
          lamp({ azimuth: 180 - 42, elevation: 34, width: 16 * grow, height: 80, radiance: 13 * perArea }),
          lamp({
            azimuth: 180 + 42,
            elevation: 34,
            width: 16 * grow,
            height: 80,
            radiance: 13 * perArea,
            color: accent,
          }),
          lamp({ azimuth: 180, elevation: 72, width: 70, height: 18, radiance: 7, edge: 0.4 }),
          lamp({ azimuth, elevation: 40, width: 60, height: 40, radiance: 0.15 + 1.1 * fill, edge: 0.7 }),
        ],
        dome: dome(0.02, 0.015 + 0.04 * fill, 0.005),
      };
    case 'window':
      return {
        lamps: [
          lamp({
            shape: 'window',
            azimuth: side * Math.max(68, Math.abs(azimuth)),
            elevation: 27,
            width: 46 * grow,
            height: 62,
            radiance: 13 * perArea,
            falloff: 0.8,
          }),
          lamp({
            azimuth: -side * 85,
            elevation: 15,
            width: 100,
            height: 80,
            radiance: 0.12 + 0.7 * fill,
            edge: 0.8,
            color: [1, 0.93, 0.84],
          }),
          lamp({
            azimuth: 180,
            elevation: 80,
            width: 100,
            height: 80,
            radiance: 0.4,
            edge: 0.8,
            color: [1, 0.96, 0.9],
          }),
        ],
        dome: dome(0.13, 0.1 + 0.15 * fill, 0.08, [1, 0.94, 0.87]),
      };
    case 'ring':
      return {
        lamps: [
          lamp({
            shape: 'ring',
            azimuth: 0,
            elevation: 12,
            width: 40 * grow,
            height: 40 * grow,
            radiance: 26 * perArea,
            falloff: 1,
          }),
          lamp({ azimuth: 180 - 50, elevation: 28, width: 12, height: 70, radiance: 3, color: accent }),
          lamp({ azimuth: 180 + 50, elevation: 28, width: 12, height: 70, radiance: 3, color: accent }),
        ],
        dome: dome(0.3, 0.12 + 0.3 * fill, 0.15),
      };
    case 'neon':
      return {
        lamps: [
          // Tubes far behind, which no backdrop shows but every wet street mirrors.
          ...[-38, -9, 17, 44].map((side, i) =>
            lamp({
              azimuth: 180 + side,
              elevation: 9,
              width: 2.2,
              height: 17,
              radiance: 9,
              edge: 0.5,
              falloff: 0.6,
              ...(i % 2 === 0 ? {} : { color: accent }),
            }),
          ),
          lamp({ azimuth: -82, elevation: 20, width: 7, height: 95, radiance: 30, edge: 0.5, falloff: 0.8 }),
          lamp({ azimuth: -100, elevation: 30, width: 40, height: 70, radiance: 1.6, edge: 0.9 }),
          lamp({
            azimuth: 88,
            elevation: 20,
            width: 7,
            height: 95,
            radiance: 30,
            edge: 0.5,
            falloff: 0.8,
            color: accent,
          }),
          lamp({
            azimuth: 105,
            elevation: 30,
            width: 40,
            height: 70,
            radiance: 1.6,
            edge: 0.9,
            color: accent,
          }),
          lamp({
            azimuth: 180 + 28,
            elevation: 48,
            width: 60,
            height: 5,
            radiance: 16,
            edge: 0.5,
            falloff: 1,
          }),
          lamp({
            azimuth: 180 - 28,
            elevation: 58,
            width: 60,
            height: 5,
            radiance: 16,
            edge: 0.5,
            falloff: 1,
            color: accent,
          }),
          lamp({
            azimuth: 0,
            elevation: 55,
            width: 70,
            height: 30,
            radiance: 0.1 + 0.8 * fill,
            edge: 0.8,
            color: [0.55, 0.62, 1],
          }),
        ],
        dome: dome(0.05, 0.03 + 0.06 * fill, 0.012, [0.5, 0.55, 1]),
      };
    case 'overhead':
      return {
        lamps: [
          lamp({ azimuth: 180, elevation: 82, width: 80 * grow, height: 70 * grow, radiance: 8 * perArea }),
          lamp({ azimuth, elevation: 20, width: 60, height: 40, radiance: 0.2 + 1.6 * fill, edge: 0.8 }),
          lamp({ azimuth: 180, elevation: 30, width: 80, height: 10, radiance: 2, edge: 0.5, color: accent }),
        ],
        dome: dome(0.2, 0.06 + 0.2 * fill, 0.08),
      };
    case 'candle': {
      const flame = blackBody(1_900);
      return {
        lamps: [
          lamp({
            shape: 'ellipse',
            azimuth,
            elevation: 14,
            width: 9,
            height: 13,
            radiance: 190,
            edge: 0.8,
            color: flame,
            falloff: 0.7,
          }),
          lamp({
            shape: 'ellipse',
            azimuth: azimuth + side * 24,
            elevation: 10,
            width: 6,
            height: 9,
            radiance: 150,
            edge: 0.8,
            color: flame,
          }),
          lamp({
            azimuth: 180 - side * 50,
            elevation: 30,
            width: 40,
            height: 50,
            radiance: 0.12 + 0.3 * fill,
            edge: 0.8,
            color: flame,
          }),
        ],
        dome: dome(0.02, 0.03 + 0.06 * fill, 0.02, flame),
      };
    }
    case 'neutral':
      return {
        lamps: [
          lamp({
            azimuth,
            elevation: 50,
            width: 80 * grow,
            height: 60 * grow,
            radiance: 3.4 * perArea,
            edge: 0.7,
          }),
          lamp({ azimuth: 180, elevation: 62, width: 90, height: 26, radiance: 1.5, edge: 0.7 }),
        ],
        dome: dome(0.85, 0.5 + 0.2 * fill, 0.42),
      };
  }
}

/** What stands behind the set where no backdrop does: from the top of the frame to its bottom, radiance. */
export function studioBackdropGradient(lighting: StudioLighting): { top: Rgb; bottom: Rgb } {
  const level = {
    softbox: 0.34,
    'high-key': 1,
    'low-key': 0.012,
    rim: 0.012,
    window: 0.16,
    ring: 0.3,
    neon: 0.014,
    overhead: 0.1,
    candle: 0.012,
    neutral: 0.55,
  }[lighting.set];
  const key = hexToLinear(lighting.keyColorSrgb);
  const peak = Math.max(...key, 1e-3);
  const tint = key.map((c) => mix(1, c / peak, 0.35)) as unknown as Rgb;
  return {
    top: [level * 0.55 * tint[0], level * 0.55 * tint[1], level * 0.55 * tint[2]],
    bottom: [level * tint[0], level * tint[1], level * tint[2]],
  };
}
