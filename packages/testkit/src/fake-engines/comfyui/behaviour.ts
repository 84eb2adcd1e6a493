import { type CommonBehaviour, commonBehaviour } from '../kit/index.ts';
import type { ChoiceForm, ComfyRelease, InstalledModels } from './node-catalogue.ts';

/** Where the fake stands still until it is released. */
export type ComfyHold =
  /** No prompt is started. */
  | 'queue'
  /** The prompts of other people run without end. */
  | 'ahead'
  /** Samplers stop after so many steps (0: before the first). */
  | { step: number };

/** How the fake behaves; change it while it runs. `key` is null by default: the program has no keys. */
export interface ComfyUiBehaviour extends CommonBehaviour {
  /** Which release of the program it is. Default `0.33`. */
  release: ComfyRelease;
  /** Form of list inputs in `/object_info`. Default as each node was declared. */
  choiceForm: ChoiceForm;
  /** Model files that are installed. */
  models: InstalledModels;
  /** Nodes that this installation does not have. */
  removeNodes: string[];
  /** Steps of every sampler, whatever the graph says. Default null: as the graph says. */
  steps: number | null;
  /** Milliseconds of one step. Default 0. */
  stepDelayMs: number;
  /** What the server was started with; `none`, the program's own default, sends no previews. */
  previewMethod: 'none' | 'auto' | 'latent2rgb' | 'taesd';
  /** Node id or class that fails when it runs. Default null. */
  failAtNode: string | null;
  /** How it fails. Default an error of the model. */
  failure: 'error' | 'out-of-memory';
  /** So many prompts of other people are put in front of the next one that comes; then it is 0 again. */
  pendingAhead: number;
  /** Steps that each of them takes. Default 2. */
  aheadSteps: number;
  /** Whole `Authorization` header that a proxy in front demands, for HTTP and WebSocket. Default null: none. */
  requireAuthorization: string | null;
  /** `--max-upload-size`, for every request body. Default 100 MB. */
  maxUploadBytes: number;
  hold: ComfyHold | null;
}

/** The model files that the official guides use, for every family of workflows. */
export function exampleModels(): InstalledModels {
  return {
    checkpoints: ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.safetensors'],
    diffusion_models: [
      'flux-2-klein-4b-fp8.safetensors',
      'flux-2-klein-base-4b-fp8.safetensors',
      'flux1-dev-kontext_fp8_scaled.safetensors',
      'qwen_image_edit_2511_bf16.safetensors',
    ],
    text_encoders: [
      'clip_l.safetensors',
      'qwen_2.5_vl_7b_fp8_scaled.safetensors',
      'qwen_3_4b.safetensors',
      't5xxl_fp8_e4m3fn_scaled.safetensors',
    ],
    vae: ['ae.safetensors', 'flux2-vae.safetensors', 'qwen_image_vae.safetensors'],
    controlnet: [
      'control_v11f1p_sd15_depth_fp16.safetensors',
      'control_v11p_sd15_canny_fp16.safetensors',
      'control_v11p_sd15_normalbae_fp16.safetensors',
      'controlnet-union-sdxl-1.0.safetensors',
    ],
    loras: ['Qwen-Image-Edit-2511-Lightning-4steps-V1.0-bf16.safetensors'],
    clip_vision: ['sigclip_vision_patch14_384.safetensors'],
    style_models: ['flux1-redux-dev.safetensors'],
    model_patches: [],
    upscale_models: [],
    embeddings: [],
  };
}

export function comfyUiBehaviour(): ComfyUiBehaviour {
  return {
    ...commonBehaviour(),
    key: null,
    release: '0.33',
    choiceForm: 'as-declared',
    models: exampleModels(),
    removeNodes: [],
    steps: null,
    stepDelayMs: 0,
    previewMethod: 'none',
    failAtNode: null,
    failure: 'error',
    pendingAhead: 0,
    aheadSteps: 2,
    requireAuthorization: null,
    maxUploadBytes: 100 * 1024 * 1024,
    hold: null,
  };
}
