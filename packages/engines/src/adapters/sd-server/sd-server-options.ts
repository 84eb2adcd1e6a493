import { controlMapNameSchema } from '@diorama/contracts';
import { z } from 'zod';

/** How pictures are given to the model; what the server says of itself does not tell what is loaded. */
const SD_SERVER_MODES = ['auto', 'edit', 'img2img', 'control'] as const;

const samplingFields = {
  steps: z.int().min(1).max(200).optional(),
  cfg: z.number().min(0).max(30).optional(),
  /** Guidance that FLUX models have inside. */
  distilledGuidance: z.number().min(0).max(30).optional(),
  sampler: z.string().min(1).max(60).optional(),
  scheduler: z.string().min(1).max(60).optional(),
};

/** Settings of a connection to an sd-server. What is absent is the server's own default. */
export const sdServerOptionsSchema = z.object({
  /**
   * `edit`: canvas and references go in as reference pictures (FLUX.2, Kontext, Qwen-Image-Edit); `img2img`: the canvas
   * is the start picture; `control`: a map guides a ControlNet that was loaded with the model; `auto`: by the name of
   * the model, `edit` or `img2img`.
   */
  mode: z.enum(SD_SERVER_MODES).default('auto'),
  /** What the loaded ControlNet was made for; the server takes one map. */
  controlMap: controlMapNameSchema.exclude(['object-mask']).default('depth'),
  /** An IP-Adapter was loaded with the model, so one reference can be used. */
  ipAdapter: z.boolean().default(false),
  ipAdapterStrength: z.number().min(0).max(2).default(0.7),
  /** Area of the picture, in units of 1024 x 1024 pixels. Default by the name of the model. */
  megapixels: z.number().min(0.01).max(16).optional(),
  ...samplingFields,
});
export type SdServerOptions = z.infer<typeof sdServerOptionsSchema>;

/** Settings of one request; they win over the connection's. */
export const sdServerRequestOptionsSchema = z.object({
  mode: z.enum(SD_SERVER_MODES).optional(),
  /** Noise over the canvas; absent: from the geometry strength. */
  denoise: z.number().min(0.01).max(1).optional(),
  ...samplingFields,
});
export type SdServerRequestOptions = z.infer<typeof sdServerRequestOptionsSchema>;
