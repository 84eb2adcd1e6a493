import { readFilm } from './film.ts';
import { loadKernel } from './kernel.ts';
import { type KernelPlan, packScene } from './kernel-layout.ts';
import { passSizes, tileGrid, tileRect } from './tiles.ts';
import type { Film, TraceCamera, TraceOptions, TraceProgress, TraceScene } from './trace-scene-types.ts';
import { TracerError } from './tracer-error.ts';
import { validateCamera, validateOptions, validateScene } from './validate-scene.ts';
import { stripe } from './worker-job.ts';
import { canShareMemory, defaultWorkerCount, spawnWorker, type WorkerPort } from './worker-port.ts';
import { CONTROL, type FromWorker } from './worker-protocol.ts';

const PROGRESS_INTERVAL_MS = 50;
const DEFAULT_PREVIEW_INTERVAL_MS = 500;
/** Share of the whole that building stands for in `fraction`. */
const BUILDING_SHARE = 0.04;

interface Job {
  readonly plan: KernelPlan;
  readonly options: TraceOptions;
  readonly workers: number;
  readonly began: number;
}

/** Where workers leave their results: one shared memory, or a film pieced together from messages. */
interface Medium {
  start(port: WorkerPort, worker: number): void;
  receive(message: FromWorker, worker: number): void;
  /** Samples finished over all pixels, in passes of tiles, 0 to 1. */
  fraction(): number;
  samplesDone(): number;
  film(): { readonly buffer: ArrayBufferLike; readonly at: number };
  stop(): void;
}

function sharedMedium(
  module: WebAssembly.Module,
  job: Job,
  write: (buffer: ArrayBufferLike) => void,
): Medium {
  const { plan } = job;
  const memory = allocate(
    () => new WebAssembly.Memory({ initial: plan.initialPages, maximum: plan.maxPages, shared: true }),
    plan,
  );
  write(memory.buffer);
  const tiles = tileGrid(plan.width, plan.height).count;
  const sizes = passSizes(plan.spp);
  const control = new Int32Array(new SharedArrayBuffer((CONTROL.tiles + tiles) * 4));
  return {
    start: (port, worker) =>
      port.post({
        type: 'start-shared',
        module,
        memory,
        control: control.buffer as SharedArrayBuffer,
        plan,
        worker,
      }),
    receive: () => {},
    fraction: () => {
      const finished = Atomics.load(control, CONTROL.finishedItems);
      const pass = Math.min(sizes.length - 1, Math.floor(finished / tiles));
      const before = sizes.slice(0, pass).reduce((sum, size) => sum + size, 0);
      return (before + ((finished - pass * tiles) / tiles) * (sizes[pass] as number)) / plan.spp;
    },
    samplesDone: () => {
      let fewest = sizes.length;
      for (let i = 0; i < tiles; i++) fewest = Math.min(fewest, Atomics.load(control, CONTROL.tiles + i));
      return sizes.slice(0, fewest).reduce((sum, size) => sum + size, 0);
    },
    film: () => ({ buffer: memory.buffer, at: plan.film }),
    stop: () => {
      Atomics.store(control, CONTROL.abort, 1);
    },
  };
}

function singleMedium(
  module: WebAssembly.Module,
  job: Job,
  write: (buffer: ArrayBufferLike) => void,
): Medium {
  const { plan, workers } = job;
  const data = allocate(() => new ArrayBuffer(plan.dataEnd), plan);
  write(data);
  const film = new Float32Array(plan.width * plan.height * 16);
  const tiles = tileGrid(plan.width, plan.height).count;
  const sizes = passSizes(plan.spp);
  const passesDone = new Array<number>(workers).fill(0);
  const samplesAfter = (passes: number) => sizes.slice(0, passes).reduce((sum, size) => sum + size, 0);
  return {
    start: (port, worker) => {
      const copy = data.slice(0);
      port.post({ type: 'start-single', module, data: copy, plan, worker, workers }, [copy]);
    },
    receive: (message, worker) => {
      if (message.type !== 'pass') return;
      passesDone[worker] = message.pass + 1;
      let at = 0;
      for (const tile of stripe(worker, workers, tiles)) {
        const { x0, y0, x1, y1 } = tileRect(tile, plan.width, plan.height);
        for (let y = y0; y < y1; y++) {
          const length = (x1 - x0) * 16;
          film.set(message.pixels.subarray(at, at + length), (y * plan.width + x0) * 16);
          at += length;
        }
      }
    },
    fraction: () => passesDone.reduce((sum, passes) => sum + samplesAfter(passes), 0) / workers / plan.spp,
    samplesDone: () => samplesAfter(Math.min(...passesDone)),
    film: () => ({ buffer: film.buffer, at: 0 }),
    stop: () => {},
  };
}

function allocate<T>(make: () => T, plan: KernelPlan): T {
  try {
    return make();
  } catch (cause) {
    const mebibytes = Math.round((plan.initialPages * 65_536) / 2 ** 20);
    throw new TracerError(
      'too-large',
      `${mebibytes} MiB of memory for ${plan.triangles} triangles could not be had.`,
      { cause },
    );
  }
}

/**
 * Traces the scene until every pixel has `options.spp` samples, or the signal aborts.
 *
 * Radiance is linear Rec. 709, not tone mapped. All planes of the film share the camera and are aligned pixel for pixel.
 * The same scene, options and seed give the same bits, whatever the number of workers.
 *
 * Runs in Node and in browsers. On a page that is not cross-origin isolated each worker gets a copy of the scene.
 *
 * @throws {TracerError} `invalid-scene`, `too-large`, `aborted`, `kernel-missing` or `worker-failed`.
 */
export async function traceScene(
  scene: TraceScene,
  camera: TraceCamera,
  options: TraceOptions,
): Promise<Film> {
  return traceWith(scene, camera, options, canShareMemory());
}

/** `traceScene` with the choice of memory made by the caller; for tests of both ways. */
export async function traceWith(
  scene: TraceScene,
  camera: TraceCamera,
  options: TraceOptions,
  shared: boolean,
): Promise<Film> {
  const { signal } = options;
  throwIfAborted(signal);
  validateOptions(options);
  validateCamera(camera);
  validateScene(scene);
  const tiles = tileGrid(options.width, options.height).count;
  const workers = Math.min(options.workers ?? defaultWorkerCount(), tiles);
  const module = await loadKernel(shared);
  throwIfAborted(signal);
  const began = performance.now();
  const packed = packScene(scene, camera, options, workers);
  const job: Job = { plan: packed.plan, options, workers, began };
  const medium = shared ? sharedMedium(module, job, packed.write) : singleMedium(module, job, packed.write);
  return run(job, medium);
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TracerError('aborted', 'The trace was cancelled.', { cause: signal.reason });
}

function run(job: Job, medium: Medium): Promise<Film> {
  const { plan, options, workers } = job;
  const previewInterval = options.previewIntervalMs ?? DEFAULT_PREVIEW_INTERVAL_MS;
  return new Promise<Film>((resolve, reject) => {
    const ports: WorkerPort[] = [];
    let settled = false;
    let built = 0;
    let finished = 0;
    let rays = 0;
    let buildMs = 0;
    let memoryBytes = plan.initialPages * 65_536;
    let traceBegan = 0;
    let lastFraction = 0;
    let previewedSamples = 0;
    let lastPreview = performance.now();

    const stats = (): Film['stats'] => ({
      triangles: plan.triangles,
      rays,
      buildMs,
      traceMs: traceBegan > 0 ? performance.now() - traceBegan : 0,
      wasmBytes: memoryBytes,
    });
    const snapshot = (): Film => {
      const { buffer, at } = medium.film();
      return readFilm(buffer, at, plan.width, plan.height, stats());
    };
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      clearInterval(timer);
      options.signal?.removeEventListener('abort', onAbort);
      medium.stop();
      for (const port of ports) port.terminate();
      finish();
    };
    const fail = (error: TracerError) => settle(() => reject(error));
    // A caller's callback that throws must not leave workers behind.
    const guarded = (action: () => void) => {
      try {
        action();
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onAbort = () =>
      fail(new TracerError('aborted', 'The trace was cancelled.', { cause: options.signal?.reason }));
    const report = (progress: TraceProgress) => guarded(() => options.onProgress?.(progress));
    const tick = () => {
      if (built === 0) return;
      const samplesDone = medium.samplesDone();
      const fraction = Math.min(1, BUILDING_SHARE + (1 - BUILDING_SHARE) * medium.fraction());
      if (fraction > lastFraction) {
        lastFraction = fraction;
        report({ stage: 'tracing', fraction, samplesDone, samplesTotal: plan.spp });
      }
      const now = performance.now();
      if (settled || options.onPreview === undefined || now - lastPreview < previewInterval) return;
      if (samplesDone <= previewedSamples || samplesDone === plan.spp) return;
      lastPreview = now;
      previewedSamples = samplesDone;
      guarded(() => options.onPreview?.(snapshot()));
    };
    const onMessage = (message: FromWorker, worker: number) => {
      if (settled) return;
      medium.receive(message, worker);
      switch (message.type) {
        case 'online':
          medium.start(ports[worker] as WorkerPort, worker);
          break;
        case 'built':
          built++;
          buildMs = Math.max(buildMs, message.buildMs);
          memoryBytes = Math.max(memoryBytes, message.memoryBytes);
          if (traceBegan === 0) traceBegan = performance.now();
          break;
        case 'pass':
          break;
        case 'done':
          rays += message.rays;
          finished++;
          if (finished === workers) {
            tick();
            settle(() => resolve(snapshot()));
          }
          break;
        case 'failed':
          fail(new TracerError(message.code, message.message));
          break;
      }
    };
    const timer = setInterval(tick, PROGRESS_INTERVAL_MS);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    report({ stage: 'building', fraction: 0, samplesDone: 0, samplesTotal: plan.spp });
    for (let worker = 0; worker < workers && !settled; worker++) {
      try {
        const port = spawnWorker({
          onMessage: (message) => onMessage(message, worker),
          onError: (cause) =>
            fail(new TracerError('worker-failed', `A tracer worker failed: ${cause.message}`, { cause })),
        });
        ports.push(port);
      } catch (cause) {
        fail(new TracerError('worker-failed', 'A tracer worker could not be started.', { cause }));
      }
    }
  });
}
