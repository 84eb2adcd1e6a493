import { type CommonBehaviour, commonBehaviour } from '../kit/index.ts';

/** How the fake behaves; change it while it runs. `key` is null by default: the program has no keys. */
export interface SdServerBehaviour extends CommonBehaviour {
  /** File name of the one model that the server was started with. */
  model: string;
  /** Whether the model makes pictures; a video model answers 400. Default true. */
  makesImages: boolean;
  /** A ControlNet was loaded. The capabilities do not tell. Default true. */
  hasControlNet: boolean;
  /** An IP-Adapter was loaded. The capabilities do not tell. Default true. */
  hasIpAdapter: boolean;
  /** The model takes reference pictures (FLUX Kontext, FLUX.2, Qwen-Image-Edit). Default true. */
  isEditModel: boolean;
  /** `--seed`, used when a request has none. Default 42, as in the program. */
  seed: number;
  /** `--steps`. Default 20. */
  steps: number;
  /** Sizes are rounded up to a multiple of this. Default 8; edit models of FLUX.2 16. */
  sizeMultiplePx: number;
  /** Built with WebP. Default true. */
  hasWebp: boolean;
  /** Paths of LoRA files below the LoRA folder. */
  loras: string[];
  /**
   * Fields of a wrong kind, unknown fields and sizes beyond the stated limits. The program passes over the first two
   * and does not look at the third; by default the fake refuses them all, so that no test overlooks one.
   */
  isStrict: boolean;
  /** Jobs that may wait or run. Default 64. */
  maxQueueSize: number;
  /** Milliseconds that a picture takes. Default 0. */
  generationMs: number;
  /** Jobs fail with this text. Default null. */
  failWith: string | null;
  /** Seconds after which a finished job is gone. Default 600. */
  jobLifetimeS: number;
  /** `queue`: no job is started. `generating`: the running job never ends. Until it is released. */
  hold: 'queue' | 'generating' | null;
}

export function sdServerBehaviour(): SdServerBehaviour {
  return {
    ...commonBehaviour(),
    key: null,
    model: 'flux-2-klein-4b-Q4_0.gguf',
    makesImages: true,
    hasControlNet: true,
    hasIpAdapter: true,
    isEditModel: true,
    seed: 42,
    steps: 20,
    sizeMultiplePx: 8,
    hasWebp: true,
    loras: ['detail.safetensors'],
    isStrict: true,
    maxQueueSize: 64,
    generationMs: 0,
    failWith: null,
    jobLifetimeS: 600,
    hold: null,
  };
}
