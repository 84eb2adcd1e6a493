import { openPicture } from '@diorama/conditioning';
import type { EnginePreview } from '../engine.ts';

const PREVIEW_EDGE_PX = 640;

/** A small JPEG of an unfinished picture; null for bytes that are none, since a preview is never worth a failure. */
export async function makePreview(bytes: Uint8Array): Promise<EnginePreview | null> {
  try {
    const { data, info } = await openPicture(bytes)
      .flatten({ background: '#ffffff' })
      .resize({ width: PREVIEW_EDGE_PX, height: PREVIEW_EDGE_PX, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 80 })
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, size: { width: info.width, height: info.height } };
  } catch {
    return null;
  }
}
