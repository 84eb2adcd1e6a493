import type { Film, TraceCamera, TraceEnvironment, Vec3 } from '@diorama/tracer';
import { calmGuides } from './pixels/calm-guides.ts';
import { quantise } from './pixels/encode.ts';
import { luminance } from './pixels/srgb.ts';
import type { PlainScene } from './scene/plain-scene.ts';
import { removeNoise, traceFilm } from './scene/trace-film.ts';
import { dot, normalize, turned } from './scene/vector.ts';
import type { View } from './scene/view.ts';

/** Samples of the whole picture: large pictures get fewer for each pixel, the denoiser makes up for it. */
const SAMPLES = 3_000_000;
const SPP_MIN = 4;
const SPP_MAX = 24;
const BOUNCES = 5;

export interface CaptureInput {
  readonly scene: PlainScene;
  readonly camera: TraceCamera;
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/**
 * Photographs the scene in a quiet light that belongs to no time and no place: surfaces show their own brightness,
 * and the form is easy to read. An engine that repaints it is led by the scene and not by a mood.
 *
 * @returns 8-bit sRGB, 3 bytes a pixel.
 */
export async function renderCapture(input: CaptureInput): Promise<Uint8Array> {
  const { scene, width, height, workers, signal, onProgress } = input;
  const spp = Math.min(SPP_MAX, Math.max(SPP_MIN, Math.round(SAMPLES / (width * height))));
  const film = await traceFilm(
    {
      meshes: scene.meshes,
      materials: scene.materials,
      textures: scene.textures,
      lights: scene.lights,
      environment: quietLight(input.view),
      background: { kind: 'environment' },
    },
    input.camera,
    {
      width,
      height,
      spp,
      maxBounces: BOUNCES,
      seed: 1,
      workers,
      signal,
      onProgress: ({ fraction }) => onProgress(fraction * 0.75),
    },
  );
  const transmissive = new Set(
    scene.meshes
      .filter(({ material }) => scene.materials[material]!.transmission > 0.05)
      .map(({ objectId }) => objectId),
  );
  const albedo = film.albedo.slice();
  const normal = film.normal.slice();
  await calmGuides(albedo, normal, film, (id) => transmissive.has(id), 2, signal);
  const rgb = await removeNoise(
    { width, height, color: film.beauty, albedo, normal },
    {
      model: 'small',
      workers,
      deterministic: true,
      signal,
      onProgress: (fraction) => onProgress(0.75 + fraction * 0.25),
    },
  );
  const gain = exposureFor(film);
  for (let i = 0; i < rgb.length; i++) rgb[i] = shoulder(rgb[i]! * gain);
  return quantise(rgb, width, height, signal);
}

const SKY_WIDTH = 96;
const SKY_HEIGHT = 48;

/** A bright overcast dome over a light floor, with one broad, soft source from over the viewer's left shoulder. */
function quietLight({ right }: View): TraceEnvironment {
  const flat = normalize([right[0], 0, right[2]], [1, 0, 0]);
  const behind: Vec3 = [-flat[2], 0, flat[0]];
  const side = turned(behind, flat, -40);
  const key = normalize([side[0], 0.9, side[2]]);
  const rgb = new Float32Array(SKY_WIDTH * SKY_HEIGHT * 3);
  for (let y = 0; y < SKY_HEIGHT; y++) {
    const elevation = (0.5 - (y + 0.5) / SKY_HEIGHT) * Math.PI;
    for (let x = 0; x < SKY_WIDTH; x++) {
      // The centre column is -Z.
      const azimuth = ((x + 0.5) / SKY_WIDTH - 0.5) * 2 * Math.PI;
      const direction: Vec3 = [
        Math.sin(azimuth) * Math.cos(elevation),
        Math.sin(elevation),
        -Math.cos(azimuth) * Math.cos(elevation),
      ];
      const dome = 0.72 + 0.28 * direction[1];
      const lobe = Math.max(0, dot(direction, key)) ** 12;
      rgb.fill(dome + 5 * lobe, (y * SKY_WIDTH + x) * 3, (y * SKY_WIDTH + x + 1) * 3);
    }
  }
  return { width: SKY_WIDTH, height: SKY_HEIGHT, rgb, rotationDegrees: 0, intensity: 1 };
}

/** A white sheet is drawn this bright. */
const WHITE = 0.82;
const GAIN_MIN = 0.05;
const GAIN_MAX = 60;

/** Brings out surfaces as bright as they are by themselves, in the open and in a room with small windows. */
function exposureFor({ beauty, albedo, coverage }: Film): number {
  let [light, reflectance, count] = [0, 0, 0];
  for (let i = 0; i < coverage.length; i++) {
    if (coverage[i]! < 0.99) continue;
    const at = i * 3;
    light += Math.log(luminance(beauty[at]!, beauty[at + 1]!, beauty[at + 2]!) + 1e-4);
    reflectance += Math.log(luminance(albedo[at]!, albedo[at + 1]!, albedo[at + 2]!) + 1e-4);
    count++;
  }
  if (count === 0) return 1;
  return Math.min(GAIN_MAX, Math.max(GAIN_MIN, WHITE * Math.exp((reflectance - light) / count)));
}

const SHOULDER_FROM = 0.65;

/** Straight up to the shoulder, then ever closer to 1. */
function shoulder(value: number): number {
  if (!(value > SHOULDER_FROM)) return value;
  const room = 1 - SHOULDER_FROM;
  return SHOULDER_FROM + room * (1 - Math.exp(-(value - SHOULDER_FROM) / room));
}
