import { z } from 'zod';

const coordinate = z.number().min(-1e6).max(1e6);
export const vec3Schema = z.tuple([coordinate, coordinate, coordinate]);
export type Vec3 = z.infer<typeof vec3Schema>;

/** A perspective camera in world space: metres, right-handed, Y up. */
export const cameraSchema = z
  .object({
    position: vec3Schema,
    target: vec3Schema,
    /** Vertical field of view of the output's frame, degrees. */
    fovYDegrees: z.number().min(1).max(150),
  })
  .refine((camera) => Math.hypot(...camera.position.map((p, i) => p - camera.target[i]!)) > 1e-6, {
    message: 'The camera stands on its own target.',
    path: ['target'],
  });
export type Camera = z.infer<typeof cameraSchema>;

/** Height of a full-frame (36 x 24 mm) sensor, which is what a photographer's focal length refers to. */
export const SENSOR_HEIGHT_MM = 24;

export function focalLengthMmOf(fovYDegrees: number): number {
  return SENSOR_HEIGHT_MM / (2 * Math.tan((fovYDegrees * Math.PI) / 360));
}

export function fovYDegreesOf(focalLengthMm: number): number {
  return (Math.atan(SENSOR_HEIGHT_MM / (2 * focalLengthMm)) * 360) / Math.PI;
}
