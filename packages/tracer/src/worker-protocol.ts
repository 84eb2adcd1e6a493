// What the front thread and its workers say to each other.
import type { KernelPlan } from './kernel-layout.ts';
import type { TracerErrorCode } from './tracer-error.ts';

/** Words of the shared control block; one "passes done" word per tile follows. */
export const CONTROL = { nextItem: 0, abort: 1, ready: 2, finishedItems: 3, tiles: 4 } as const;
/** Values of `CONTROL.ready`. */
export const TREE = { building: 0, built: 1, failed: 2 } as const;

export interface SharedStart {
  readonly type: 'start-shared';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly plan: KernelPlan;
  readonly worker: number;
}

export interface SingleStart {
  readonly type: 'start-single';
  readonly module: WebAssembly.Module;
  /** The host's part of the memory, from address 0. */
  readonly data: ArrayBuffer;
  readonly plan: KernelPlan;
  readonly worker: number;
  readonly workers: number;
}

export type ToWorker = SharedStart | SingleStart;

export type FromWorker =
  | { readonly type: 'online' }
  | { readonly type: 'built'; readonly buildMs: number; readonly memoryBytes: number }
  /** One pass over this worker's tiles (tile k, k + n, ...), pixels of each tile row by row. Not shared memory only. */
  | { readonly type: 'pass'; readonly pass: number; readonly pixels: Float32Array<ArrayBuffer> }
  | { readonly type: 'done'; readonly rays: number }
  | { readonly type: 'failed'; readonly code: TracerErrorCode; readonly message: string };
