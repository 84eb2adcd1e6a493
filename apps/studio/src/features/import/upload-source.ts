import { DioramaError } from '@diorama/contracts';
import { api, fetchAsset } from '../../app/api.ts';
import { loadFile, saveFile } from '../../app/local-store.ts';
import { setUpload, useSourceFiles } from './source-files.ts';

interface Source {
  readonly asset: string;
  readonly name: string;
}

const uploading = new Map<string, Promise<void>>();

/**
 * Sends a model file to the server as soon as it is in the scene, so that Generate has nothing left to wait for.
 * Failing is remembered and not thrown: it is tried again when an image is asked for, and the file is kept here.
 */
export function uploadInBackground(asset: string, file: Blob): void {
  void upload(asset, file).catch(() => {});
}

/** The bytes of a source: from this browser, else from the server; undefined when both have lost them. */
export async function findSourceFile(asset: string, signal?: AbortSignal): Promise<Blob | undefined> {
  const local = await loadFile(asset);
  if (local) return local;
  const remote = await fetchAsset(asset, signal);
  if (!remote) return undefined;
  setUpload(asset, 'stored');
  void saveFile(asset, remote);
  return remote;
}

/**
 * Waits until the server has every source; sends what it has not.
 *
 * @throws {DioramaError} `unknown-asset` when a file exists nowhere any more.
 */
export async function ensureStored(sources: readonly Source[], signal: AbortSignal): Promise<void> {
  await Promise.all(
    sources.map(async ({ asset, name }) => {
      if (useSourceFiles.getState().uploads.get(asset) === 'stored') return;
      const pending = uploading.get(asset);
      if (pending) {
        const sent = await pending.then(
          () => true,
          () => false,
        );
        if (sent) return;
      }
      if (await api.hasAsset(asset, { signal })) {
        setUpload(asset, 'stored');
        return;
      }
      const file = await loadFile(asset);
      if (!file)
        throw new DioramaError('unknown-asset', `The file of "${name}" is not stored any more.`, {
          hint: 'Delete the object and import its model again.',
        });
      await upload(asset, file, signal);
    }),
  );
}

function upload(asset: string, file: Blob, signal?: AbortSignal): Promise<void> {
  const running = uploading.get(asset);
  if (running) return running;
  setUpload(asset, 'uploading');
  const task = api
    .uploadAsset(file, signal ? { signal } : {})
    .then(() => setUpload(asset, 'stored'))
    .catch((thrown: unknown) => {
      setUpload(asset, 'failed');
      throw thrown;
    })
    .finally(() => uploading.delete(asset));
  uploading.set(asset, task);
  return task;
}
