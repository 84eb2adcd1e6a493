import type { AspectRatio, RecipeContent, RecipeVariable, ReferenceRole } from '@diorama/contracts';
import { CAMERAS, type CameraName } from './cameras.ts';

/** Names of the scenes that come with Diorama, as `@diorama/samples` has them. */
export type SampleName = 'perfume' | 'reading-corner' | 'pavilion';

/** A recipe that comes with Diorama. */
export interface StarterRecipe {
  /** `starter-<slug>`; stays the same for ever, because people keep links to it. */
  readonly id: string;
  readonly content: RecipeContent;
  /** What the default prompt makes of the scene below. `fileName` is below the folder of the pictures. */
  readonly picture: { readonly fileName: string; readonly width: number; readonly height: number };
  /** Where the picture was taken, so that it can be made again. */
  readonly scene: SampleScene;
}

/** A sample seen by one of its own views, or by another camera. */
export interface SampleScene {
  readonly sample: SampleName;
  /** The sample's view that comes closest; where `camera` is null it is the very one. */
  readonly view: 'Hero' | 'Detail';
  /** World space, metres, Y up. */
  readonly camera: CameraPlace | null;
}

export interface CameraPlace {
  readonly position: readonly [number, number, number];
  readonly target: readonly [number, number, number];
  readonly fovYDegrees: number;
}

/** Long edge of the recipes' pictures, pixels. */
export const PICTURE_EDGE_PX = 768;

/** The shapes that recipes are shown in. */
type PictureRatio = Exclude<AspectRatio, 'canvas'>;

/** A recipe as its theme writes it down: what most have in common is left out. */
export interface RecipeDraft {
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly prompt: string;
  readonly variables?: readonly RecipeVariable[];
  readonly references?: readonly {
    readonly role: ReferenceRole;
    readonly note: string;
    readonly required?: boolean;
  }[];
  readonly tags: readonly string[];
  readonly sample: SampleName;
  /** Default `Hero`. */
  readonly view?: 'Hero' | 'Detail';
  /** Where to stand instead of the view. */
  readonly camera?: CameraName;
  /** Shape of the picture. */
  readonly pictureRatio: PictureRatio;
  /** Whether the shape belongs to the recipe; else people keep their own. Default false. */
  readonly fixesRatio?: boolean;
  /** Long edge that the recipe sets, pixels; only where a place for the image asks for it. */
  readonly size?: number;
}

/** Fills in what all starter recipes share. The test holds the result to the schema of recipes. */
export function starter(draft: RecipeDraft): StarterRecipe {
  const id = `starter-${draft.slug}`;
  return {
    id,
    content: {
      title: draft.title,
      description: draft.description,
      prompt: draft.prompt,
      negativePrompt: '',
      variables: [...(draft.variables ?? [])],
      references: (draft.references ?? []).map(({ role, note, required }) => ({
        role,
        note,
        required: required ?? false,
      })),
      settings: {
        useCanvas: true,
        aspectRatio: draft.fixesRatio ? draft.pictureRatio : null,
        size: draft.size ?? null,
        quality: 'standard',
        engine: null,
        model: null,
        geometryStrength: null,
      },
      tags: [...draft.tags],
      sampleScene: draft.sample,
      author: 'Diorama',
      licence: 'CC0-1.0',
    },
    picture: { fileName: `${id}.webp`, ...sizeOf(draft.pictureRatio, PICTURE_EDGE_PX) },
    scene: {
      sample: draft.sample,
      view: draft.view ?? 'Hero',
      camera: draft.camera ? CAMERAS[draft.camera] : null,
    },
  };
}

/** Whole pixels of a shape; the same rule as for outputs, without loading the schemas that it lives with. */
export function sizeOf(ratio: PictureRatio, longEdgePx: number): { width: number; height: number } {
  const [x, y] = ratio.split(':').map(Number) as [number, number];
  return x >= y
    ? { width: longEdgePx, height: Math.round((longEdgePx * y) / x) }
    : { width: Math.round((longEdgePx * x) / y), height: longEdgePx };
}

/** A blank in the prompt; what stands first among the options is its default. */
export function choice(
  name: string,
  label: string,
  ...options: readonly [string, ...string[]]
): RecipeVariable {
  return { name, label, default: options[0], options: [...options] };
}
