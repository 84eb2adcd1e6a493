import type { Link } from '@diorama/contracts';
import { GraphBuilder } from '../graph.ts';
import { saveImages, type Template } from './template.ts';

/**
 * SD1.5 and SDXL: a checkpoint, ControlNets chained one behind the other, and the canvas as start picture where there
 * is one. The maps come from the renderer as they have to be, so no preprocessor stands before them.
 */
export function stableDiffusion(family: 'sd15' | 'sdxl'): Template {
  return (input) => {
    const builder = new GraphBuilder();
    const { width, height } = input.size;
    const checkpoint = builder.add('checkpoint', 'CheckpointLoaderSimple', { ckpt_name: input.file });
    const vaeFile = input.fileOf(`${family}.vae`);
    const vae = vaeFile === null ? checkpoint(2) : builder.add('vae', 'VAELoader', { vae_name: vaeFile })();
    let positive: Link = builder.add('prompt', 'CLIPTextEncode', {
      clip: checkpoint(1),
      text: input.prompt,
    })();
    let negative: Link = builder.add('negative-prompt', 'CLIPTextEncode', {
      clip: checkpoint(1),
      text: input.negativePrompt,
    })();

    const loadedNets = new Map<string, Link>();
    for (const { image, weight, endAt, net } of input.controls) {
      let controlNet = loadedNets.get(net.file);
      if (controlNet === undefined) {
        controlNet = builder.add('control-net', 'ControlNetLoader', { control_net_name: net.file })();
        loadedNets.set(net.file, controlNet);
      }
      if (net.unionType !== null) {
        controlNet = builder.add('control-net-type', 'SetUnionControlNetType', {
          control_net: controlNet,
          type: net.unionType,
        })();
      }
      const applied = builder.add('guided', 'ControlNetApplyAdvanced', {
        positive,
        negative,
        control_net: controlNet,
        image: builder.add('map', 'LoadImage', { image })(),
        strength: weight,
        start_percent: 0,
        end_percent: endAt,
        vae,
      });
      positive = applied(0);
      negative = applied(1);
    }

    const canvas = input.hasCanvas ? input.pictures[0] : undefined;
    let latent: Link;
    if (canvas === undefined) {
      latent = builder.add('empty', 'EmptyLatentImage', { width, height, batch_size: 1 })();
    } else {
      const scaled = builder.add('canvas-scaled', 'ImageScale', {
        image: builder.add('canvas', 'LoadImage', { image: canvas })(),
        upscale_method: 'lanczos',
        width,
        height,
        crop: 'disabled',
      });
      latent = builder.add('canvas-latent', 'VAEEncode', { pixels: scaled(), vae })();
    }
    const sampler = builder.add('sampler', 'KSampler', {
      model: checkpoint(0),
      seed: 0,
      steps: input.sampling.steps,
      cfg: input.sampling.cfg,
      sampler_name: input.sampling.sampler,
      scheduler: input.sampling.scheduler,
      positive,
      negative,
      latent_image: latent,
      denoise: canvas === undefined ? 1 : input.denoise,
    });
    const decoded = builder.add('decoded', 'VAEDecode', { samples: sampler(), vae });
    return {
      graph: builder.graph,
      seedInputs: [{ node: sampler()[0], input: 'seed' }],
      outputs: [saveImages(builder, decoded(), input.keepOnServer)],
    };
  };
}
