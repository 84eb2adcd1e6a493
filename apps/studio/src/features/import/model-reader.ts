import { DioramaError, isErrorCode } from '@diorama/contracts';
import type { DecodedSource } from '../viewport/decoded-source.ts';
import type { ImportedModel, ModelRequest, ModelResponse } from './model-messages.ts';

/** Without the id, which is given here. */
type Question = ModelRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

let worker: Worker | null = null;
let nextId = 1;
const waiting = new Map<
  number,
  { resolve: (response: ModelResponse) => void; reject: (error: Error) => void }
>();

function start(): Worker {
  const created = new Worker(new URL('./model-worker.ts', import.meta.url), {
    type: 'module',
    name: 'model-reader',
  });
  created.onmessage = (event: MessageEvent<ModelResponse>) => {
    waiting.get(event.data.id)?.resolve(event.data);
    waiting.delete(event.data.id);
  };
  created.onerror = () => {
    // A worker that died of memory takes all its questions with it; the next one starts afresh.
    created.terminate();
    worker = null;
    const error = new DioramaError('model-too-large', 'The browser could not read this model.', {
      hint: 'It may need more memory than there is. Reduce triangles or texture sizes and try again.',
    });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  return created;
}

async function ask(question: Question): Promise<ModelResponse> {
  worker ??= start();
  const id = nextId++;
  const response = await new Promise<ModelResponse>((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker!.postMessage({ ...question, id });
  });
  if (response.kind !== 'failed') return response;
  throw new DioramaError(isErrorCode(response.code) ? response.code : 'invalid-model', response.message, {
    hint: response.hint,
    details: { ...response.details },
  });
}

/**
 * Reads a model in a worker, so that the page stays usable however large it is.
 *
 * @throws {DioramaError} `invalid-model`, `model-too-large`, `missing-files` (with `details.files`), `unsupported-feature`.
 */
export async function readModel(
  name: string,
  file: File,
  companions: readonly { readonly path: string; readonly file: File }[],
): Promise<ImportedModel> {
  const response = await ask({ kind: 'import', name, file, companions });
  if (response.kind !== 'imported') throw new DioramaError('internal');
  return response.model;
}

/** Decodes a GLB that is in the scene already. */
export async function decodeModel(file: Blob): Promise<DecodedSource> {
  const response = await ask({ kind: 'decode', file });
  if (response.kind !== 'decoded') throw new DioramaError('internal');
  return response.decoded;
}
