import type { TraceEnvironment, Vec3 } from '../trace-scene-types.ts';
import { TracerError } from '../tracer-error.ts';

/** A softbox far away, seen from the scene's centre. */
export interface StudioPanel {
  /** Towards the panel's middle, any length. */
  readonly directionWorld: Vec3;
  /** Apparent size, 0 to 180. */
  readonly widthDegrees: number;
  readonly heightDegrees: number;
  /** Linear colour. */
  readonly color: Vec3;
  /** Radiance of the panel is colour times this. */
  readonly intensity: number;
  /** Share of the half size over which the edge fades, 0 (hard) to 1. */
  readonly softness: number;
}

export interface StudioOptions {
  readonly panels: readonly StudioPanel[];
  /** Radiance of the room straight up and straight down; between them it blends. */
  readonly base: { readonly top: Vec3; readonly bottom: Vec3 };
  /** Columns of the picture (rows are half), default 512. */
  readonly width?: number;
}

function normalize(v: Vec3): Vec3 {
  const l = Math.hypot(...v);
  return [v[0] / l, v[1] / l, v[2] / l];
}
function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** 1 within the panel, falling to 0 at its edge. */
function edge(distance: number, softness: number): number {
  if (distance >= 1) return 0;
  const t = softness > 0 ? Math.min(1, (1 - distance) / softness) : 1;
  return t * t * (3 - 2 * t);
}

function paint(panel: StudioPanel): (view: Vec3) => number {
  const ahead = normalize(panel.directionWorld);
  const side = normalize(cross(ahead, Math.abs(ahead[1]) > 0.999 ? [0, 0, -1] : [0, 1, 0]));
  const up = cross(side, ahead);
  const halfWidth = (panel.widthDegrees * Math.PI) / 360;
  const halfHeight = (panel.heightDegrees * Math.PI) / 360;
  return (view) => {
    const forward = dot(view, ahead);
    if (forward <= -0.2) return 0;
    const across = Math.abs(Math.atan2(dot(view, side), forward)) / halfWidth;
    const along = Math.abs(Math.asin(Math.max(-1, Math.min(1, dot(view, up))))) / halfHeight;
    return edge(across, panel.softness) * edge(along, panel.softness);
  };
}

/**
 * A photographer's studio: softboxes before a plain room.
 *
 * @throws {TracerError} `invalid-environment` for sizes or colours that make no sense.
 * @example
 * studioEnvironment({
 *   panels: [{ directionWorld: [-1, 1, 1], widthDegrees: 50, heightDegrees: 70, color: [1, 0.97, 0.93], intensity: 8, softness: 0.3 }],
 *   base: { top: [0.3, 0.3, 0.32], bottom: [0.12, 0.12, 0.12] },
 * });
 */
export function studioEnvironment(options: StudioOptions): TraceEnvironment {
  const width = (options.width ?? 512) & ~1;
  if (!(width >= 16 && width <= 8192))
    throw new TracerError('invalid-environment', `width must be between 16 and 8192, is ${options.width}.`);
  for (const [i, panel] of options.panels.entries()) {
    const numbers = [
      ...panel.directionWorld,
      ...panel.color,
      panel.intensity,
      panel.softness,
      panel.widthDegrees,
      panel.heightDegrees,
    ];
    const sane =
      numbers.every(Number.isFinite) &&
      Math.hypot(...panel.directionWorld) > 1e-9 &&
      panel.widthDegrees > 0 &&
      panel.widthDegrees <= 360 &&
      panel.heightDegrees > 0 &&
      panel.heightDegrees <= 180 &&
      panel.intensity >= 0 &&
      panel.softness >= 0 &&
      panel.color.every((c) => c >= 0);
    if (!sane) throw new TracerError('invalid-environment', `panels[${i}] has a number out of range.`);
  }
  const { top, bottom } = options.base;
  if (![...top, ...bottom].every((c) => Number.isFinite(c) && c >= 0)) {
    throw new TracerError('invalid-environment', 'base colours must be finite and not negative.');
  }
  const height = width / 2;
  const painters = options.panels.map((panel) => ({ panel, coverage: paint(panel) }));
  const rgb = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const theta = (Math.PI * (row + 0.5)) / height;
    const y = Math.cos(theta);
    const upward = 0.5 + 0.5 * y;
    const blend = upward * upward * (3 - 2 * upward);
    for (let column = 0; column < width; column++) {
      const azimuth = 2 * Math.PI * ((column + 0.5) / width - 0.5);
      const view: Vec3 = [Math.sin(theta) * Math.sin(azimuth), y, -Math.sin(theta) * Math.cos(azimuth)];
      const i = (row * width + column) * 3;
      for (const c of [0, 1, 2] as const) rgb[i + c] = bottom[c] + (top[c] - bottom[c]) * blend;
      for (const { panel, coverage } of painters) {
        const share = coverage(view);
        if (share <= 0) continue;
        for (const c of [0, 1, 2] as const) {
          const room = rgb[i + c] as number;
          rgb[i + c] = room + (Math.max(room, panel.color[c] * panel.intensity) - room) * share;
        }
      }
    }
  }
  return { width, height, rgb, rotationDegrees: 0, intensity: 1 };
}
