import { create } from 'zustand';
import type { DecodedSource } from '../viewport/decoded-source.ts';

/** Where a model file is on its way to the server. */
export type UploadState = 'uploading' | 'stored' | 'failed';

interface SourceFilesState {
  /** Decoded models by asset id; kept for the session, so that undoing a deletion needs no new reading. */
  readonly decoded: ReadonlyMap<string, DecodedSource>;
  readonly uploads: ReadonlyMap<string, UploadState>;
  /** Asset ids that neither this browser nor the server has any more. */
  readonly missing: ReadonlySet<string>;
  /** Asset ids that are being fetched and read. */
  readonly loading: ReadonlySet<string>;
}

/** The model files behind the scene document. */
export const useSourceFiles = create<SourceFilesState>(() => ({
  decoded: new Map(),
  uploads: new Map(),
  missing: new Set(),
  loading: new Set(),
}));

export function addDecoded(asset: string, source: DecodedSource): void {
  useSourceFiles.setState(({ decoded, missing, loading }) => ({
    decoded: new Map(decoded).set(asset, source),
    missing: without(missing, asset),
    loading: without(loading, asset),
  }));
}

export function setLoading(asset: string): void {
  useSourceFiles.setState(({ loading }) => ({ loading: new Set(loading).add(asset) }));
}

export function setMissing(asset: string): void {
  useSourceFiles.setState(({ missing, loading }) => ({
    missing: new Set(missing).add(asset),
    loading: without(loading, asset),
  }));
}

export function setUpload(asset: string, state: UploadState): void {
  useSourceFiles.setState(({ uploads }) => ({ uploads: new Map(uploads).set(asset, state) }));
}

function without(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  if (!set.has(value)) return set;
  const next = new Set(set);
  next.delete(value);
  return next;
}
