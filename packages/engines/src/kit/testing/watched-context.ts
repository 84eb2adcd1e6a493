import type { Cost, Progress } from '@diorama/contracts';
import type { EngineContext } from '../engine.ts';

export interface WatchedRun {
  readonly context: EngineContext;
  readonly progress: Progress[];
  /** Bytes of each preview. */
  readonly previews: number[];
  readonly costs: Cost[];
  /** Every state that was kept, oldest first. */
  readonly checkpoints: unknown[];
  readonly logged: unknown[];
}

/** A context that writes down what it is told. */
export function watchedContext(signal: AbortSignal = new AbortController().signal): WatchedRun {
  const run = {
    progress: [] as Progress[],
    previews: [] as number[],
    costs: [] as Cost[],
    checkpoints: [] as unknown[],
    logged: [] as unknown[],
  };
  return {
    ...run,
    context: {
      signal,
      onProgress: (value) => void run.progress.push(value),
      onPreview: (preview) => void run.previews.push(preview.bytes.length),
      onCost: (cost) => void run.costs.push(cost),
      checkpoint: async (state) => {
        // As through a file: what does not survive JSON is not kept.
        run.checkpoints.push(JSON.parse(JSON.stringify(state)));
      },
      log: (event, facts) => void run.logged.push([event, facts]),
    },
  };
}
