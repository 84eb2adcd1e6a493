/** A blob's key: the SHA-256 of its bytes, 64 lower-case hexadecimal digits. */
export type BlobKey = string;

export interface BlobInfo {
  readonly key: BlobKey;
  readonly bytes: number;
  /** When it was last put; putting known bytes again counts. */
  readonly modifiedAtMs: number;
}

/** Both ends are included, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes that were received, hashed and synced, but are not stored until `commit`. */
export interface StagedBlob {
  readonly key: BlobKey;
  readonly bytes: number;
  /** A local file with the bytes, valid until `commit` or `discard`. */
  readonly path: string;
  commit(): Promise<void>;
  /** Forgets the bytes. After `commit` it does nothing. */
  discard(): Promise<void>;
}

/**
 * Content-addressed storage. Putting the same bytes twice is harmless, so every write may be repeated.
 *
 * Failures are `DioramaError` `storage-full` or `storage-failed`; a key that is not stored is null.
 */
export interface BlobStore {
  /** Receives bytes without storing them, so that they can be inspected first. */
  stage(source: AsyncIterable<Uint8Array>, options?: { signal?: AbortSignal }): Promise<StagedBlob>;
  /** Stores bytes durably: when it resolves they survive power loss. */
  put(bytes: Uint8Array): Promise<BlobInfo>;
  /** The stream opens its file when it is first read and closes it when it ends or is cancelled. */
  get(
    key: BlobKey,
    range?: ByteRange,
  ): Promise<{ info: BlobInfo; stream: ReadableStream<Uint8Array> } | null>;
  read(key: BlobKey): Promise<Uint8Array | null>;
  head(key: BlobKey): Promise<BlobInfo | null>;
  delete(key: BlobKey): Promise<void>;
  list(): AsyncIterable<BlobInfo>;
  /** Whether writing is possible now; null when it is, else what is wrong. */
  health(): Promise<'storage-full' | 'storage-failed' | null>;
}

export function isBlobKey(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
