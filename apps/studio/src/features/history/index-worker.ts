import { decodeColumns } from './history-columns.ts';
import type { IndexAnswer, IndexQuestion } from './index-messages.ts';

/**
 * Fetches and decodes the index beside the page: parsing a megabyte of numbers would hold up whatever is being
 * scrolled meanwhile.
 */

const underWay = new Map<number, AbortController>();
const answer = (message: IndexAnswer, transfer: Transferable[] = []) =>
  self.postMessage(message, { transfer });

self.onmessage = (event: MessageEvent<IndexQuestion>) => {
  const question = event.data;
  if (question.kind === 'abort') underWay.get(question.id)?.abort();
  else void load(question.id, question.url);
};

async function load(id: number, url: string): Promise<void> {
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json' },
      signal: controller.signal,
    });
    if (!response.ok) throw new Error(`Status ${response.status}`);
    const columns = decodeColumns(await response.json());
    answer({ id, columns }, [columns.seq.buffer, columns.ratio.buffer, columns.created.buffer]);
  } catch {
    // Why, the page finds out by itself: it asks again in a way that gives one of our errors.
    answer({ id, columns: null });
  } finally {
    underWay.delete(id);
  }
}
