import { DioramaError } from '@diorama/contracts';
import type { AdapterIo } from './adapter.ts';

/**
 * For services whose one answer is the picture: marks on disk that a charged request is about to be sent, so that a
 * later attempt does not send a second one by itself.
 *
 * @throws {DioramaError} `outcome-unknown` when an earlier attempt got this far and its answer was lost.
 */
export async function payOnce<T>(
  io: Pick<AdapterIo, 'resume' | 'checkpoint'>,
  send: () => Promise<T>,
): Promise<T> {
  // Whatever it is that was left: somebody was about to pay.
  if (io.resume !== null && io.resume !== undefined) throw new DioramaError('outcome-unknown');
  await io.checkpoint({ sent: true });
  try {
    return await send();
  } catch (thrown) {
    // The failure itself is what counts; with the mark still there it is only taken for one that may have cost something.
    if (neverArrived(thrown)) await io.checkpoint(null).catch(() => {});
    throw thrown;
  }
}

/** Whether a request certainly did not get to the service. */
export function neverArrived(thrown: unknown): boolean {
  return thrown instanceof DioramaError && thrown.details.arrived === false;
}
