import type { PixelSize } from '@diorama/contracts';
import sharp from 'sharp';
import type { PreparedInput } from '../../kit/remote/adapter.ts';

/** As behind flattened pictures: it reads as an empty margin. */
const MARGIN = '#ffffff';
/** Ratios nearer than this lose less by the cut than they would by a margin. */
const SAME_RATIO = 0.02;

/** Puts a margin around a picture so that it has the ratio of `size`; nothing is scaled. PNG, or the bytes as they are. */
export async function padToRatio(
  { bytes, size: from }: Pick<PreparedInput, 'bytes' | 'size'>,
  size: PixelSize,
): Promise<Uint8Array> {
  const ratio = size.width / size.height;
  if (Math.abs(from.width / from.height / ratio - 1) < SAME_RATIO) return bytes;
  const width = Math.max(from.width, Math.round(from.height * ratio));
  const height = Math.max(from.height, Math.round(from.width / ratio));
  const left = Math.floor((width - from.width) / 2);
  const top = Math.floor((height - from.height) / 2);
  return await sharp(bytes)
    .extend({
      left,
      right: width - from.width - left,
      top,
      bottom: height - from.height - top,
      background: MARGIN,
    })
    .png({ compressionLevel: 4 })
    .toBuffer();
}
