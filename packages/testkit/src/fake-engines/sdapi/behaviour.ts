import { type CommonBehaviour, commonBehaviour } from '../kit/index.ts';

/** Which of the three programs that speak `/sdapi/v1` it is. */
export type SdApiFlavour = 'a1111' | 'forge' | 'sdnext';

/** How the fake behaves; change it while it runs (not the flavour). `key` is null by default: see `auth`. */
export interface SdApiBehaviour extends CommonBehaviour {
  flavour: SdApiFlavour;
  /** `--api-auth user:password`, HTTP Basic. Default null: open. */
  auth: { user: string; password: string } | null;
  /** Titles of the checkpoints, with the hash as the programs show it. The first is loaded at the start. */
  checkpoints: string[];
  /** Names of the ControlNet models; A1111 and Forge show them with a hash. */
  controlModels: string[];
  /** Preprocessors; ready-made maps take `none` (A1111) or `None` (Forge, SD.Next). */
  controlModules: string[];
  /** Units that are looked at; further ones are passed over in silence. Default 3. */
  controlUnitCount: number;
  /** Whether the ControlNet extension is there. SD.Next never has it. */
  hasControlNet: boolean;
  /** IP-Adapter names of SD.Next. */
  ipAdapters: string[];
  samplers: string[];
  schedulers: string[];
  /**
   * What happens to a unit that is wrong. A1111 and Forge print the exception, go on, and return a picture made
   * without the unit: `pass-over`. The default `refuse` answers 500, so that no test overlooks a wrong unit.
   */
  wrongUnits: 'refuse' | 'pass-over';
  /** Steps of every run, whatever was asked. Default null: as asked. */
  steps: number | null;
  /** Milliseconds of one step. Default 0. */
  stepDelayMs: number;
  /** Whether `current_image` comes with the progress. Default true. */
  livePreview: boolean;
  /** Every generation fails for want of memory. Default false. */
  outOfMemory: boolean;
  /** Generation stands still after so many steps until it is released or interrupted. */
  hold: { step: number } | null;
}

const CONTROL_MODELS: Record<SdApiFlavour, string[]> = {
  a1111: [
    'control_v11f1p_sd15_depth [cfd03158]',
    'control_v11p_sd15_canny [d14c016b]',
    'control_v11p_sd15_normalbae [316696f1]',
    'ip-adapter-plus_sd15 [836b5c2e]',
  ],
  forge: [
    'control_v11f1p_sd15_depth_fp16 [4b72d323]',
    'control_v11p_sd15_canny_fp16 [b18e0966]',
    'control_v11p_sd15_normalbae_fp16 [592a19d8]',
    'ip-adapter-plus_sd15 [32cd8f7f]',
  ],
  sdnext: ['Canny', 'Depth', 'HED', 'LineArt', 'OpenPose', 'Segment', 'Tile'],
};

const CONTROL_MODULES: Record<SdApiFlavour, string[]> = {
  a1111: ['none', 'canny', 'depth_midas', 'normal_bae', 'ip-adapter_clip_sd15', 'reference_only'],
  forge: [
    'None',
    'canny',
    'depth_midas',
    'normalbae',
    'CLIP-ViT-H (IPAdapter)',
    'reference_only',
    'InsightFace+CLIP-H (IPAdapter)',
  ],
  sdnext: ['None', 'Canny', 'Midas Depth Hybrid', 'Normal Bae', 'HED'],
};

export function sdApiBehaviour(flavour: SdApiFlavour): SdApiBehaviour {
  return {
    ...commonBehaviour(),
    key: null,
    flavour,
    auth: null,
    checkpoints: ['v1-5-pruned-emaonly.safetensors [6ce0161689]', 'dreamshaper_8.safetensors [879db523c3]'],
    controlModels: [...CONTROL_MODELS[flavour]],
    controlModules: [...CONTROL_MODULES[flavour]],
    controlUnitCount: 3,
    hasControlNet: flavour !== 'sdnext',
    ipAdapters: ['None', 'Base', 'Light', 'Plus', 'Plus Face'],
    samplers: ['Euler', 'Euler a', 'DPM++ 2M', 'DPM++ SDE', 'DDIM', 'UniPC', 'LCM'],
    schedulers: ['automatic', 'karras', 'exponential', 'sgm_uniform', 'simple', 'beta'],
    wrongUnits: 'refuse',
    steps: null,
    stepDelayMs: 0,
    livePreview: true,
    outOfMemory: false,
    hold: null,
  };
}
