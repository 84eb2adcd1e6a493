import type { AssetId } from '@diorama/contracts';

/**
 * The id that the server will give these bytes, so that the scene need not wait for the upload.
 *
 * `crypto.subtle` exists in secure contexts only (https, and this machine's own address).
 */
export async function assetIdOf(bytes: Uint8Array<ArrayBuffer>): Promise<AssetId> {
  if (!globalThis.crypto?.subtle)
    throw new Error('This page needs https, or the address of this machine, to read models.');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256-${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
