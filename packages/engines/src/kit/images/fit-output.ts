import type { PixelSize, Warning } from '@diorama/contracts';
import sharp from 'sharp';

export interface RawPicture {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Ratios this close are the same: rounding to the service's steps makes up to so much. */
const SAME_RATIO = 0.012;
/** Enlarging by more than this is said. */
const NOTABLE_ENLARGEMENT = 1.05;

/**
 * Brings a picture to exactly the asked size. The policy: the ratio is made by cutting equally from both sides, never by
 * stretching; the size by resampling (Lanczos). Both are said when they can be seen.
 *
 * @returns A PNG without metadata, 8-bit sRGB.
 */
export async function fitOutput(
  picture: RawPicture,
  size: PixelSize,
  engineName: string,
): Promise<{ png: Uint8Array; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  const { rgb, width, height } = picture;
  let image = sharp(rgb, { raw: { width, height, channels: 3 } });
  const isExact = width === size.width && height === size.height;
  if (!isExact) {
    const off = (width / height) * (size.height / size.width);
    if (Math.abs(off - 1) > SAME_RATIO) {
      const cut = Math.round((1 - Math.min(off, 1 / off)) * 100);
      warnings.push({
        code: 'ratio-adapted',
        message: `${engineName} gave ${width} × ${height}; ${cut} % was cut off at ${off > 1 ? 'left and right' : 'top and bottom'} for the asked shape.`,
      });
    }
    const enlargement = Math.max(size.width / width, size.height / height);
    if (enlargement > NOTABLE_ENLARGEMENT)
      warnings.push({
        code: 'image-resized',
        message: `${engineName} gave ${width} × ${height}; it was enlarged to ${size.width} × ${size.height}.`,
      });
    image = image.resize({ ...size, fit: 'cover', position: 'centre', kernel: 'lanczos3' });
  }
  // Level 3: half the time of the usual 6 for a few per cent more bytes.
  const png = await image.png({ compressionLevel: 3 }).toBuffer();
  return { png, warnings };
}
