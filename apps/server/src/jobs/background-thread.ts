/** The thread behind `BackgroundTasks`. */
import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { DioramaError, LIMITS, type Look, type LookRequest, toDioramaError } from '@diorama/contracts';
import { parseSceneDocument, SCENE_FORMAT } from '@diorama/scene';
import { parseJsonBytes, unsupported } from '../http/recognise.ts';
import { describeError } from '../security/describe-error.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import type { BackgroundAnswer, BackgroundTask } from './background-messages.ts';
import { requireShallow } from './json-depth.ts';
import { sourceAssetsOf } from './resolve-scene.ts';

parentPort?.on('message', async ({ number, task }: { number: number; task: BackgroundTask }) => {
  let answer: BackgroundAnswer;
  try {
    answer = { number, ok: true, result: await run(task) };
  } catch (thrown) {
    const { code, message, hint, details } = toDioramaError(thrown);
    answer = { number, ok: false, error: { code, message, hint, details, cause: describeError(thrown) } };
  }
  parentPort?.postMessage(answer);
});

/** Files that a model lacks, as many as fit into a sentence. */
const FILES_NAMED = 20;

async function run(task: BackgroundTask): Promise<unknown> {
  switch (task.type) {
    case 'inspect-model': {
      await inspectModel(await readFile(task.path));
      return null;
    }
    case 'inspect-json':
      return await inspectJson(await readFile(task.path));
    case 'read-look':
      return await readLookOf(task.request, new FileBlobStore(task.dataDir));
  }
}

/** @throws {DioramaError} When the model is over budget, damaged, or needs files that are not inside it. */
async function inspectModel(bytes: Uint8Array): Promise<void> {
  const { checkModelBudget } = await import('@diorama/gltf');
  const { externalFiles } = checkModelBudget(bytes);
  if (externalFiles.length === 0) return;
  const files = externalFiles.slice(0, FILES_NAMED);
  throw new DioramaError('missing-files', `The model needs ${files.join(', ')}.`, { details: { files } });
}

async function inspectJson(bytes: Uint8Array): Promise<{ sources: string[] }> {
  const json = parseJsonBytes(bytes, 'unsupported-media-type');
  requireShallow(json, LIMITS.jsonDepth, 'invalid-scene');
  if (typeof json !== 'object' || json === null) throw unsupported(null);
  if ('asset' in json && !('format' in json)) {
    await inspectModel(bytes);
    throw new DioramaError('unsupported-media-type', 'glTF files in JSON form are not stored.', {
      hint: 'Import the file in the studio, or export it as one GLB.',
    });
  }
  if (!('format' in json) || json.format !== SCENE_FORMAT) throw unsupported('JSON');
  if (bytes.byteLength > LIMITS.sceneBytes)
    throw new DioramaError('file-too-large', 'The scene document is too large.', {
      details: { bytes: bytes.byteLength, maxBytes: LIMITS.sceneBytes },
    });
  return { sources: sourceAssetsOf(parseSceneDocument(json)) };
}

async function readLookOf(request: LookRequest, blobs: FileBlobStore): Promise<Look> {
  // Loaded at the first prompt: the vocabulary takes a while, and uploads do not need it.
  const { understand } = await import('./understand.ts');
  return await understand(request, async (asset) => {
    const bytes = await blobs.read(blobKeyOf(asset));
    if (!bytes) throw new DioramaError('unknown-asset', undefined, { details: { assets: [asset] } });
    return bytes;
  });
}
