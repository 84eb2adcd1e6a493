import type { CameraPlace } from './starter-recipe.ts';

/** Further places to stand in the samples, so that the recipes do not all show the same two views. */
export const CAMERAS = {
  perfumeUpright: { position: [-0.15, 0.165, 1], target: [-0.022, 0.083, 0], fovYDegrees: 18.2 },
  perfumeNarrow: { position: [-0.07, 0.16, 0.98], target: [0.006, 0.083, 0], fovYDegrees: 18.2 },
  perfumeLow: { position: [0.1, 0.06, 0.6], target: [0.012, 0.092, 0], fovYDegrees: 21 },
  perfumeAbove: { position: [-0.05, 0.62, 0.62], target: [-0.01, 0.05, 0.02], fovYDegrees: 18 },
  perfumeRose: { position: [-0.2, 0.09, 0.42], target: [-0.055, 0.045, 0.06], fovYDegrees: 20 },
  perfumeRight: { position: [0.43, 0.15, 0.65], target: [-0.012, 0.078, 0], fovYDegrees: 18 },
  roomChair: { position: [0.95, 1, 2.3], target: [0.28, 0.62, -0.5], fovYDegrees: 32 },
  roomWindow: { position: [2.2, 1.35, 1.7], target: [-1.4, 1, -0.4], fovYDegrees: 44 },
  roomAbove: { position: [2.4, 3, 3.2], target: [0, 0.45, -0.5], fovYDegrees: 32 },
  roomLamp: { position: [-0.7, 1.05, 2.3], target: [0.55, 0.78, -0.7], fovYDegrees: 34 },
  pavilionPool: { position: [10.5, 1.5, 8.6], target: [1.3, 1.55, -0.8], fovYDegrees: 33 },
  pavilionAerial: { position: [-12, 11, 16], target: [0.6, 0.2, 0.4], fovYDegrees: 30 },
  pavilionFront: { position: [0.5, 1.6, 13], target: [0.5, 1.75, 0], fovYDegrees: 32 },
  pavilionSteps: { position: [-3, 0.55, 7.5], target: [0.2, 1.75, -0.5], fovYDegrees: 44 },
  pavilionLounge: { position: [-5.3, 1.2, 2.3], target: [-1.9, 0.95, -0.9], fovYDegrees: 36 },
} as const satisfies Record<string, CameraPlace>;
export type CameraName = keyof typeof CAMERAS;
