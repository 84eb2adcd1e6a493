import type { ControlMapName } from '@diorama/contracts';
import type { AdapterJob, PreparedInput } from '../../kit/remote/adapter.ts';
import { findControlModel, GUIDING_MAPS, type GuidedFamily } from '../diffusion/control-models.ts';
import { geometryGuidance } from '../diffusion/geometry-guidance.ts';
import { stepsFor } from '../diffusion/quality.ts';
import type { SdapiOptions, SdapiRequestOptions } from './sdapi-options.ts';
import type { SdapiServer } from './sdapi-server.ts';

export type CheckpointFamily = GuidedFamily | 'flux';

/** A call that makes the pictures. */
export interface SdapiCall {
  readonly url: '/sdapi/v1/txt2img' | '/sdapi/v1/img2img' | '/sdapi/v1/control';
  readonly body: Readonly<Record<string, unknown>>;
}

/** Maps that a checkpoint of a family can be guided by on this server. */
export function guidingMaps(
  family: CheckpointFamily,
  server: SdapiServer,
  options: SdapiOptions,
): ControlMapName[] {
  return GUIDING_MAPS.filter((map) => controlModelFor(family, map, server, options) !== null);
}

/** The model for a map: the one that the owner named, else an installed one; null when there is none. */
export function controlModelFor(
  family: CheckpointFamily,
  map: ControlMapName,
  server: Pick<SdapiServer, 'controlModels'>,
  options: Pick<SdapiOptions, 'controlModels'>,
): { readonly model: string; readonly isUnion: boolean } | null {
  if (family === 'flux' || map === 'object-mask') return null;
  const named = options.controlModels[map];
  if (named !== undefined) return { model: named, isUnion: /union|promax/i.test(named) };
  return findControlModel(family, map, server.controlModels);
}

/** How a picture reaches the model as a reference; null when the server has no IP-Adapter for the family. */
export function ipAdapterFor(
  family: CheckpointFamily,
  server: SdapiServer,
): { readonly module: string; readonly model: string } | null {
  if (family === 'flux') return null;
  const fits = (name: string) => (family === 'sdxl' ? /xl/i.test(name) : !/xl/i.test(name));
  if (server.flavour === 'sdnext') {
    const names = server.ipAdapters.filter((name) => fits(name) && !/face|ostris|composition/i.test(name));
    const model = names.find((name) => /plus/i.test(name)) ?? names[0];
    return model === undefined ? null : { module: '', model };
  }
  const models = server.controlModels.filter(
    (name) => /ip[-_ ]?adapter/i.test(name) && !/face/i.test(name) && fits(name),
  );
  const model = models.find((name) => /plus/i.test(name)) ?? models[0];
  if (model === undefined) return null;
  const modules =
    server.flavour === 'forge'
      ? [
          // SDXL adapters without "vit-h" in their names were made with the larger encoder.
          family === 'sdxl' && !/vit-?h/i.test(model)
            ? 'CLIP-ViT-bigG (IPAdapter)'
            : 'CLIP-ViT-H (IPAdapter)',
          'CLIP-ViT-H (IPAdapter)',
        ]
      : [
          'ip-adapter-auto',
          ...(family === 'sdxl'
            ? [/vit-?h/i.test(model) ? 'ip-adapter_clip_sdxl_plus_vith' : 'ip-adapter_clip_sdxl']
            : ['ip-adapter_clip_sd15']),
        ];
  const module = modules.find((name) => server.controlModules.includes(name));
  return module === undefined ? null : { module, model };
}

/** One request, exactly as it is sent. */
export function callFor(
  job: AdapterJob,
  context: {
    readonly family: CheckpointFamily;
    readonly server: SdapiServer;
    readonly options: SdapiOptions;
    readonly requested: SdapiRequestOptions;
    readonly taskId: string;
  },
): SdapiCall {
  const { family, server, options, requested, taskId } = context;
  const maps = [...job.maps.keys()];
  const guidance = geometryGuidance(job.geometryStrength, maps);
  const canvas = job.inputs.find(({ source }) => source.kind === 'canvas');
  const references = job.inputs.filter(({ source }) => source.kind === 'reference');
  const adapter = references.length > 0 ? ipAdapterFor(family, server) : null;
  const denoise = requested.denoise ?? guidance.denoise;
  const common = {
    prompt: job.prompt,
    negative_prompt: job.negativePrompt,
    seed: job.seed,
    ...samplingFor(family, server, options, requested),
    batch_size: 1,
    ...(job.model.id === server.loadedCheckpoint
      ? {}
      : {
          // Switched back afterwards, every picture would load two models.
          override_settings: { sd_model_checkpoint: job.model.id },
          override_settings_restore_afterwards: false,
        }),
    send_images: true,
    save_images: false,
  };

  if (server.flavour === 'sdnext') {
    const ipAdapter =
      adapter === null
        ? {}
        : {
            ip_adapter: [
              {
                adapter: adapter.model,
                images: references.map(base64),
                scale: Math.min(1, options.referenceWeight),
              },
            ],
          };
    if (maps.length === 0) return sized({ ...common, ...ipAdapter });
    const units = guidance.maps.map(({ map, weight, endAt }) => ({
      process: 'None',
      model: controlModelFor(family, map, server, options)?.model ?? '',
      strength: weight,
      start: 0,
      end: endAt,
      override: base64(job.maps.get(map)!),
      unit_type: 'controlnet',
    }));
    return {
      url: '/sdapi/v1/control',
      body: {
        ...common,
        ...ipAdapter,
        batch_count: job.count,
        width_before: job.size.width,
        height_before: job.size.height,
        resize_mode_before: 0,
        inputs: [units[0]!.override],
        ...(canvas === undefined
          ? { input_type: 0 }
          : // The start picture is another one than what guides.
            { input_type: 2, inits: [base64(canvas)], denoising_strength: denoise }),
        unit_type: 'controlnet',
        control: units,
      },
    };
  }

  const isForge = server.flavour === 'forge';
  const unit = (picture: PreparedInput, fields: Record<string, unknown>) => ({
    enabled: true,
    image: base64(picture),
    resize_mode: 'Just Resize',
    control_mode: 'Balanced',
    guidance_start: 0,
    save_detected_map: false,
    ...fields,
  });
  const units = [
    ...guidance.maps.map(({ map, weight, endAt }) => {
      const found = controlModelFor(family, map, server, options);
      return unit(job.maps.get(map)!, {
        module: isForge ? 'None' : 'none',
        model: found?.model ?? 'None',
        weight,
        guidance_end: endAt,
        ...(found?.isUnion && !isForge ? { union_control_type: UNION_TYPES[map] ?? 'Unknown' } : {}),
      });
    }),
    ...(adapter === null
      ? []
      : references.map((reference) =>
          unit(reference, {
            module: adapter.module,
            model: adapter.model,
            weight: options.referenceWeight,
            guidance_end: 1,
          }),
        )),
  ];
  return sized({
    ...common,
    force_task_id: taskId,
    ...(units.length === 0 ? {} : { alwayson_scripts: { ControlNet: { args: units } } }),
  });

  function sized(body: Record<string, unknown>): SdapiCall {
    const whole = { ...body, n_iter: job.count, width: job.size.width, height: job.size.height };
    return canvas === undefined
      ? { url: '/sdapi/v1/txt2img', body: whole }
      : {
          url: '/sdapi/v1/img2img',
          body: { ...whole, init_images: [base64(canvas)], denoising_strength: denoise, resize_mode: 0 },
        };
  }
}

const UNION_TYPES: Readonly<Partial<Record<ControlMapName, string>>> = {
  depth: 'Depth',
  normal: 'Normal Map',
  canny: 'Hard Edge',
  lineart: 'Hard Edge',
  segmentation: 'Segmentation',
};

/** Names are sent only where the server has them: an unknown sampler is refused by one program and replaced by another. */
function samplingFor(
  family: CheckpointFamily,
  { flavour, samplers, schedulers }: SdapiServer,
  options: SdapiOptions,
  requested: SdapiRequestOptions,
): Record<string, unknown> {
  const usual = {
    sd15: { steps: 24, cfg: 7, samplers: ['DPM++ 2M', 'DPM++ 2M Karras'], scheduler: 'karras' },
    sdxl: { steps: 28, cfg: 6, samplers: ['DPM++ 2M', 'DPM++ 2M Karras'], scheduler: 'karras' },
    flux: { steps: 20, cfg: 1, samplers: ['Euler'], scheduler: 'simple' },
  }[family];
  const sampler =
    requested.sampler ?? options.sampler ?? usual.samplers.find((name) => samplers.includes(name));
  const scheduler =
    requested.scheduler ??
    options.scheduler ??
    (sampler === usual.samplers[0] && schedulers.includes(usual.scheduler) ? usual.scheduler : undefined);
  return {
    steps: requested.steps ?? stepsFor(options.steps ?? usual.steps, requested.quality),
    cfg_scale: requested.cfg ?? options.cfg ?? usual.cfg,
    ...(sampler === undefined ? {} : { sampler_name: sampler }),
    ...(scheduler === undefined || flavour === 'sdnext' ? {} : { scheduler }),
    ...(family === 'flux' && flavour === 'forge' ? { distilled_cfg_scale: 3.5 } : {}),
  };
}

function base64({ bytes }: PreparedInput): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
