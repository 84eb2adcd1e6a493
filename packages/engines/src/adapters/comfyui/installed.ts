import type { ControlMapName } from '@diorama/contracts';
import { familyOfCheckpoint } from '../diffusion/checkpoint-family.ts';
import { findControlModel, GUIDING_MAPS, type GuidedFamily } from '../diffusion/control-models.ts';
import type { ComfyuiOptions, FileRole } from './comfyui-options.ts';
import { type Family, familyOfUnet } from './families.ts';
import type { ObjectInfo } from './object-info.ts';

/** The model files of one server, by the node that loads them. */
export interface InstalledFiles {
  readonly checkpoints: readonly string[];
  readonly unets: readonly string[];
  readonly ggufUnets: readonly string[];
  readonly textEncoders: readonly string[];
  readonly vaes: readonly string[];
  readonly loras: readonly string[];
  readonly controlNets: readonly string[];
}

export function installedFiles(info: ObjectInfo): InstalledFiles {
  const files = (classType: string, input: string) => info.choices(classType, input) ?? [];
  return {
    checkpoints: files('CheckpointLoaderSimple', 'ckpt_name'),
    unets: files('UNETLoader', 'unet_name'),
    ggufUnets: files('UnetLoaderGGUF', 'unet_name'),
    textEncoders: [
      ...new Set([...files('CLIPLoader', 'clip_name'), ...files('DualCLIPLoader', 'clip_name1')]),
    ],
    vaes: files('VAELoader', 'vae_name'),
    loras: files('LoraLoaderModelOnly', 'lora_name'),
    controlNets: files('ControlNetLoader', 'control_net_name'),
  };
}

/** A model file with the family that it is of. */
export interface FoundModel {
  readonly family: Family;
  readonly file: string;
  /** The name did not tell and the family was assumed. */
  readonly isGuess: boolean;
}

/** Models that there is a template for, strongest family first, by what the owner said, else by their names. */
export function findModels(
  files: InstalledFiles,
  options: Pick<ComfyuiOptions, 'families'>,
  metadataFamily: (checkpoint: string) => Family | 'other' | null = () => null,
): FoundModel[] {
  const said = new Map(Object.entries(options.families));
  const found: FoundModel[] = [];
  for (const file of new Set([...files.unets, ...files.ggufUnets])) {
    const family = said.get(file) ?? familyOfUnet(file);
    if (family !== null && family !== 'sd15' && family !== 'sdxl')
      found.push({ family, file, isGuess: false });
  }
  for (const file of files.checkpoints) {
    const family = said.get(file) ?? familyOfCheckpoint(file);
    if (family === 'sd15' || family === 'sdxl') found.push({ family, file, isGuess: false });
    else if (family === 'unknown') {
      const told = metadataFamily(file);
      if (told === 'sd15' || told === 'sdxl') found.push({ family: told, file, isGuess: false });
      else if (told === null) found.push({ family: 'sd15', file, isGuess: true });
    }
  }
  const order: readonly Family[] = ['flux2', 'qwen-edit', 'kontext', 'sdxl', 'sd15'];
  // Stable: within a family the server's own order, assumed ones last.
  return found.sort(
    (a, b) => order.indexOf(a.family) - order.indexOf(b.family) || Number(a.isGuess) - Number(b.isGuess),
  );
}

/** A file that a model needs beside itself. */
export interface NeededFile {
  readonly role: FileRole;
  /** Words for a person: "text encoder (such as qwen_3_4b.safetensors)". */
  readonly description: string;
  readonly among: keyof InstalledFiles;
  readonly pattern: RegExp;
  readonly not?: RegExp;
}

/** What a model of a family needs; checkpoints have everything inside. */
export function neededFiles(family: Family, modelFile: string): readonly NeededFile[] {
  switch (family) {
    case 'flux2': {
      const [pattern, example] = !/klein/i.test(modelFile)
        ? [/mistral/i, 'mistral_3_small_flux2_fp8.safetensors']
        : /9b/i.test(modelFile)
          ? [/qwen[-_. ]?3[-_. ]?8b/i, 'qwen_3_8b.safetensors']
          : [/qwen[-_. ]?3[-_. ]?4b/i, 'qwen_3_4b.safetensors'];
      return [
        {
          role: 'flux2.text-encoder',
          description: `text encoder (such as ${example})`,
          among: 'textEncoders',
          pattern,
        },
        {
          role: 'flux2.vae',
          description: 'VAE (such as flux2-vae.safetensors)',
          among: 'vaes',
          pattern: /flux[-_. ]?2/i,
        },
      ];
    }
    case 'kontext':
      return [
        {
          role: 'kontext.clip-l',
          description: 'text encoder (such as clip_l.safetensors)',
          among: 'textEncoders',
          pattern: /clip[-_. ]?l\b|clip[-_. ]?l[-_.]/i,
        },
        {
          role: 'kontext.t5',
          description: 'text encoder (such as t5xxl_fp8_e4m3fn_scaled.safetensors)',
          among: 'textEncoders',
          pattern: /t5[-_. ]?xxl/i,
          not: /umt5/i,
        },
        {
          role: 'kontext.vae',
          description: 'VAE (such as ae.safetensors)',
          among: 'vaes',
          pattern: /(^|[\\/_-])ae\.|flux/i,
          not: /flux[-_. ]?2|taef/i,
        },
      ];
    case 'qwen-edit':
      return [
        {
          role: 'qwen-edit.text-encoder',
          description: 'text encoder (such as qwen_2.5_vl_7b_fp8_scaled.safetensors)',
          among: 'textEncoders',
          pattern: /qwen[-_. ]?2[-_. ]?5[-_. ]?vl/i,
        },
        {
          role: 'qwen-edit.vae',
          description: 'VAE (such as qwen_image_vae.safetensors)',
          among: 'vaes',
          pattern: /qwen[-_. ]?image/i,
        },
      ];
    case 'sdxl':
    case 'sd15':
      return [];
  }
}

/** The file for a role: the one that the owner named, else the first with a usual name; null when there is none. */
export function fileFor(
  needed: NeededFile,
  files: InstalledFiles,
  options: Pick<ComfyuiOptions, 'files'>,
): string | null {
  return (
    options.files[needed.role] ??
    files[needed.among].find((file) => needed.pattern.test(file) && !(needed.not?.test(file) ?? false)) ??
    null
  );
}

/** A ControlNet for one map; a union model serves many and is told which one it gets. */
export interface ControlNetChoice {
  readonly file: string;
  /** Value for `SetUnionControlNetType`; null for a model of one kind. */
  readonly unionType: string | null;
}

const UNION_TYPES: Readonly<Partial<Record<ControlMapName, string>>> = {
  depth: 'depth',
  normal: 'normal',
  canny: 'canny/lineart/anime_lineart/mlsd',
  lineart: 'canny/lineart/anime_lineart/mlsd',
  segmentation: 'segment',
};

/** The ControlNet for a map: the one that the owner named, else an installed one; null when there is none. */
export function controlNetFor(
  family: GuidedFamily,
  map: ControlMapName,
  files: InstalledFiles,
  options: Pick<ComfyuiOptions, 'files'>,
): ControlNetChoice | null {
  const unionType = UNION_TYPES[map] ?? null;
  if (unionType === null || map === 'object-mask') return null;
  const named = options.files[`${family}.${map}`];
  if (named !== undefined) return { file: named, unionType: null };
  const namedUnion = options.files[`${family}.union`];
  if (namedUnion !== undefined) return { file: namedUnion, unionType };

  const found = findControlModel(family, map, files.controlNets);
  return found === null ? null : { file: found.model, unionType: found.isUnion ? unionType : null };
}

/** Maps that a family can be guided by on this server. */
export function guidingMaps(
  family: GuidedFamily,
  files: InstalledFiles,
  options: Pick<ComfyuiOptions, 'files'>,
): ControlMapName[] {
  return GUIDING_MAPS.filter((map) => controlNetFor(family, map, files, options) !== null);
}
