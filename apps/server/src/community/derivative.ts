import { DioramaError, type PixelSize } from '@diorama/contracts';
import { type DigitalSourceType, writeMetadata } from '@diorama/metadata';
import { openImage } from '../http/inspect-image.ts';
import { Turnstile } from '../http/turnstile.ts';

/** A picture made anew from another one's pixels. */
export interface Derivative extends PixelSize {
  /** A WebP file. */
  readonly bytes: Uint8Array;
}

/** How one is made. */
export interface DerivativeOptions {
  /** Larger pictures are made smaller, smaller ones stay. */
  readonly longEdgePx: number;
  /** Bytes that it may have; absent: any number. Reached by a lower quality first, then by fewer pixels. */
  readonly maxBytes?: number;
  /** Written into it as XMP, the only metadata that it has; absent: none. */
  readonly digitalSourceType?: DigitalSourceType;
}

/** Of a post. */
export const POST_PICTURE: DerivativeOptions = { longEdgePx: 2048 };

const QUALITIES = [90, 80, 65, 50];
/** What the long edge is multiplied with when the lowest quality is still too large. */
const SHRINK = 0.7;
const SMALLEST_EDGE_PX = 64;

const turns = new Turnstile(2);

/**
 * Encodes a picture anew for others to see: WebP in sRGB with nothing of the file that it was but its pixels.
 *
 * @param bytes A PNG, JPEG or WebP file, whoever it came from.
 * @throws {DioramaError} `invalid-image` when it cannot be decoded within the limits.
 */
export async function makeDerivative(bytes: Uint8Array, options: DerivativeOptions): Promise<Derivative> {
  return await turns.take(async () => {
    try {
      for (let edge = options.longEdgePx; ; edge = Math.round(edge * SHRINK))
        for (const quality of QUALITIES) {
          const made = labelled(await encode(bytes, edge, quality), options);
          if (options.maxBytes === undefined || made.bytes.byteLength <= options.maxBytes) return made;
          if (edge < SMALLEST_EDGE_PX) throw new DioramaError('invalid-image');
        }
    } catch (thrown) {
      if (thrown instanceof DioramaError) throw thrown;
      throw new DioramaError('invalid-image', undefined, { cause: thrown });
    }
  });
}

function labelled(picture: Derivative, { digitalSourceType }: DerivativeOptions): Derivative {
  if (digitalSourceType === undefined) return picture;
  return { ...picture, bytes: writeMetadata(picture.bytes, { settings: null, digitalSourceType }) };
}

async function encode(bytes: Uint8Array, longEdgePx: number, quality: number): Promise<Derivative> {
  const image = await openImage(bytes);
  const { data, info } = await image
    .autoOrient()
    .resize({ width: longEdgePx, height: longEdgePx, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality, effort: 4, smartSubsample: true })
    .toBuffer({ resolveWithObject: true });
  return { bytes: new Uint8Array(data), width: info.width, height: info.height };
}
