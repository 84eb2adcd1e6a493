import { DenoiserError } from './errors.ts';
import type { PackedModel } from './packed-model.ts';
import { planStrip, STRIP_ALIGNMENT, type Strip } from './strip-plan.ts';

/** Rows sent to a worker at a time. */
export const ROWS_PER_MESSAGE = 32;
/** Messages a worker may have waiting, so that it never idles while the main thread prepares the next. */
export const MESSAGES_AHEAD = 2;

// The encoder reads about 80 columns beyond a strip on each side; counted in work of all layers an inner strip repeats about this many.
const REPEATED_COLUMNS = 60;
/** Narrower strips repeat more work than they share out. */
const NARROWEST_CORE = 96;
/** A worker thread without any work: its JavaScript heap, stack and code. */
const IDLE_WORKER_BYTES = 10 * 2 ** 20;

/** How an image is cut and by how many workers it is done. */
export interface StripLayout {
  readonly strips: readonly Strip[];
  readonly workers: number;
  /** Working memory of all workers together, buffers of the caller and the result not included. */
  readonly memoryBytes: number;
}

function cut(width: number, height: number, count: number): Strip[] {
  const units = Math.ceil(width / STRIP_ALIGNMENT);
  return Array.from({ length: count }, (_, index) => ({
    imageWidth: width,
    imageHeight: height,
    coreStart: Math.floor((index * units) / count) * STRIP_ALIGNMENT,
    coreEnd: Math.min(width, Math.floor(((index + 1) * units) / count) * STRIP_ALIGNMENT),
  }));
}

function workerBytes(strips: readonly Strip[], model: PackedModel): number {
  // An inner strip has neighbours on both sides and needs most. A middle one stands for them; rounding may add one unit of width.
  const widest = strips.reduce((a, b) => (b.coreEnd - b.coreStart >= a.coreEnd - a.coreStart ? b : a));
  const candidates = new Set([strips[strips.length >> 1]!, widest]);
  let most = 0;
  for (const strip of candidates) {
    const plan = planStrip(strip, model.layers);
    // Colour, albedo and normal in, colour out; one more than may wait is being worked on.
    const messageBytes = ROWS_PER_MESSAGE * (plan.inputEnd - plan.inputStart) * 4 * (9 + 3);
    most = Math.max(most, plan.kernelBytes + (MESSAGES_AHEAD + 1) * messageBytes);
  }
  return most + model.values.byteLength + IDLE_WORKER_BYTES;
}

/**
 * Cuts the image into strips and chooses the number of workers, at most `options.workers`, so that the memory suffices and the work,
 * including what neighbouring strips repeat, is done soonest.
 *
 * @throws {DenoiserError} `invalid-input` when not even one worker with the narrowest strips fits.
 */
export function layOutStrips(
  image: { width: number; height: number },
  model: PackedModel,
  options: { workers: number; maxMemoryBytes: number },
): StripLayout {
  const { width, height } = image;
  const mostStrips = Math.max(1, Math.floor(width / NARROWEST_CORE));
  let best: StripLayout | undefined;
  let bestTime = Number.POSITIVE_INFINITY;
  let leastBytes = Number.POSITIVE_INFINITY;
  for (let count = 1; count <= mostStrips; count++) {
    const strips = cut(width, height, count);
    const bytes = workerBytes(strips, model);
    leastBytes = Math.min(leastBytes, bytes);
    const workers = Math.min(options.workers, count, Math.floor(options.maxMemoryBytes / bytes));
    if (workers < 1) continue;
    // In columns: the workers take strips in turns.
    const time = Math.ceil(count / workers) * (width / count + (count > 1 ? REPEATED_COLUMNS : 0));
    if (time < bestTime) {
      bestTime = time;
      best = { strips, workers, memoryBytes: workers * bytes };
    }
    // More strips than four turns of all workers only repeat more.
    if (best !== undefined && count >= 4 * options.workers) break;
  }
  if (best === undefined) {
    throw new DenoiserError(
      'invalid-input',
      `maxMemoryBytes ${options.maxMemoryBytes} is too small: this image needs ${leastBytes} bytes with one worker.`,
    );
  }
  return best;
}
