import type { Graph, InputReference, Link, PixelSize } from '@diorama/contracts';
import type { FileRole } from '../comfyui-options.ts';
import type { Sampling } from '../families.ts';
import type { GraphBuilder } from '../graph.ts';
import type { ControlNetChoice } from '../installed.ts';

/** Everything a template is filled with. Pictures are names in the server's input folder. */
export interface TemplateInput {
  /** The model's own file. */
  readonly file: string;
  /** A further file by its role; null when none was found or named. */
  readonly fileOf: (role: FileRole) => string | null;
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly size: PixelSize;
  /** In the order in which the prompt numbers them. */
  readonly pictures: readonly string[];
  /** The first picture is the canvas, drawn at `size`. */
  readonly hasCanvas: boolean;
  readonly controls: readonly {
    readonly image: string;
    readonly weight: number;
    readonly endAt: number;
    readonly net: ControlNetChoice;
  }[];
  /** Noise over the canvas, 0 to 1, for families that start from it. */
  readonly denoise: number;
  readonly sampling: Sampling;
  readonly kontextReferences: 'chain' | 'stitch';
  readonly keepOnServer: 'output' | 'temp';
  /** Whether the server has a node class. */
  readonly hasNode: (classType: string) => boolean;
}

/** A workflow for one image, with the places that differ between the images of one request. */
export interface TemplateGraph {
  readonly graph: Graph;
  readonly seedInputs: readonly InputReference[];
  readonly outputs: readonly string[];
}

/** What a template is: a pure function, so that its graph can be read in a test. */
export type Template = (input: TemplateInput) => TemplateGraph;

/** The last node of every template. */
export function saveImages(
  builder: GraphBuilder,
  images: Link,
  keepOnServer: TemplateInput['keepOnServer'],
): string {
  const save =
    keepOnServer === 'output'
      ? builder.add('save', 'SaveImage', { images, filename_prefix: 'diorama/diorama' })
      : builder.add('save', 'PreviewImage', { images });
  return save()[0];
}

/** A diffusion model without text encoder and VAE; GGUF files have a loader of their own. */
export function loadUnet(builder: GraphBuilder, file: string): Link {
  return /\.gguf$/i.test(file)
    ? builder.add('model', 'UnetLoaderGGUF', { unet_name: file })()
    : builder.add('model', 'UNETLoader', { unet_name: file, weight_dtype: 'default' })();
}

/** The longest references are scaled to: more only costs memory, the models see about one megapixel of each. */
export function loadReference(builder: GraphBuilder, picture: string): Link {
  const loaded = builder.add('reference', 'LoadImage', { image: picture });
  return builder.add('reference-scaled', 'ImageScaleToTotalPixels', {
    image: loaded(),
    upscale_method: 'lanczos',
    megapixels: 1,
  })();
}

/** Puts each picture behind the prompt as a latent of its own, in order. */
export function chainReferences(builder: GraphBuilder, conditioning: Link, latents: readonly Link[]): Link {
  return latents.reduce<Link>(
    (chained, latent) => builder.add('with-picture', 'ReferenceLatent', { conditioning: chained, latent })(),
    conditioning,
  );
}
