import { API_PREFIX, type Asset, assetSchema, DioramaError } from '@diorama/contracts';
import { parseAnswer, readAnswer } from './call-route.ts';
import { type Connection, send, toServerError } from './connection.ts';

export interface UploadOptions {
  readonly signal?: AbortSignal;
  /** Share that was sent, 0 to 1. Called only where the platform tells (browsers). */
  readonly onProgress?: (fraction: number) => void;
}

const PATH = `${API_PREFIX}/assets`;

/**
 * Stores a file. The same bytes give the same asset, so repeating an upload is harmless.
 *
 * @throws {DioramaError} Why the file was refused, `network`, or `canceled`.
 */
export async function uploadAsset(
  connection: Connection,
  file: Blob,
  { signal, onProgress }: UploadOptions = {},
): Promise<Asset> {
  // fetch does not tell how much of a body was sent; XMLHttpRequest does.
  if (onProgress && typeof XMLHttpRequest !== 'undefined')
    return await uploadWithProgress(`${connection.baseUrl}${PATH}`, file, onProgress, signal);
  const response = await send(connection, PATH, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', Accept: 'application/json' },
    body: file,
    ...(signal === undefined ? {} : { signal }),
  });
  onProgress?.(1);
  return await readAnswer(response, assetSchema, signal);
}

async function uploadWithProgress(
  url: string,
  file: Blob,
  onProgress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<Asset> {
  if (signal?.aborted) throw new DioramaError('canceled');
  const request = new XMLHttpRequest();
  const abort = (): void => request.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise<Asset>((resolve, reject) => {
      request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
      request.onabort = () => reject(new DioramaError('canceled'));
      request.onerror = () => reject(new DioramaError('network'));
      request.onload = () => {
        try {
          if (request.status < 200 || request.status > 299)
            throw toServerError(request.status, request.responseText);
          onProgress(1);
          resolve(parseAnswer(request.responseText, assetSchema));
        } catch (thrown) {
          reject(thrown);
        }
      };
      request.open('POST', url);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('Accept', 'application/json');
      request.send(file);
    });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
