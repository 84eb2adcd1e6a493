import { DenoiserError } from './errors.ts';
import type { PackedModel } from './packed-model.ts';
import { planStrip, STRIP_ALIGNMENT, type Strip } from './strip-plan.ts';

/** Rows sent to a worker at a time. */
export const ROWS_PER_MESSAGE = 32;
/** Messages a worker may have waiting, so that it never idles while the main thread prepares the next. */
export const MESSAGES_AHEAD = 2;

// Neighbouring strips share about 80 columns of the encoder on each side. Below this width a further worker mostly repeats work.
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
 * Cuts the image into strips: as many as workers where the memory allows, otherwise more and narrower ones, and only then fewer
 * workers (narrow strips repeat work at their edges, but idle cores waste more).
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
  let least = Number.POSITIVE_INFINITY;
  for (let workers = Math.min(options.workers, mostStrips); workers >= 1; workers = Math.floor(workers / 2)) {
    for (let count = workers; ; count = Math.min(2 * count, mostStrips)) {
      const strips = cut(width, height, count);
      const memoryBytes = workers * workerBytes(strips, model);
      if (memoryBytes <= options.maxMemoryBytes) return { strips, workers, memoryBytes };
      least = Math.min(least, memoryBytes);
      if (count === mostStrips) break;
    }
  }
  throw new DenoiserError(
    'invalid-input',
    `maxMemoryBytes ${options.maxMemoryBytes} is too small: this image needs ${least} bytes with one worker.`,
  );
}
