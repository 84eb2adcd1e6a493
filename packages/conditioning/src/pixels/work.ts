import { DioramaError } from '@diorama/contracts';

/** The pixel work between two looks at the signal: short enough to cancel quickly, long enough to cost nothing. */
const SLICE_MS = 24;

/** @throws {DioramaError} `canceled` */
export function throwIfCanceled(signal: AbortSignal): void {
  if (signal.aborted) throw new DioramaError('canceled');
}

/** Lets timers, messages and the cancel button have their turn, then goes on unless canceled. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  throwIfCanceled(signal);
}

/**
 * Calls `row(y)` for every row, giving way every few milliseconds so that a cancel or a health check never waits
 * for a whole picture.
 *
 * @throws {DioramaError} `canceled`
 */
export async function forEachRow(
  height: number,
  signal: AbortSignal,
  row: (y: number) => void,
): Promise<void> {
  throwIfCanceled(signal);
  let sliceEnd = performance.now() + SLICE_MS;
  for (let y = 0; y < height; y++) {
    row(y);
    if (performance.now() > sliceEnd) {
      await breathe(signal);
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
}
