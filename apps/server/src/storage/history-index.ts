import { setImmediate } from 'node:timers/promises';
import type { Reads } from './database.ts';
import { cursorAfter, planWalk, runWalk, type WalkOptions } from './history-walk.ts';

/** Entries read at a time: a few milliseconds during which nobody else is answered. */
const CHUNK = 1_500;

interface Row {
  readonly seq: number;
  readonly cost_amount: number;
  readonly duration_ms: number;
  readonly ratio: number;
  readonly created: number;
}

/** `HistoryIndex` as JSON, written piece by piece so that other requests are answered in between. */
export async function readIndexJson(
  reads: Reads,
  options: Omit<WalkOptions, 'cursor' | 'limit'>,
): Promise<string> {
  const columns = { seq: new Differences(), ratio: [] as string[], created: new Differences() };
  // What changes meanwhile may move within the order of costs; nothing may be there twice.
  const seen = new Set<number>();
  const { sort } = options;
  // Asked for only where they are in the index that is walked along.
  const keys = {
    newest: '0 AS cost_amount, 0 AS duration_ms',
    oldest: '0 AS cost_amount, 0 AS duration_ms',
    cost: 'e.cost_amount, 0 AS duration_ms',
    duration: '0 AS cost_amount, e.duration_ms',
  }[sort];
  let cursor: string | undefined;
  for (;;) {
    const walk = planWalk(reads, { ...options, cursor });
    const rows = runWalk<Row>(reads, walk, {
      columns: `e.seq AS seq, CAST(round(e.width * 100.0 / e.height) AS INTEGER) AS ratio,
        coalesce(unixepoch(e.created_at), 0) AS created, ${keys}`,
      ...(walk.isSorted ? {} : { limit: CHUNK }),
    });
    const ratios: number[] = [];
    for (const { seq, ratio, created } of rows) {
      if (seen.has(seq)) continue;
      seen.add(seq);
      columns.seq.add(seq);
      ratios.push(ratio);
      columns.created.add(created);
    }
    columns.seq.endChunk();
    columns.created.endChunk();
    if (ratios.length > 0) columns.ratio.push(ratios.join());
    if (walk.isSorted || rows.length < CHUNK) break;
    cursor = cursorAfter(rows.at(-1)!, sort);
    await setImmediate();
  }
  return `{"total":${seen.size},"seq":[${columns.seq.text}],"ratio":[${columns.ratio.join()}],"created":[${columns.created.text}]}`;
}

/** Whole numbers as differences to the one before. */
class Differences {
  readonly #chunks: string[] = [];
  #chunk: number[] = [];
  #last = 0;

  add(value: number): void {
    this.#chunk.push(value - this.#last);
    this.#last = value;
  }

  endChunk(): void {
    if (this.#chunk.length > 0) this.#chunks.push(this.#chunk.join());
    this.#chunk = [];
  }

  get text(): string {
    return this.#chunks.join();
  }
}
