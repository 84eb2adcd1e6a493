import type { Look } from '@diorama/contracts';
import type { Film } from '@diorama/tracer';
import { luminance, smoothstep } from './colour.ts';

/**
 * How bright the middle of the picture shall be, by what the light is meant to be: a night stays dark and a high-key
 * set bright, because the meter works towards this and not towards grey. 0.18 is mid grey.
 */
export function targetKey(look: Look): number {
  const { lighting } = look;
  // White clay in even light: grey enough that its forms show.
  if (look.style === 'clay' && lighting.kind === 'studio') return 0.185;
  switch (lighting.kind) {
    case 'sky': {
      if (lighting.moon) return hasLitLamps(look) ? 0.1 : 0.034;
      if (lighting.sunElevationDegrees < -6) return 0.07;
      if (lighting.sunElevationDegrees < -1) return 0.085;
      if (lighting.sunElevationDegrees < 8) return 0.15;
      // A high sun is a bright day.
      return 0.175 + 0.015 * lighting.cloudCover + 0.03 * smoothstep(20, 55, lighting.sunElevationDegrees);
    }
    case 'hdri':
      return lighting.name === 'night' ? 0.075 : 0.19;
    case 'studio':
      return STUDIO_KEYS[lighting.set];
  }
}

/** Lamps that the look has lit make a night as bright as the eye, used to it, sees it. */
const hasLitLamps = ({ materials }: Look): boolean =>
  materials.some(({ surface }) => (surface.emission ?? 0) >= 1);

const STUDIO_KEYS = {
  softbox: 0.2,
  'high-key': 0.27,
  'low-key': 0.075,
  rim: 0.07,
  window: 0.15,
  ring: 0.2,
  neon: 0.075,
  overhead: 0.15,
  candle: 0.075,
  neutral: 0.21,
} as const;

/** An incident-light meter reads the lamp, a reflective one the scene; between them black stays black and white white. */
const INCIDENT_SHARE = 0.65;
const SUBJECT_SHARE = 0.7;
/** Exposed radiance that all but the brightest 4 % should stay below. */
const HIGHLIGHT_LIMIT = 2.6;

/**
 * The factor from radiance to exposed radiance, metered on a small film.
 *
 * @param isSubject Whether an object id belongs to the user's scene rather than to the set around it.
 * @param key Middle brightness to reach, see `targetKey`.
 */
export function meterExposure(film: Film, isSubject: (objectId: number) => boolean, key: number): number {
  const subject = { log: 0, weight: 0 };
  const rest = { log: 0, weight: 0 };
  const lights: number[] = [];
  const skies: number[] = [];
  const { width, height, beauty, albedo, objectId } = film;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const light = luminance(beauty[i * 3]!, beauty[i * 3 + 1]!, beauty[i * 3 + 2]!);
      if (!(light >= 0) || !Number.isFinite(light)) continue;
      const id = objectId[i]!;
      if (id === 0) {
        skies.push(light);
        continue;
      }
      const reflectance = luminance(albedo[i * 3]!, albedo[i * 3 + 1]!, albedo[i * 3 + 2]!);
      const incident = (light / Math.max(0.04, reflectance)) * 0.18;
      const value =
        Math.log(incident + 1e-6) * INCIDENT_SHARE + Math.log(light + 1e-6) * (1 - INCIDENT_SHARE);
      // The middle of the frame counts more, as in a camera's centre-weighted meter.
      const dx = x / width - 0.5;
      const dy = y / height - 0.5;
      const weight = Math.exp(-(dx * dx + dy * dy) * 4);
      const into = isSubject(id) ? subject : rest;
      into.log += value * weight;
      into.weight += weight;
      lights.push(light);
    }
  }
  if (subject.weight + rest.weight === 0) return exposeSky(film, key);
  const average = (sum: { log: number; weight: number }) => sum.log / sum.weight;
  const level =
    subject.weight === 0
      ? average(rest)
      : rest.weight === 0
        ? average(subject)
        : average(subject) * SUBJECT_SHARE + average(rest) * (1 - SUBJECT_SHARE);
  const exposure = key / Math.exp(level);
  lights.sort((a, b) => a - b);
  const bright = lights[Math.floor(lights.length * 0.96)] ?? 0;
  const held = Math.min(exposure, (HIGHLIGHT_LIMIT * (key / 0.18)) / Math.max(bright, 1e-9));
  return limit(protectSky(held, skies, objectId.length, key));
}

/** Exposed radiance that the middle of a sky should stay below, at a key of mid grey. */
const SKY_LIMIT = 0.8;

/** Against the light a photographer gives way half: the subject a little darker, the sky not burnt out. */
function protectSky(exposure: number, skies: number[], pixels: number, key: number): number {
  if (skies.length < pixels * 0.04) return exposure;
  skies.sort((a, b) => a - b);
  const over = (skies[skies.length >> 1]! * exposure) / (SKY_LIMIT * (key / 0.18));
  return over > 1 ? exposure * over ** -0.62 : exposure;
}

/** With nothing but sky in the frame its middle becomes a little brighter than mid grey. */
function exposeSky(film: Film, key: number): number {
  const lights: number[] = [];
  for (let i = 0; i < film.beauty.length; i += 3)
    lights.push(luminance(film.beauty[i]!, film.beauty[i + 1]!, film.beauty[i + 2]!));
  lights.sort((a, b) => a - b);
  return limit((key * 1.6) / Math.max(lights[lights.length >> 1] ?? 0, 1e-9));
}

function limit(exposure: number): number {
  return Number.isFinite(exposure) ? Math.min(1e6, Math.max(1e-6, exposure)) : 1;
}

/**
 * How far the white balance may follow a strongly coloured light, per channel. Red follows less than blue: lamplight
 * stays amber, and a lamp's own shade does not turn blue because the walls around it are wood.
 */
const ADAPTATION = [0.28, 0, 0.5] as const;

/**
 * White balance gains (luminance kept) for the light on the small film. Mildly warm or cool light stays as it is,
 * because it is the mood; under candles or neon the eye adapts, and so does a camera.
 */
export function meterWhiteBalance(film: Film): [number, number, number] {
  const { beauty, albedo, objectId } = film;
  const logs = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < objectId.length; i++) {
    if (objectId[i] === 0) continue;
    const light = luminance(beauty[i * 3]!, beauty[i * 3 + 1]!, beauty[i * 3 + 2]!);
    if (!(light > 1e-7) || !Number.isFinite(light)) continue;
    for (let c = 0; c < 3; c++)
      logs[c]! += Math.log((beauty[i * 3 + c]! + light * 0.01) / Math.max(0.08, albedo[i * 3 + c]!));
    count++;
  }
  if (count === 0) return [1, 1, 1];
  const mean = logs.map((sum) => sum / count);
  const spread = Math.max(...mean) - Math.min(...mean);
  const strength = smoothstep(0.45, 1.9, spread);
  const gains = mean.map((value, c) => Math.exp(-(value - mean[1]!) * strength * ADAPTATION[c]!)) as [
    number,
    number,
    number,
  ];
  const norm = 1 / luminance(...gains);
  return [gains[0] * norm, gains[1] * norm, gains[2] * norm];
}
