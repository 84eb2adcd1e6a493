import type { AssetId } from '@diorama/contracts';
import type { BlobKey } from './blob-store.ts';

const PREFIX = 'sha256-';

export function assetIdOf(key: BlobKey): AssetId {
  return `${PREFIX}${key}`;
}

/** @param id A validated asset id. */
export function blobKeyOf(id: AssetId): BlobKey {
  return id.slice(PREFIX.length);
}
