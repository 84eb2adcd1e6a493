import { z } from 'zod';

/**
 * Pictures drawn from the geometry that steer an image model: inverse depth, view-space normals, thin edges, soft
 * lines, one flat colour for each object, and a mask of chosen objects.
 */
export const CONTROL_MAP_NAMES = [
  'depth',
  'normal',
  'canny',
  'lineart',
  'segmentation',
  'object-mask',
] as const;
export const controlMapNameSchema = z.enum(CONTROL_MAP_NAMES);
export type ControlMapName = z.infer<typeof controlMapNameSchema>;
