// What a worker does: build (the first one), then take tiles until none is left.
import { buildAcceleration, instantiateKernel, type KernelExports } from './kernel.ts';
import type { KernelPlan } from './kernel-layout.ts';
import { passSizes, TILE, tileGrid, tileRect } from './tiles.ts';
import { TracerError } from './tracer-error.ts';
import {
  CONTROL,
  type FromWorker,
  type SharedStart,
  type SingleStart,
  type ToWorker,
  TREE,
} from './worker-protocol.ts';

type Send = (message: FromWorker, transfer?: ArrayBuffer[]) => void;

function renderItem(kernel: KernelExports, plan: KernelPlan, tile: number, from: number, to: number): void {
  const { x0, y0, x1, y1 } = tileRect(tile, plan.width, plan.height);
  kernel.renderTile(x0, y0, x1, y1, from, to);
}

function starts(sizes: readonly number[]): number[] {
  let at = 0;
  return sizes.map((size) => {
    const from = at;
    at += size;
    return from;
  });
}

function runShared(job: SharedStart, send: Send): void {
  const { plan, memory } = job;
  const control = new Int32Array(job.control);
  const kernel = instantiateKernel(job.module, memory);
  if (job.worker === 0) {
    try {
      const began = performance.now();
      buildAcceleration(kernel, memory, plan);
      send({ type: 'built', buildMs: performance.now() - began, memoryBytes: memory.buffer.byteLength });
      Atomics.store(control, CONTROL.ready, TREE.built);
    } catch (error) {
      Atomics.store(control, CONTROL.ready, TREE.failed);
      throw error;
    } finally {
      Atomics.notify(control, CONTROL.ready);
    }
  } else {
    while (Atomics.load(control, CONTROL.ready) === TREE.building)
      Atomics.wait(control, CONTROL.ready, TREE.building, 50);
    if (Atomics.load(control, CONTROL.ready) !== TREE.built) return;
  }
  kernel.bindScene(plan.header, plan.stacks + job.worker * plan.stackBytes);
  const sizes = passSizes(plan.spp);
  const from = starts(sizes);
  const tiles = tileGrid(plan.width, plan.height).count;
  const items = tiles * sizes.length;
  const stopped = () => Atomics.load(control, CONTROL.abort) !== 0;
  while (!stopped()) {
    const item = Atomics.add(control, CONTROL.nextItem, 1);
    if (item >= items) break;
    const tile = item % tiles;
    const pass = Math.floor(item / tiles);
    const word = CONTROL.tiles + tile;
    // The pass before may still be with another worker; sums must be made in order.
    for (
      let done = Atomics.load(control, word);
      done < pass && !stopped();
      done = Atomics.load(control, word)
    ) {
      Atomics.wait(control, word, done, 20);
    }
    if (stopped()) break;
    const first = from[pass] as number;
    renderItem(kernel, plan, tile, first, first + (sizes[pass] as number));
    Atomics.store(control, word, pass + 1);
    Atomics.notify(control, word);
    Atomics.add(control, CONTROL.finishedItems, 1);
  }
  send({ type: 'done', rays: kernel.takeRayCount() });
}

/** Copies this worker's tiles out of the film, tile after tile, row after row. */
function ownTiles(
  memory: WebAssembly.Memory,
  plan: KernelPlan,
  tiles: readonly number[],
): Float32Array<ArrayBuffer> {
  const film = new Float32Array(memory.buffer, plan.film, plan.width * plan.height * 16);
  const out = new Float32Array(tiles.length * TILE * TILE * 16);
  let at = 0;
  for (const tile of tiles) {
    const { x0, y0, x1, y1 } = tileRect(tile, plan.width, plan.height);
    for (let y = y0; y < y1; y++) {
      out.set(film.subarray((y * plan.width + x0) * 16, (y * plan.width + x1) * 16), at);
      at += (x1 - x0) * 16;
    }
  }
  return out.slice(0, at);
}

/** Tiles of worker `worker` where memory is not shared. */
export function stripe(worker: number, workers: number, tileCount: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.ceil((tileCount - worker) / workers)) },
    (_, i) => worker + i * workers,
  );
}

function runSingle(job: SingleStart, send: Send): void {
  const { plan } = job;
  const memory = new WebAssembly.Memory({ initial: plan.initialPages, maximum: plan.maxPages });
  // The first 64 KiB are the kernel's constants, which instantiation writes.
  new Uint8Array(memory.buffer, 65_536).set(new Uint8Array(job.data, 65_536));
  const kernel = instantiateKernel(job.module, memory);
  const began = performance.now();
  buildAcceleration(kernel, memory, plan);
  send({ type: 'built', buildMs: performance.now() - began, memoryBytes: memory.buffer.byteLength });
  kernel.bindScene(plan.header, plan.stacks + job.worker * plan.stackBytes);
  const tiles = stripe(job.worker, job.workers, tileGrid(plan.width, plan.height).count);
  const sizes = passSizes(plan.spp);
  const from = starts(sizes);
  for (const [pass, size] of sizes.entries()) {
    const first = from[pass] as number;
    for (const tile of tiles) renderItem(kernel, plan, tile, first, first + size);
    const pixels = ownTiles(memory, plan, tiles);
    send({ type: 'pass', pass, pixels }, [pixels.buffer]);
  }
  send({ type: 'done', rays: kernel.takeRayCount() });
}

/** Runs one job to its end. Every failure becomes a message; nothing is thrown. */
export function runJob(job: ToWorker, send: Send): void {
  try {
    if (job.type === 'start-shared') runShared(job, send);
    else runSingle(job, send);
  } catch (error) {
    const code = error instanceof TracerError ? error.code : 'worker-failed';
    send({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  }
}
