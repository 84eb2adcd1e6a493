import sharp from 'sharp';

/** A small JPEG to look at while the work goes on. */
export async function encodePreview(
  pixels: Uint8Array,
  width: number,
  height: number,
  longEdge: number,
): Promise<{ bytes: Uint8Array; width: number; height: number }> {
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: longEdge, height: longEdge, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}
