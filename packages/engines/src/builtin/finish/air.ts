import type { View } from '@diorama/conditioning';
import { forEachRow } from '@diorama/conditioning';
import type { Atmosphere } from '@diorama/contracts';
import type { Vec3 } from '@diorama/tracer';
import { hexToLinear, luminance, mix, smoothstep } from './colour.ts';

/** What a pixel needs to be set into the air of the scene. Planes are of the picture's size. */
export interface AirInput {
  /** Radiance, changed in place. */
  readonly rgb: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly depth: Float32Array;
  readonly objectId: Uint32Array;
  readonly coverage: Float32Array;
  readonly view: View;
  /** Radiance at the horizon. */
  readonly horizon: (direction: Vec3, out: Float32Array) => void;
  /** What the endless floor fades into; the horizon when null. */
  readonly distance: ((direction: Vec3, out: Float32Array) => void) | null;
  /** A finer sky in place of the traced one; null keeps it. */
  readonly backdrop: ((direction: Vec3, pixelRadians: number, out: Float32Array) => void) | null;
  /** What the tracer showed where it hit nothing; needed with `backdrop`. */
  readonly tracedBackground: (direction: Vec3, out: Float32Array) => void;
  /** Objects of the endless floor, which fade into the horizon. */
  readonly isEndlessFloor: (objectId: number) => boolean;
  /** Distance at which the floor has faded by two thirds, metres; Infinity for never. */
  readonly floorFadeM: number;
  /** How suddenly it does so; 1 = from the camera's feet on. */
  readonly floorFadePower: number;
  readonly atmosphere: Atmosphere;
  /** Distance from the camera to the scene's near side, metres. */
  readonly nearM: number;
  /** To its far side. */
  readonly farM: number;
  readonly signal: AbortSignal;
}

/** Unit direction through a pixel. */
function createPixelDirections(
  view: View,
  width: number,
  height: number,
): (x: number, y: number, out: [number, number, number]) => void {
  const tanY = Math.tan((view.fovYDegrees * Math.PI) / 360);
  const tanX = (tanY * width) / height;
  const { forward, right, up } = view;
  return (x, y, out) => {
    const a = ((2 * (x + 0.5)) / width - 1) * tanX;
    const b = (1 - (2 * (y + 0.5)) / height) * tanY;
    const length = Math.sqrt(1 + a * a + b * b);
    out[0] = (forward[0] + right[0] * a + up[0] * b) / length;
    out[1] = (forward[1] + right[1] * a + up[1] * b) / length;
    out[2] = (forward[2] + right[2] * a + up[2] * b) / length;
  };
}

/** The scene's far edge is a point; most of the scene is nearer, and should stay readable. */
const FOG_STRENGTH = 0.86;
/** Where fog begins, as a share of the way to the scene's near side. */
const FOG_BEGINS = 0.9;
/** The distance over which fog reaches in height, as a share of the scene's far distance. */
const FOG_HEIGHT = 0.55;

/** Puts in the sky, lets the floor meet it, and fills the air with fog. */
export async function addAir(input: AirInput): Promise<void> {
  const { rgb, width, height, depth, objectId, coverage, view, atmosphere, signal } = input;
  const directionOf = createPixelDirections(view, width, height);
  const direction: [number, number, number] = [0, 0, 0];
  const horizon = new Float32Array(3);
  const fine = new Float32Array(3);
  const traced = new Float32Array(3);
  const pixelRadians = (2 * Math.tan((view.fovYDegrees * Math.PI) / 360)) / height;
  // Fog begins some way off: what stands in front keeps its contrast, and depth shows.
  const clearM = input.nearM * FOG_BEGINS;
  const density =
    atmosphere.fog > 0
      ? -Math.log(1 - Math.min(0.985, atmosphere.fog * FOG_STRENGTH)) / (input.farM - clearM)
      : 0;
  const fogTint = atmosphere.fogColorSrgb ? hexToLinear(atmosphere.fogColorSrgb) : null;
  const { forward } = view;

  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const at = i * 3;
      directionOf(x, y, direction);
      const cover = coverage[i]!;
      const id = objectId[i]!;
      if (input.backdrop && cover < 0.999) {
        input.backdrop(direction, pixelRadians, fine);
        if (cover <= 0) rgb.set(fine, at);
        else {
          input.tracedBackground(direction, traced);
          for (let c = 0; c < 3; c++)
            rgb[at + c] = Math.max(0, rgb[at + c]! + (1 - cover) * (fine[c]! - traced[c]!));
        }
      }
      const onFloor = id !== 0 && input.isEndlessFloor(id);
      if (!onFloor && density === 0) continue;
      input.horizon(direction, horizon);
      const cosine = direction[0] * forward[0] + direction[1] * forward[1] + direction[2] * forward[2];
      const distance = depth[i]! / Math.max(0.05, cosine);
      if (onFloor && Number.isFinite(input.floorFadeM)) {
        const faded = 1 - Math.exp(-((distance / input.floorFadeM) ** input.floorFadePower));
        const target = input.distance ? traced : horizon;
        input.distance?.(direction, traced);
        for (let c = 0; c < 3; c++) rgb[at + c] = mix(rgb[at + c]!, target[c]!, faded);
      }
      if (density > 0) {
        // Fog is brighter where it thins out towards the sky; one even grey would be a wall.
        const thin = 0.94 + 0.55 * smoothstep(-0.06, 0.5, direction[1]);
        for (let c = 0; c < 3; c++) horizon[c] = horizon[c]! * thin;
        const level = luminance(horizon[0]!, horizon[1]!, horizon[2]!);
        if (fogTint) {
          const tintLevel = Math.max(0.02, luminance(...fogTint));
          for (let c = 0; c < 3; c++) horizon[c] = mix(horizon[c]!, (fogTint[c]! / tintLevel) * level, 0.75);
        }
        // Fog thins out upwards: a ray leaves it after so far.
        const leaves = (FOG_HEIGHT * input.farM) / Math.max(0.004, direction[1]);
        const path =
          id === 0
            ? direction[1] > 0
              ? leaves
              : input.farM * 6
            : Math.min(distance, direction[1] > 0 ? leaves * 2 : distance);
        const veil = 1 - Math.exp(-density * Math.max(0, path - clearM));
        for (let c = 0; c < 3; c++) rgb[at + c] = mix(rgb[at + c]!, horizon[c]!, veil);
      }
    }
  });
}
