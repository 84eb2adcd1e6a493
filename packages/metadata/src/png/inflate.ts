import { concat } from '../bytes.ts';

/**
 * Unpacks a zlib stream (RFC 1950) up to a limit: a few bytes can stand for gigabytes.
 *
 * @returns Null when it is damaged, cut off, or longer than `limitBytes`.
 */
export async function inflate(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array | null> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return concat(parts);
      total += value.length;
      if (total > limitBytes) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
  } catch {
    return null;
  }
}
