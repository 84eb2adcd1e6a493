import type { DifferenceFigures } from './difference.ts';
import type { DifferenceRequest, DifferenceResponse } from './difference-worker.ts';

export interface MeasuredDifference {
  readonly figures: DifferenceFigures;
  readonly heat: ImageBitmap;
  readonly width: number;
  readonly height: number;
}

/**
 * Compares two pictures beside the page's own work.
 *
 * @param signal Ends the work at once.
 * @throws when one of them cannot be read.
 */
export function measureDifference(
  first: Blob,
  second: Blob,
  signal: AbortSignal,
): Promise<MeasuredDifference> {
  return new Promise((resolve, reject) => {
    // One for each comparison: ending it is the only way to stop it in the middle of its pixels.
    const worker = new Worker(new URL('./difference-worker.ts', import.meta.url), {
      type: 'module',
      name: 'difference',
    });
    const end = () => {
      worker.terminate();
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      end();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    worker.onmessage = ({ data }: MessageEvent<DifferenceResponse>) => {
      end();
      if ('failed' in data) reject(new Error('One of the pictures cannot be read.'));
      else resolve(data);
    };
    worker.onerror = () => {
      end();
      reject(new Error('The browser could not compare the pictures.'));
    };
    const request: DifferenceRequest = { first, second };
    worker.postMessage(request);
  });
}
