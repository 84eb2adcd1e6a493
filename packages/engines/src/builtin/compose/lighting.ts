import { turned } from '@diorama/conditioning';
import type { Look } from '@diorama/contracts';
import type { TraceBackground, TraceEnvironment, TraceLight, Vec3 } from '@diorama/tracer';
import { loadBakedEnvironment } from '../environment/baked-environments.ts';
import { lookUp, turnEnvironment } from '../environment/equirect.ts';
import { createSkyDome } from '../environment/sky-dome.ts';
import { type StageAxes, studioBackdropGradient, studioRigEnvironment } from '../environment/studio-rig.ts';

/** The light of a look, placed around one camera. */
export interface LightRig {
  readonly environment: TraceEnvironment;
  readonly lights: readonly TraceLight[];
  /** What the tracer shows where nothing is hit, when the look asks for the environment. */
  readonly background: TraceBackground;
  /**
   * A finer picture of what lies behind everything than the environment holds; null when the tracer's own is final.
   * Takes a direction and the angle between pixels, writes radiance.
   */
  readonly backdrop: ((direction: Vec3, pixelRadians: number, out: Float32Array) => void) | null;
  /** Colour of the far distance in a direction, which ground and fog fade to. */
  readonly horizon: (direction: Vec3, out: Float32Array) => void;
  readonly bakedPanorama: boolean;
}

/** Largest turn of the light by the seed, degrees to either side. */
const SWAY_DEGREES = 17;

/**
 * The light turns a little with the seed (seed 0 leaves it as the look says): other noise alone would give the same
 * picture again, and several images of one request are meant to be a choice. The golden ratio keeps neighbouring
 * seeds far apart.
 */
export function lightSwayDegrees(seed: number): number {
  const turn = seed * 0.6180339887498949;
  const place = turn - Math.floor(turn);
  return (place < 0.5 ? place : place - 1) * 2 * SWAY_DEGREES;
}

export async function createLightRig(look: Look, axes: StageAxes, seed: number): Promise<LightRig> {
  const sway = lightSwayDegrees(seed);
  const { lighting } = look;
  switch (lighting.kind) {
    case 'sky': {
      const toSun = turned(axes.back, axes.right, lighting.sunAzimuthDegrees + sway);
      const dome = createSkyDome(lighting, toSun, seed % 65_536);
      return {
        environment: dome.environment,
        lights: dome.light ? [dome.light] : [],
        background: { kind: 'environment' },
        backdrop: dome.radiance,
        horizon: dome.horizon,
        bakedPanorama: false,
      };
    }
    case 'studio': {
      const moved = { ...lighting, keyAzimuthDegrees: wrap(lighting.keyAzimuthDegrees + sway) };
      const environment = studioRigEnvironment(moved, axes);
      const { top, bottom } = studioBackdropGradient(moved);
      return {
        environment,
        lights: [],
        background: { kind: 'gradient', top, bottom },
        backdrop: null,
        horizon: (_, out) => out.set(bottom),
        bakedPanorama: false,
      };
    }
    case 'hdri': {
      const picture = await loadBakedEnvironment(lighting.name);
      // Rotation 0 puts the middle of the picture straight ahead of the camera.
      const ahead = Math.atan2(-axes.back[0], axes.back[2]);
      const environment = turnEnvironment(
        picture,
        ahead + ((lighting.rotationDegrees + sway) * Math.PI) / 180,
      );
      return {
        environment,
        lights: [],
        background: { kind: 'environment' },
        backdrop: null,
        horizon: horizonOfPanorama(environment),
        bakedPanorama: true,
      };
    }
  }
}

function wrap(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}

const HORIZON_DIRECTIONS = 64;

/** The band just above the horizon, smoothed around, so that no lamp or tree colours the distance by itself. */
function horizonOfPanorama(environment: TraceEnvironment): LightRig['horizon'] {
  const band = new Float32Array(HORIZON_DIRECTIONS * 3);
  const out = new Float32Array(3);
  for (let i = 0; i < HORIZON_DIRECTIONS; i++) {
    for (let spread = -4; spread <= 4; spread++) {
      const angle = ((i + spread * 0.7) / HORIZON_DIRECTIONS) * 2 * Math.PI;
      for (const height of [-0.02, 0.01, 0.04, 0.08]) {
        lookUp(environment, [Math.sin(angle), height, -Math.cos(angle)], out);
        for (let c = 0; c < 3; c++) band[i * 3 + c]! += Math.min(4, out[c]!) / 36;
      }
    }
  }
  return (direction, result) => {
    const turn = Math.atan2(direction[0], -direction[2]) / (2 * Math.PI);
    const place = (turn - Math.floor(turn)) * HORIZON_DIRECTIONS;
    const i = Math.floor(place) % HORIZON_DIRECTIONS;
    const j = (i + 1) % HORIZON_DIRECTIONS;
    const f = place - Math.floor(place);
    for (let c = 0; c < 3; c++) result[c] = band[i * 3 + c]! * (1 - f) + band[j * 3 + c]! * f;
  };
}
