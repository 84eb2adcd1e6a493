import type { PixelSize } from '@diorama/contracts';
import { decodeRaw, type RawImage } from '../pixels/open-picture.ts';
import { type Alignment, findAlignment } from './find-alignment.ts';
import type { GrayPlane } from './gray-plane.ts';
import { moveBack } from './move-back.ts';

export interface RepairInput {
  /** What an engine made of the canvas: PNG, JPEG or WebP, or its pixels where they are decoded already. */
  readonly image: Uint8Array | RawImage;
  /** What it was made from, in the same ratio; the size may differ. */
  readonly canvas: Uint8Array;
  /** Of the repaired image, so that it is resampled once only; default the image's own. */
  readonly size?: PixelSize;
}

export interface RepairResult {
  /** null: untouched, because nothing is wrong or because it is not sure what. */
  readonly image: RawImage | null;
  readonly alignment: Alignment;
}

/**
 * Puts a picture that an engine shifted or zoomed back over its canvas. Borders that become empty are filled with
 * the mirrored picture.
 *
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export async function repairAlignment({ image, canvas, size }: RepairInput): Promise<RepairResult> {
  const [candidate, reference] = await Promise.all([
    image instanceof Uint8Array ? decodeRaw(image) : image,
    decodeRaw(canvas),
  ]);
  const alignment = findAlignment(grayOf(reference), grayOf(candidate));
  const isBroken = alignment.isReliable && !alignment.isAligned;
  return { image: isBroken ? moveBack(candidate, alignment, size ?? candidate) : null, alignment };
}

/** Encoded luma: edges matter, not how bright they are. Transparent parts count as white. */
function grayOf({ data, width, height, channels }: RawImage): GrayPlane {
  const gray = new Float32Array(width * height);
  for (let i = 0, at = 0; i < gray.length; i++, at += channels) {
    const luma = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    gray[i] = channels === 4 ? 255 + ((luma - 255) * data[at + 3]!) / 255 : luma;
  }
  return { width, height, data: gray };
}
