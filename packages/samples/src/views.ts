import type { Vec3 } from './geometry/vector.ts';

/** Where a photographer would stand. Kept apart from the geometry, so that a list of samples costs nothing to load. */
export interface SceneView {
  readonly name: string;
  /** World space, metres. */
  readonly position: Vec3;
  readonly target: Vec3;
  /** Full-frame equivalent. */
  readonly focalLengthMm: number;
  /** Point that stays sharp when the aperture opens. */
  readonly focusOn: Vec3;
}

export const PERFUME_VIEWS: readonly SceneView[] = [
  {
    name: 'Hero',
    position: [-0.12, 0.155, 0.8],
    target: [-0.002, 0.086, 0],
    focalLengthMm: 75,
    focusOn: [0.022, 0.08, 0.018],
  },
  {
    name: 'Detail',
    position: [0.2, 0.125, 0.36],
    target: [0.012, 0.083, 0.004],
    focalLengthMm: 70,
    focusOn: [0.022, 0.078, 0.018],
  },
];

export const READING_CORNER_VIEWS: readonly SceneView[] = [
  {
    name: 'Hero',
    position: [1.62, 1.22, 3.25],
    target: [-0.1, 0.84, -0.55],
    focalLengthMm: 36,
    focusOn: [0.1, 0.6, -0.4],
  },
  {
    name: 'Detail',
    position: [1.72, 1.02, 1.05],
    target: [0.72, 0.62, -0.42],
    focalLengthMm: 52,
    focusOn: [0.98, 0.56, -0.25],
  },
];

export const PAVILION_VIEWS: readonly SceneView[] = [
  {
    name: 'Hero',
    position: [-7.6, 1.7, 10.4],
    target: [0.9, 1.55, -1.2],
    focalLengthMm: 35,
    focusOn: [-1, 1.2, 0],
  },
  {
    name: 'Detail',
    position: [-4.7, 1.5, 3.3],
    target: [-1.7, 1.12, -0.6],
    focalLengthMm: 42,
    focusOn: [-2.6, 0.9, -0.2],
  },
];

/** Distance along the view axis, which is what a lens is focused by. */
export function focusDistanceMOf(view: SceneView): number {
  const axis = view.target.map((x, i) => x - view.position[i]!);
  const reach = Math.hypot(...axis);
  return axis.reduce((sum, x, i) => sum + (x / reach) * (view.focusOn[i]! - view.position[i]!), 0);
}

/** Vertical field of view on a full-frame sensor (24 mm high). */
export const fovYDegreesOf = (view: SceneView): number =>
  (2 * Math.atan(12 / view.focalLengthMm) * 180) / Math.PI;
