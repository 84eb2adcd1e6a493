import { describe, expect, it } from 'vitest';
import { familyOfCheckpoint } from '../diffusion/checkpoint-family.ts';
import { findControlModel } from '../diffusion/control-models.ts';
import { familyOfUnet, isDistilledFlux2, isQwenEditPlus, samplingOf } from './families.ts';
import { fileFor, type InstalledFiles, neededFiles } from './installed.ts';

describe('families by file names', () => {
  it.each([
    ['flux-2-klein-4b-fp8.safetensors', 'flux2'],
    ['FLUX.2/flux2_dev_fp8mixed.safetensors', 'flux2'],
    ['flux1-dev-kontext_fp8_scaled.safetensors', 'kontext'],
    ['qwen_image_edit_2511_bf16.safetensors', 'qwen-edit'],
    ['Qwen-Image-Edit-2509-Q4_K_M.gguf', 'qwen-edit'],
    ['qwen_image_fp8.safetensors', null],
    ['flux1-dev.safetensors', null],
    ['wan2.2_t2v.safetensors', null],
  ])('diffusion model %s', (file, family) => {
    expect(familyOfUnet(file)).toBe(family);
  });

  it.each([
    ['sd_xl_base_1.0.safetensors', 'sdxl'],
    ['ponyDiffusionV6XL.safetensors', 'sdxl'],
    ['v1-5-pruned-emaonly.safetensors', 'sd15'],
    ['SD1.5/dreamshaper_8.safetensors', 'sd15'],
    ['sd3.5_large.safetensors', null],
    ['flux1-dev-fp8.safetensors', null],
    ['sd_xl_refiner_1.0.safetensors', null],
    ['sd-v1-5-inpainting.ckpt', null],
    ['myMix_final.safetensors', 'unknown'],
  ])('checkpoint %s', (file, family) => {
    expect(familyOfCheckpoint(file)).toBe(family);
  });

  it('knows distilled models and editions', () => {
    expect(isDistilledFlux2('flux-2-klein-9b.safetensors')).toBe(true);
    expect(isDistilledFlux2('flux-2-klein-base-9b.safetensors')).toBe(false);
    expect(isDistilledFlux2('flux2-dev.safetensors')).toBe(false);
    expect(isQwenEditPlus('qwen_image_edit_2509.safetensors')).toBe(true);
    expect(isQwenEditPlus('qwen_image_edit_fp8.safetensors')).toBe(false);
    expect(samplingOf('qwen-edit', 'qwen_image_edit_2511_lightning_8steps.safetensors', false)).toMatchObject(
      {
        steps: 8,
        cfg: 1,
      },
    );
  });
});

describe('files beside a model', () => {
  const files: InstalledFiles = {
    checkpoints: [],
    unets: [],
    ggufUnets: [],
    textEncoders: [
      'umt5_xxl_fp8.safetensors',
      't5xxl_fp16.safetensors',
      'clip_l.safetensors',
      'qwen_3_8b.safetensors',
      'qwen_3_4b.safetensors',
      'qwen_2.5_vl_7b.safetensors',
      'mistral_3_small_flux2_bf16.safetensors',
    ],
    vaes: ['taef1', 'flux2-vae.safetensors', 'flux/ae.safetensors', 'qwen_image_vae.safetensors'],
    loras: [],
    controlNets: [],
  };
  const found = (family: Parameters<typeof neededFiles>[0], model: string, named = {}) =>
    neededFiles(family, model).map((needed) => fileFor(needed, files, { files: named }));

  it('are found by their usual names, by the size of the model', () => {
    expect(found('flux2', 'flux-2-klein-4b.safetensors')).toEqual([
      'qwen_3_4b.safetensors',
      'flux2-vae.safetensors',
    ]);
    expect(found('flux2', 'flux-2-klein-9b.safetensors')[0]).toBe('qwen_3_8b.safetensors');
    expect(found('flux2', 'flux2-dev.safetensors')[0]).toBe('mistral_3_small_flux2_bf16.safetensors');
    expect(found('kontext', 'x')).toEqual([
      'clip_l.safetensors',
      't5xxl_fp16.safetensors',
      'flux/ae.safetensors',
    ]);
    expect(found('qwen-edit', 'x')).toEqual(['qwen_2.5_vl_7b.safetensors', 'qwen_image_vae.safetensors']);
  });

  it('are those that the owner named, also under names of no kind', () => {
    expect(found('flux2', 'flux2-dev.safetensors', { 'flux2.vae': 'mine.bin' })[1]).toBe('mine.bin');
  });
});

describe('ControlNets by names', () => {
  const models = [
    'ip-adapter-plus_sd15',
    'flux-depth-controlnet.safetensors',
    'control_v11f1p_sd15_depth.pth',
    'controlnet-depth-sdxl-1.0/diffusion_pytorch_model.safetensors',
    'xinsir-union-promax-sdxl.safetensors',
    'control_sd15_seg.pth',
  ];

  it.each([
    ['sd15', 'depth', 'control_v11f1p_sd15_depth.pth', false],
    ['sd15', 'segmentation', 'control_sd15_seg.pth', false],
    ['sdxl', 'depth', 'controlnet-depth-sdxl-1.0/diffusion_pytorch_model.safetensors', false],
    ['sdxl', 'normal', 'xinsir-union-promax-sdxl.safetensors', true],
  ] as const)('%s, %s', (family, map, model, isUnion) => {
    expect(findControlModel(family, map, models)).toEqual({ model, isUnion });
  });

  it('is none where only another family has one', () => {
    expect(findControlModel('sd15', 'canny', models)).toBeNull();
    expect(findControlModel('sd15', 'object-mask', models)).toBeNull();
  });
});
