import { z } from 'zod';
import type { SizeRule } from '../../kit/remote/sizes.ts';

/** The model families that there is a template for. */
export const FAMILIES = ['flux2', 'qwen-edit', 'kontext', 'sdxl', 'sd15'] as const;
export const familySchema = z.enum(FAMILIES);
export type Family = (typeof FAMILIES)[number];

/** How a family samples; each value can be replaced in the settings of the connection and of one request. */
export interface Sampling {
  readonly steps: number;
  readonly cfg: number;
  readonly sampler: string;
  readonly scheduler: string;
}

interface FamilyFacts {
  readonly label: string;
  readonly note: string;
  readonly sizes: SizeRule;
  /** Pictures in one request, the canvas and maps shown as pictures among them. */
  readonly picturesMax: number;
}

const MEGAPIXEL = 1024 * 1024;

export const FAMILY_FACTS: Readonly<Record<Family, FamilyFacts>> = {
  flux2: {
    label: 'FLUX.2',
    note: 'Edits the 3D layout by instruction and takes two reference images.',
    sizes: { stepPx: 16, pixelsMin: MEGAPIXEL / 2, pixelsMax: MEGAPIXEL },
    picturesMax: 4,
  },
  'qwen-edit': {
    label: 'Qwen-Image-Edit',
    note: 'Edits the 3D layout by instruction; three pictures at most.',
    sizes: { stepPx: 16, pixelsMin: 0.9 * MEGAPIXEL, pixelsMax: MEGAPIXEL },
    picturesMax: 3,
  },
  kontext: {
    label: 'FLUX.1 Kontext',
    note: 'Edits the 3D layout by instruction; made for one picture, further ones are an experiment of its makers.',
    sizes: { stepPx: 16, pixelsMin: 0.9 * MEGAPIXEL, pixelsMax: MEGAPIXEL },
    picturesMax: 3,
  },
  sdxl: {
    label: 'SDXL',
    note: 'Follows the geometry by ControlNet maps where such are installed.',
    sizes: { stepPx: 8, pixelsMin: 0.9 * MEGAPIXEL, pixelsMax: MEGAPIXEL },
    picturesMax: 1,
  },
  sd15: {
    label: 'Stable Diffusion 1.5',
    note: 'Small and fast; follows the geometry by ControlNet maps where such are installed.',
    sizes: { stepPx: 8, pixelsMin: 512 * 512, pixelsMax: 768 * 768 },
    picturesMax: 1,
  },
};

/** How a model of a family, known by its file name, is sampled. */
export function samplingOf(family: Family, file: string, hasSpeedLora: boolean): Sampling {
  const name = file.toLowerCase();
  const steps = Number(/(\d+)[-_ ]?steps?/.exec(name)?.[1] ?? Number.NaN);
  switch (family) {
    case 'flux2':
      return isDistilledFlux2(file)
        ? { steps: 4, cfg: 1, sampler: 'euler', scheduler: 'flux2' }
        : { steps: 20, cfg: 4, sampler: 'euler', scheduler: 'flux2' };
    case 'kontext':
      return { steps: 20, cfg: 2.5, sampler: 'euler', scheduler: 'simple' };
    case 'qwen-edit':
      return hasSpeedLora || /lightning|turbo/.test(name)
        ? { steps: Number.isNaN(steps) ? 4 : steps, cfg: 1, sampler: 'euler', scheduler: 'simple' }
        : { steps: 20, cfg: 3, sampler: 'euler', scheduler: 'simple' };
    case 'sdxl':
      if (/lightning|turbo|lcm|hyper/.test(name)) {
        return {
          steps: Number.isNaN(steps) ? 6 : steps,
          cfg: 1.5,
          sampler: 'euler',
          scheduler: 'sgm_uniform',
        };
      }
      return { steps: 28, cfg: 6, sampler: 'dpmpp_2m', scheduler: 'karras' };
    case 'sd15':
      return { steps: 24, cfg: 7, sampler: 'dpmpp_2m', scheduler: 'karras' };
  }
}

/** FLUX.2 klein without "base" in its name is distilled: four steps, no guidance, no negative prompt. */
export function isDistilledFlux2(file: string): boolean {
  return /klein/i.test(file) && !/base/i.test(file);
}

/** FLUX.2 dev has its guidance inside; klein base is guided from outside by a negative prompt. */
export function isGuidanceDistilledFlux2(file: string): boolean {
  return !/klein/i.test(file);
}

/** Qwen-Image-Edit from 2509 on takes up to three pictures; the first edition took one. */
export function isQwenEditPlus(file: string): boolean {
  return /25(09|1[0-9])|26\d\d|plus/i.test(file);
}

/** What a diffusion model without text encoder and VAE is, by its name; null when there is no template for it. */
export function familyOfUnet(file: string): Family | null {
  const name = file.toLowerCase();
  if (/flux[-_. ]?2/.test(name)) return 'flux2';
  if (/qwen[-_. ]?image[-_. ]?edit/.test(name)) return 'qwen-edit';
  if (/kontext/.test(name)) return 'kontext';
  return null;
}

/** A family from the metadata that training tools write into a checkpoint; null when it does not tell. */
export function familyOfMetadata(
  metadata: Readonly<Record<string, unknown>>,
): 'sdxl' | 'sd15' | 'other' | null {
  const text = [
    metadata['modelspec.architecture'],
    metadata['ss_base_model_version'],
    metadata['ss_sd_model_name'],
  ]
    .filter((value) => typeof value === 'string')
    .join(' ')
    .toLowerCase();
  if (text === '') return null;
  if (/xl/.test(text)) return 'sdxl';
  if (/stable-diffusion-v1|sd_v1|sd1|v1-5/.test(text)) return 'sd15';
  return 'other';
}

/** `FLUX.2 · klein 4b fp8` of a file name. */
export function modelName(family: Family, file: string): string {
  const stem = file
    .replace(/^.*[\\/]/, '')
    .replace(/\.[a-z0-9]+$/i, '')
    .replace(/[_\s]+/g, ' ')
    .trim();
  return `${FAMILY_FACTS[family].label} · ${stem}`;
}
