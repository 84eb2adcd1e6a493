import type { Family } from '../families.ts';
import { flux2 } from './flux2.ts';
import { kontext } from './kontext.ts';
import { qwenEdit } from './qwen-edit.ts';
import { stableDiffusion } from './stable-diffusion.ts';
import type { Template } from './template.ts';

export const TEMPLATES: Readonly<Record<Family, Template>> = {
  flux2,
  'qwen-edit': qwenEdit,
  kontext,
  sdxl: stableDiffusion('sdxl'),
  sd15: stableDiffusion('sd15'),
};
