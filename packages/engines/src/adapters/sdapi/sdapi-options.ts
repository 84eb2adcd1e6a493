import { CONTROL_MAP_NAMES, controlMapNameSchema, qualitySchema } from '@diorama/contracts';
import { z } from 'zod';

const samplingFields = {
  steps: z.int().min(1).max(150).optional(),
  cfg: z.number().min(0).max(30).optional(),
  sampler: z.string().min(1).max(60).optional(),
  scheduler: z.string().min(1).max(60).optional(),
};

/** Settings of a connection to A1111, Forge or SD.Next. */
export const sdapiOptionsSchema = z.object({
  /** What a checkpoint is, where its name does not tell. */
  families: z.record(z.string().min(1).max(400), z.enum(['sd15', 'sdxl', 'flux'])).default({}),
  /** ControlNet models to use for a map instead of the ones found by their usual names. */
  controlModels: z
    .partialRecord(z.enum(CONTROL_MAP_NAMES).exclude(['object-mask']), z.string().min(1).max(400))
    .default({}),
  /** ControlNet units that the server looks at; further ones it passes over in silence. The server's default is 3. */
  controlUnits: z.int().min(0).max(10).default(3),
  /** Weight of the IP-Adapter that a reference goes through. */
  referenceWeight: z.number().min(0).max(2).default(0.6),
  /** Area of the picture, in units of 1024 x 1024 pixels. Default by the family. */
  megapixels: z.number().min(0.01).max(16).optional(),
  ...samplingFields,
});
export type SdapiOptions = z.infer<typeof sdapiOptionsSchema>;

/** Settings of one request; they win over the connection's. */
export const sdapiRequestOptionsSchema = z.object({
  /** Maps to guide by, among those the model offers; absent: chosen. */
  maps: z.array(controlMapNameSchema).max(4).optional(),
  /** More or fewer steps than usual; `steps` wins. */
  quality: qualitySchema.optional(),
  /** Noise over the canvas; absent: from the geometry strength. */
  denoise: z.number().min(0.01).max(1).optional(),
  ...samplingFields,
});
export type SdapiRequestOptions = z.infer<typeof sdapiRequestOptionsSchema>;
