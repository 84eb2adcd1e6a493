import { z } from 'zod';
import type { Http } from '../../kit/http/http.ts';

export const capabilitiesSchema = z.object({
  model: z.object({ name: z.string().catch(''), stem: z.string().catch('') }),
  supported_modes: z.array(z.string()).catch(['img_gen']),
  samplers: z.array(z.string()).catch([]),
  schedulers: z.array(z.string()).catch([]),
  limits: z
    .object({ max_batch_count: z.int().positive().catch(8) })
    .loose()
    .catch({ max_batch_count: 8 }),
});
export type SdServerCapabilities = z.infer<typeof capabilitiesSchema>;

const jobSchema = z.object({
  id: z.string(),
  status: z.enum(['queued', 'generating', 'completed', 'failed', 'cancelled']),
  queue_position: z.number().catch(0),
  result: z
    .object({ images: z.array(z.object({ index: z.number().catch(0), b64_json: z.string() })) })
    .nullish()
    .catch(null),
  error: z
    .object({ code: z.string().catch(''), message: z.string().catch('') })
    .nullish()
    .catch(null),
});
export type SdServerJob = z.infer<typeof jobSchema>;

/** Body of `POST /sdcpp/v1/img_gen`; what is absent is the server's own default. */
export interface ImageJobBody {
  readonly prompt: string;
  readonly negative_prompt: string;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly batch_count: number;
  readonly output_format: 'png';
  readonly embed_image_metadata: true;
  readonly init_image?: string;
  readonly strength?: number;
  readonly ref_images?: readonly string[];
  readonly auto_resize_ref_image?: boolean;
  readonly control_image?: string;
  readonly control_strength?: number;
  readonly ip_adapter_image?: string;
  readonly ip_adapter_strength?: number;
  readonly sample_params?: {
    readonly sample_steps?: number;
    readonly sample_method?: string;
    readonly scheduler?: string;
    readonly guidance?: { readonly txt_cfg?: number; readonly distilled_guidance?: number };
  };
}

/** The native routes of a stable-diffusion.cpp server. */
export class SdServerApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async capabilities(): Promise<SdServerCapabilities> {
    return (await this.#http.json(capabilitiesSchema, { url: '/sdcpp/v1/capabilities' })).body;
  }

  /** @returns The job's id. */
  async submit(body: ImageJobBody): Promise<string> {
    const schema = z.object({ id: z.string().min(1).max(200) });
    const answer = await this.#http.json(schema, { method: 'POST', url: '/sdcpp/v1/img_gen', json: body });
    return answer.body.id;
  }

  /** Null when the server does not know the job (any more): it was started again, or ten minutes have gone. */
  async job(id: string): Promise<SdServerJob | null> {
    const { status, body } = await this.#http.json(z.unknown(), {
      url: `/sdcpp/v1/jobs/${encodeURIComponent(id)}`,
      accept: [404, 410],
    });
    return status === 200 ? jobSchema.parse(body) : null;
  }

  /** @returns False when it runs already: then nothing can stop it. */
  async cancel(id: string, signal: AbortSignal): Promise<boolean> {
    const { status } = await this.#http.send({
      method: 'POST',
      url: `/sdcpp/v1/jobs/${encodeURIComponent(id)}/cancel`,
      effect: 'none',
      accept: [404, 409, 410],
      signal,
    });
    return status !== 409;
  }
}
