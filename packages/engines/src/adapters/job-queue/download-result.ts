import { DioramaError } from '@diorama/contracts';
import type { AdapterIo } from '../../kit/remote/adapter.ts';
import { poll } from '../../kit/remote/poll.ts';

const EXPIRED: ReadonlySet<unknown> = new Set([401, 403, 404, 410]);
/** `data:image/png;base64,` and nothing fancier. */
const DATA_URL = /^data:image\/[a-z+.-]+;base64,/i;

/** The picture is paid for, so a short outage is waited out; the address does not live much longer. */
const OUTAGE_MS = 60_000;

/**
 * Fetches a finished picture from where the service put it. Such addresses are signed and live for minutes.
 *
 * @throws {DioramaError} `remote-job-lost` when the address has expired.
 */
export async function downloadResult(
  io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>,
  url: string,
): Promise<Uint8Array> {
  const prefix = DATA_URL.exec(url.slice(0, 64))?.[0];
  if (prefix) return Buffer.from(url.slice(prefix.length), 'base64');
  try {
    return await poll(io, {
      outageMs: OUTAGE_MS,
      ask: async () =>
        (await io.http.bytes({ url, timeouts: { firstByteMs: 30_000, totalMs: 180_000 } })).body,
    });
  } catch (thrown) {
    if (thrown instanceof DioramaError && EXPIRED.has(thrown.details.status))
      throw new DioramaError('remote-job-lost', 'The address of the finished image has expired.', {
        hint: 'Try again. If it was charged, the account at the service shows it.',
        cause: thrown,
      });
    throw thrown;
  }
}

/** A picture as services take it inside of JSON. */
export function toDataUrl({
  bytes,
  mediaType,
}: {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}): string {
  return `data:${mediaType};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}
