import { autoExposure } from './auto-exposure.ts';
import { DenoiserError } from './errors.ts';
import { copyFrameRow, frameOf } from './frame.ts';
import type { DenoiseInput } from './image.ts';
import { loadKernel } from './kernel.ts';
import { DENOISER_MODELS, type DenoiserModel, loadModel } from './load-model.ts';
import { INPUT_CHANNELS } from './network.ts';
import { hardwareThreads } from './platform.ts';
import { layOutStrips, MESSAGES_AHEAD, ROWS_PER_MESSAGE } from './strip-layout.ts';
import { planStrip, type Strip } from './strip-plan.ts';
import { startWorker, type WorkerPort } from './worker-port.ts';

export interface DenoiseOptions {
  /** Default `small`. */
  readonly model?: DenoiserModel;
  /** Worker threads, 1..256. Default: one per core. The result is the same for any number, to the bit. */
  readonly workers?: number;
  /**
   * Use the build whose bits are the same on every machine (for golden images). Default false: fused multiply-add where the CPU has
   * it, a quarter less time, equal to about 1e-5.
   */
  readonly deterministic?: boolean;
  /** Stops the work and ends the workers; the promise rejects at once with code `aborted`. */
  readonly signal?: AbortSignal;
  /** Called with the finished fraction, rising to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Working memory of all workers together, not counting the image and the result. Default 300 MB. */
  readonly maxMemoryBytes?: number;
}

const DEFAULT_MAX_MEMORY_BYTES = 300e6;
const MAX_SIDE = 32_768;
const MAX_WORKERS = 256;

const invalid = (message: string): DenoiserError => new DenoiserError('invalid-input', message);

function validateInput({ width, height, color, albedo, normal }: DenoiseInput): void {
  for (const [name, size] of Object.entries({ width, height })) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_SIDE) {
      throw invalid(`${name} must be a whole number from 1 to ${MAX_SIDE}, not ${size}.`);
    }
  }
  for (const [name, values] of Object.entries({ color, albedo, normal })) {
    if (!(values instanceof Float32Array)) throw invalid(`${name} must be a Float32Array.`);
    if (values.length !== width * height * 3) {
      throw invalid(
        `${name} must hold ${width * height * 3} values for ${width} x ${height}, not ${values.length}.`,
      );
    }
  }
}

function settleOptions(options: DenoiseOptions) {
  const {
    model = 'small',
    workers = Math.min(MAX_WORKERS, hardwareThreads()),
    deterministic = false,
    maxMemoryBytes = DEFAULT_MAX_MEMORY_BYTES,
  } = options;
  if (!DENOISER_MODELS.includes(model)) throw invalid(`model must be one of ${DENOISER_MODELS.join(', ')}.`);
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw invalid(`workers must be a whole number from 1 to ${MAX_WORKERS}, not ${workers}.`);
  }
  if (!(maxMemoryBytes > 0)) throw invalid(`maxMemoryBytes must be positive, not ${maxMemoryBytes}.`);
  return { model, workers, deterministic, maxMemoryBytes };
}

/**
 * Removes the noise of a path-traced image with the U-Net of Open Image Denoise.
 *
 * The image is cut into vertical strips that the workers stream through the network from top to bottom, so memory is bounded by the
 * width of the strips; the result does not depend on how it was cut. The buffers of the input are read until the promise settles and
 * must not change meanwhile.
 *
 * @returns Linear radiance, width x height interleaved triples: never negative, always finite.
 * @throws {DenoiserError}
 * @example
 * const clean = await denoise({ width, height, color, albedo, normal }, { model: 'base', signal });
 */
export async function denoise(input: DenoiseInput, options: DenoiseOptions = {}): Promise<Float32Array> {
  validateInput(input);
  const settled = settleOptions(options);
  const { signal, onProgress } = options;
  const aborted = (): DenoiserError =>
    new DenoiserError('aborted', 'Denoising was aborted.', { cause: signal?.reason });
  if (signal?.aborted) throw aborted();

  const stop = Promise.withResolvers<never>();
  // Nobody may be listening (any more) when this rejects.
  stop.promise.catch(() => {});
  const onAbort = (): void => stop.reject(aborted());
  signal?.addEventListener('abort', onAbort, { once: true });
  const ports: WorkerPort[] = [];
  try {
    const loaded = Promise.all([loadModel(settled.model), loadKernel(settled.deterministic)]);
    const [model, module] = await Promise.race([loaded, stop.promise]);
    const layout = layOutStrips(input, model, settled);
    const exposure = autoExposure(input);
    const result = new Float32Array(input.color.length);
    const waiting = [...layout.strips];

    let finishedPixels = 0;
    const finishPixels = (count: number): void => {
      finishedPixels += count;
      onProgress?.(finishedPixels / (input.width * input.height));
    };
    const work = async (port: WorkerPort): Promise<void> => {
      port.send({ kind: 'init', module, model }, []);
      for (let strip = waiting.shift(); strip !== undefined; strip = waiting.shift()) {
        port.send({ kind: 'strip', strip, exposure }, []);
        const { inputStart, inputEnd } = planStrip(strip, model.layers);
        await streamStrip(port, input, strip, { inputStart, inputEnd }, result, finishPixels);
      }
    };
    for (let index = 0; index < layout.workers; index++) {
      const port = openWorker();
      ports.push(port);
      port.onFailure((cause) =>
        stop.reject(new DenoiserError('worker-failed', 'A denoiser worker stopped.', { cause })),
      );
    }
    await Promise.race([Promise.all(ports.map(work)), stop.promise]);
    return result;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // Not awaited: the threads stop working at once, but a busy machine may take 100 ms to clear them away.
    for (const port of ports) port.terminate();
  }
}

function openWorker(): WorkerPort {
  try {
    return startWorker();
  } catch (cause) {
    throw new DenoiserError('worker-failed', 'A denoiser worker could not be started.', { cause });
  }
}

/** Sends a strip's rows a few messages ahead of the answers and puts the answers in their place. */
function streamStrip(
  port: WorkerPort,
  input: DenoiseInput,
  strip: Strip,
  columns: { inputStart: number; inputEnd: number },
  result: Float32Array,
  finishPixels: (count: number) => void,
): Promise<void> {
  const { width, height } = input;
  const frame = frameOf(input);
  const coreFloats = 3 * (strip.coreEnd - strip.coreStart);
  const { inputStart, inputEnd } = columns;
  let nextRow = 0;
  let finishedRows = 0;

  const sendRows = (rowBuffer?: ArrayBuffer, spare?: ArrayBuffer): void => {
    if (nextRow >= frame.height) return;
    const firstRow = nextRow;
    const rowCount = Math.min(ROWS_PER_MESSAGE, frame.height - firstRow);
    nextRow += rowCount;
    const buffer =
      rowBuffer ?? new ArrayBuffer(4 * ROWS_PER_MESSAGE * INPUT_CHANNELS * (inputEnd - inputStart));
    const values = new Float32Array(buffer);
    let to = 0;
    for (let row = firstRow; row < nextRow; row++) {
      to = copyFrameRow(input, row, inputStart, inputEnd, values, to);
    }
    const transfer = spare === undefined ? [buffer] : [buffer, spare];
    port.send({ kind: 'rows', rows: { firstRow, rowCount, values }, spare }, transfer);
  };

  return new Promise((resolve, reject) => {
    port.onAnswer(({ rows, spare }) => {
      try {
        for (let row = 0; row < rows.rowCount; row++) {
          result.set(
            rows.color.subarray(row * coreFloats, (row + 1) * coreFloats),
            3 * ((rows.firstRow + row) * width + strip.coreStart),
          );
        }
        finishedRows += rows.rowCount;
        sendRows(spare, rows.color.buffer);
        if (rows.rowCount > 0) finishPixels((rows.rowCount * coreFloats) / 3);
        if (finishedRows === height) resolve();
      } catch (error) {
        reject(error);
      }
    });
    for (let ahead = 0; ahead < MESSAGES_AHEAD; ahead++) sendRows();
  });
}
