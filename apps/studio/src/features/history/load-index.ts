import { API_PREFIX, DioramaError, ROUTES } from '@diorama/contracts';
import { client } from '../../app/api.ts';
import { setReachable } from '../../app/connection.ts';
import { decodeColumns, type HistoryColumns } from './history-columns.ts';
import type { IndexQuery } from './history-view.ts';
import type { IndexAnswer, IndexQuestion } from './index-messages.ts';

let worker: Worker | null = null;
let nextId = 1;
const waiting = new Map<number, (columns: HistoryColumns | null) => void>();

function start(): Worker {
  const created = new Worker(new URL('./index-worker.ts', import.meta.url), {
    type: 'module',
    name: 'history-index',
  });
  created.onmessage = ({ data }: MessageEvent<IndexAnswer>) => {
    waiting.get(data.id)?.(data.columns);
    waiting.delete(data.id);
  };
  created.onerror = () => {
    created.terminate();
    worker = null;
    for (const settle of waiting.values()) settle(null);
    waiting.clear();
  };
  return created;
}

function ask(url: string, signal: AbortSignal): Promise<HistoryColumns | null> {
  worker ??= start();
  const id = nextId++;
  const send = (question: IndexQuestion) => worker?.postMessage(question);
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    signal.addEventListener('abort', () => send({ kind: 'abort', id }), { once: true });
    send({ kind: 'load', id, url });
  });
}

/**
 * The entries that a view finds.
 *
 * @throws {DioramaError}
 */
export async function loadIndex(query: IndexQuery, signal: AbortSignal): Promise<HistoryColumns> {
  const search = new URLSearchParams(query as Record<string, string>);
  const columns = await ask(`${API_PREFIX}${ROUTES.readHistoryIndex.path}?${search}`, signal);
  if (signal.aborted) throw new DioramaError('canceled');
  if (columns) {
    setReachable(true);
    return columns;
  }
  return decodeColumns(await client.readHistoryIndex({ query, signal }));
}
