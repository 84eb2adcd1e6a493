import type { Link } from '@diorama/contracts';
import { isDistilledFlux2, isGuidanceDistilledFlux2 } from '../families.ts';
import { GraphBuilder } from '../graph.ts';
import { chainReferences, loadReference, loadUnet, saveImages, type Template } from './template.ts';

/**
 * FLUX.2: every picture is a reference latent behind the prompt, the canvas first and unscaled, because it is drawn at
 * the size of the result. Three ways of guidance: klein (distilled) needs none, klein base is guided by a negative
 * prompt, dev has the guidance as a number inside.
 */
export const flux2: Template = (input) => {
  const builder = new GraphBuilder();
  const { width, height } = input.size;
  const model = loadUnet(builder, input.file);
  const clip = builder.add('text-encoder', 'CLIPLoader', {
    clip_name: input.fileOf('flux2.text-encoder'),
    type: 'flux2',
  })();
  const vae = builder.add('vae', 'VAELoader', { vae_name: input.fileOf('flux2.vae') })();

  const latents = input.pictures.map((picture, index): Link => {
    const isCanvas = input.hasCanvas && index === 0;
    const pixels = isCanvas
      ? builder.add('canvas', 'LoadImage', { image: picture })()
      : loadReference(builder, picture);
    return builder.add(isCanvas ? 'canvas-latent' : 'reference-latent', 'VAEEncode', { pixels, vae })();
  });
  const prompt = builder.add('prompt', 'CLIPTextEncode', { clip, text: input.prompt })();
  const positive = chainReferences(builder, prompt, latents);

  let guider: Link;
  if (isGuidanceDistilledFlux2(input.file)) {
    const guided = builder.add('guidance', 'FluxGuidance', {
      conditioning: positive,
      guidance: input.sampling.cfg,
    });
    guider = builder.add('guider', 'BasicGuider', { model, conditioning: guided() })();
  } else if (isDistilledFlux2(input.file) && input.sampling.cfg === 1) {
    guider = builder.add('guider', 'BasicGuider', { model, conditioning: positive })();
  } else {
    const negativePrompt = builder.add('negative-prompt', 'CLIPTextEncode', {
      clip,
      text: input.negativePrompt,
    })();
    guider = builder.add('guider', 'CFGGuider', {
      model,
      positive,
      negative: chainReferences(builder, negativePrompt, latents),
      cfg: input.sampling.cfg,
    })();
  }

  const noise = builder.add('noise', 'RandomNoise', { noise_seed: 0 });
  const sampled = builder.add('sampler', 'SamplerCustomAdvanced', {
    noise: noise(),
    guider,
    sampler: builder.add('sampler-name', 'KSamplerSelect', { sampler_name: input.sampling.sampler })(),
    sigmas: builder.add('schedule', 'Flux2Scheduler', { steps: input.sampling.steps, width, height })(),
    latent_image: builder.add('empty', 'EmptyFlux2LatentImage', { width, height, batch_size: 1 })(),
  });
  const decoded = builder.add('decoded', 'VAEDecode', { samples: sampled(), vae });
  return {
    graph: builder.graph,
    seedInputs: [{ node: noise()[0], input: 'noise_seed' }],
    outputs: [saveImages(builder, decoded(), input.keepOnServer)],
  };
};
