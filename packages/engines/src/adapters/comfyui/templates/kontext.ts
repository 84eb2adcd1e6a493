import type { Link } from '@diorama/contracts';
import { GraphBuilder } from '../graph.ts';
import { chainReferences, loadReference, loadUnet, saveImages, type Template } from './template.ts';

/**
 * FLUX.1 Kontext: the canvas is the picture that is edited and gives the latent its size. It is drawn near a megapixel
 * already; only a picture joined from several is brought to one of the sizes that the model prefers.
 */
export const kontext: Template = (input) => {
  const builder = new GraphBuilder();
  const { width, height } = input.size;
  const model = loadUnet(builder, input.file);
  const clip = builder.add('text-encoders', 'DualCLIPLoader', {
    clip_name1: input.fileOf('kontext.clip-l'),
    clip_name2: input.fileOf('kontext.t5'),
    type: 'flux',
  })();
  const vae = builder.add('vae', 'VAELoader', { vae_name: input.fileOf('kontext.vae') })();
  const encode = (id: string, pixels: Link) => builder.add(id, 'VAEEncode', { pixels, vae })();

  const latents: Link[] = [];
  const joins = input.kontextReferences === 'stitch' && input.pictures.length > 1;
  if (joins) {
    const [first, ...others] = input.pictures.map((picture) =>
      builder.add('picture', 'LoadImage', { image: picture })(),
    );
    const joined = others.reduce<Link>(
      (left, right) =>
        builder.add('joined', 'ImageStitch', {
          image1: left,
          image2: right,
          direction: 'right',
          match_image_size: true,
          spacing_width: 0,
          spacing_color: 'white',
        })(),
      first!,
    );
    const scaled = builder.add('joined-scaled', 'FluxKontextImageScale', { image: joined });
    latents.push(encode('joined-latent', scaled()));
  } else {
    input.pictures.forEach((picture, index) => {
      if (input.hasCanvas && index === 0) {
        latents.push(encode('canvas-latent', builder.add('canvas', 'LoadImage', { image: picture })()));
      } else latents.push(encode('reference-latent', loadReference(builder, picture)));
    });
  }

  const prompt = builder.add('prompt', 'CLIPTextEncode', { clip, text: input.prompt })();
  let positive = chainReferences(builder, prompt, latents);
  const method = 'FluxKontextMultiReferenceLatentMethod';
  if (latents.length > 1 && input.hasNode(method)) {
    // Each picture gets an index of its own; laid side by side instead, they would shift the canvas.
    positive = builder.add('picture-method', method, {
      conditioning: positive,
      reference_latents_method: 'index',
    })();
  }
  positive = builder.add('guidance', 'FluxGuidance', {
    conditioning: positive,
    guidance: input.sampling.cfg,
  })();

  const canvasLatent = input.hasCanvas && !joins ? latents[0] : undefined;
  const sampler = builder.add('sampler', 'KSampler', {
    model,
    seed: 0,
    steps: input.sampling.steps,
    cfg: 1,
    sampler_name: input.sampling.sampler,
    scheduler: input.sampling.scheduler,
    positive,
    negative: builder.add('no-negative-prompt', 'ConditioningZeroOut', { conditioning: prompt })(),
    latent_image:
      canvasLatent ?? builder.add('empty', 'EmptySD3LatentImage', { width, height, batch_size: 1 })(),
    denoise: 1,
  });
  const decoded = builder.add('decoded', 'VAEDecode', { samples: sampler(), vae });
  return {
    graph: builder.graph,
    seedInputs: [{ node: sampler()[0], input: 'seed' }],
    outputs: [saveImages(builder, decoded(), input.keepOnServer)],
  };
};
