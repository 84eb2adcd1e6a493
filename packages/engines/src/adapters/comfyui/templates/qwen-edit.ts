import type { Link } from '@diorama/contracts';
import { isQwenEditPlus } from '../families.ts';
import { GraphBuilder } from '../graph.ts';
import { loadUnet, saveImages, type Template } from './template.ts';

/**
 * Qwen-Image-Edit: the text encoder sees the pictures and makes the reference latents itself. From 2509 on it takes up
 * to three, the first edition takes one, so there several are joined side by side.
 */
export const qwenEdit: Template = (input) => {
  const builder = new GraphBuilder();
  const { width, height } = input.size;
  let model = loadUnet(builder, input.file);
  const speedLora = input.fileOf('qwen-edit.speed-lora');
  if (speedLora !== null) {
    model = builder.add('speed-lora', 'LoraLoaderModelOnly', {
      model,
      lora_name: speedLora,
      strength_model: 1,
    })();
  }
  model = builder.add('model-shift', 'ModelSamplingAuraFlow', { model, shift: 3 })();
  if (input.hasNode('CFGNorm')) model = builder.add('model-norm', 'CFGNorm', { model, strength: 1 })();
  const clip = builder.add('text-encoder', 'CLIPLoader', {
    clip_name: input.fileOf('qwen-edit.text-encoder'),
    type: 'qwen_image',
  })();
  const vae = builder.add('vae', 'VAELoader', { vae_name: input.fileOf('qwen-edit.vae') })();

  const pictures = input.pictures.map((picture, index) =>
    builder.add(input.hasCanvas && index === 0 ? 'canvas' : 'reference', 'LoadImage', { image: picture })(),
  );
  const isPlus = isQwenEditPlus(input.file);
  const [first, ...others] = pictures;
  const joined =
    isPlus || first === undefined
      ? first
      : others.reduce<Link>(
          (left, right) =>
            builder.add('joined', 'ImageStitch', {
              image1: left,
              image2: right,
              direction: 'right',
              match_image_size: true,
              spacing_width: 0,
              spacing_color: 'white',
            })(),
          first,
        );
  const encode = (id: string, prompt: string) =>
    isPlus
      ? builder.add(id, 'TextEncodeQwenImageEditPlus', {
          clip,
          prompt,
          vae,
          ...Object.fromEntries(pictures.map((picture, index) => [`image${index + 1}`, picture])),
        })()
      : builder.add(id, 'TextEncodeQwenImageEdit', {
          clip,
          prompt,
          vae,
          ...(joined === undefined ? {} : { image: joined }),
        })();

  const sampler = builder.add('sampler', 'KSampler', {
    model,
    seed: 0,
    steps: input.sampling.steps,
    cfg: input.sampling.cfg,
    sampler_name: input.sampling.sampler,
    scheduler: input.sampling.scheduler,
    positive: encode('prompt', input.prompt),
    negative: encode('negative-prompt', input.negativePrompt),
    latent_image: builder.add('empty', 'EmptySD3LatentImage', { width, height, batch_size: 1 })(),
    denoise: 1,
  });
  const decoded = builder.add('decoded', 'VAEDecode', { samples: sampler(), vae });
  return {
    graph: builder.graph,
    seedInputs: [{ node: sampler()[0], input: 'seed' }],
    outputs: [saveImages(builder, decoded(), input.keepOnServer)],
  };
};
