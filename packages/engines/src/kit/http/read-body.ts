import { DioramaError } from '@diorama/contracts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Called at every piece, so that a watch on silence can be wound up again. */
  readonly onPiece: () => void;
  /** For messages. */
  readonly engineName: string;
}

/**
 * Reads a body piece by piece, never more than the cap. Pieces are counted as they come out of their compression.
 *
 * @throws {DioramaError} `invalid-output` when it is over the cap; what the connection throws when it breaks.
 */
export async function readBody(
  response: { readonly headers: Headers; readonly body: ReadableStream<Uint8Array> | null },
  { maxBytes, onPiece, engineName }: BodyLimits,
): Promise<Uint8Array> {
  const tooLarge = () =>
    new DioramaError('invalid-output', `${engineName} sent more than ${Math.round(maxBytes / 2 ** 20)} MB.`);
  const told = Number(response.headers.get('content-length') ?? Number.NaN);
  if (told > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (!response.body) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      onPiece();
      bytes += value.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      pieces.push(value);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  return Buffer.concat(pieces, bytes);
}
