import type { ReferenceRole } from '@diorama/contracts';
import { PICTURE_EDGE_PX, type SampleScene, sizeOf } from '../starter-recipe.ts';

/** Names of the input pictures that the generator makes; they stand for a person's own. */
export type GuideReference = 'fabric' | 'evening' | 'colours';

/** How a picture of the guide was made, so that it can be made again. */
export type GuideShot =
  | {
      readonly kind: 'render';
      readonly prompt: string;
      /** null: the canvas was off. */
      readonly scene: SampleScene | null;
      readonly seed: number;
      readonly quality: 'draft' | 'standard' | 'high';
      readonly reference: { readonly picture: GuideReference; readonly role: ReferenceRole } | null;
      /** A picture beside the picture instead of the picture itself. */
      readonly aov: 'depth' | 'edges' | null;
    }
  /** The picture of a starter recipe, shown again. */
  | { readonly kind: 'recipe'; readonly recipe: `starter-${string}` }
  /** One of the input pictures. */
  | { readonly kind: 'reference'; readonly picture: GuideReference };

/** A picture of the guide, and what it shows in words. */
export interface GuidePicture {
  /** Below the folder of the pictures. */
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  /** One short line under the picture; also its alternative text. `Code` may stand in backticks, as in all texts. */
  readonly caption: string;
  readonly made: GuideShot;
}

/** Two ways to say something. */
export interface GuidePair {
  readonly do: string;
  readonly dont: string;
  readonly why: string;
}

/** One short chapter of the guide. Texts are plain sentences; only `code` in backticks is markup. */
export interface GuideSection {
  /** Lower case with hyphens; the anchor of the chapter. */
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly tips: readonly string[];
  readonly pairs: readonly GuidePair[];
  /** Shown side by side, in this order. */
  readonly pictures: readonly GuidePicture[];
}

type Ratio = Parameters<typeof sizeOf>[0];

/** Long edge of the guide's pictures, pixels. */
export const GUIDE_EDGE_PX = 640;

const RENDER = { kind: 'render', seed: 7, quality: 'standard', reference: null, aov: null } as const;

/** A picture that shows what a prompt makes; the caption is the prompt unless another is given. */
export function example(
  name: string,
  ratio: Ratio,
  shot: Pick<Extract<GuideShot, { kind: 'render' }>, 'prompt' | 'scene'> &
    Partial<Omit<Extract<GuideShot, { kind: 'render' }>, 'kind'>>,
  caption = `\`${shot.prompt}\``,
): GuidePicture {
  return {
    fileName: `guide/${name}.webp`,
    ...sizeOf(ratio, GUIDE_EDGE_PX),
    caption,
    made: { ...RENDER, ...shot },
  };
}

/** One of the input pictures, as it was brought. */
export function broughtPicture(
  name: string,
  ratio: Ratio,
  picture: GuideReference,
  caption: string,
): GuidePicture {
  return {
    fileName: `guide/${name}.webp`,
    ...sizeOf(ratio, GUIDE_EDGE_PX),
    caption,
    made: { kind: 'reference', picture },
  };
}

/** The picture of a starter recipe. */
export function recipePicture(recipe: `starter-${string}`, ratio: Ratio, caption: string): GuidePicture {
  return {
    fileName: `${recipe}.webp`,
    ...sizeOf(ratio, PICTURE_EDGE_PX),
    caption,
    made: { kind: 'recipe', recipe },
  };
}
