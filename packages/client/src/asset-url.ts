import { API_PREFIX, type AssetId } from '@diorama/contracts';

export interface AssetUrlOptions {
  /** Thumbnail at least this wide, pixels; images only. The whole file when absent. */
  readonly width?: number;
  /** Makes a link save the file under this name; the server corrects what a file system would not take. */
  readonly download?: string;
}

/** Where a stored file can be had. */
export function assetUrl(id: AssetId, options: AssetUrlOptions = {}): string {
  const search = new URLSearchParams();
  if (options.width !== undefined) search.set('width', String(Math.max(1, Math.ceil(options.width))));
  if (options.download !== undefined) search.set('download', options.download.slice(0, 200));
  const path = `${API_PREFIX}/assets/${encodeURIComponent(id)}`;
  return search.size > 0 ? `${path}?${search}` : path;
}
