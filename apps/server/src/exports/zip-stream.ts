import { once } from 'node:events';
import { type PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** Content too large to be held in memory. */
export interface ZipSource {
  readonly bytes?: number;
  readonly stream: ReadableStream<Uint8Array>;
}

/** One file of a zip. */
export interface ZipPart {
  /** Relative, with `/`; the caller sees to it that no two are the same. */
  readonly name: string;
  /** `bytes` is how many there will be, where that is known before. */
  readonly content: Uint8Array | ZipSource;
  /** Default false: images and models are packed already. */
  readonly isCompressed?: boolean;
  readonly modifiedAt: Date;
}

/**
 * A zip as it is made, no faster than it is read: at most two parts are in memory. When nobody reads any more, or the
 * signal fires, the parts get no further.
 *
 * @param parts Called once, when the first byte is asked for; its signal fires when the zip is given up.
 */
export function zipStream(
  parts: (signal: AbortSignal) => AsyncIterable<ZipPart>,
  outer: AbortSignal,
): ReadableStream<Uint8Array> {
  const given = new AbortController();
  const signal = AbortSignal.any([outer, given.signal]);
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= begin(parts, signal).getReader();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        given.abort(reason);
        await reader?.cancel(reason).catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
}

function begin(
  parts: (signal: AbortSignal) => AsyncIterable<ZipPart>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  const stop = () => output.destroy(new DOMException('The zip was given up.', 'AbortError'));
  if (signal.aborted) queueMicrotask(stop);
  signal.addEventListener('abort', stop, { once: true });
  output.once('close', () => signal.removeEventListener('abort', stop));
  zip.on('error', (thrown) => output.destroy(thrown as Error));
  fill(zip, output, parts(signal)).catch((thrown: unknown) =>
    output.destroy(thrown instanceof Error ? thrown : new Error('the zip failed', { cause: thrown })),
  );
  return Readable.toWeb(output, {
    strategy: { highWaterMark: 0 },
  }) as ReadableStream<Uint8Array>;
}

async function fill(zip: ZipFile, output: PassThrough, parts: AsyncIterable<ZipPart>): Promise<void> {
  for await (const part of parts) {
    if (output.destroyed) return;
    const options = { mtime: part.modifiedAt, mode: 0o100644, compress: part.isCompressed === true };
    if (part.content instanceof Uint8Array)
      zip.addBuffer(
        Buffer.from(part.content.buffer, part.content.byteOffset, part.content.byteLength),
        part.name,
        options,
      );
    else await addStream(zip, output, part.name, part.content, options);
    while (output.writableNeedDrain && !output.destroyed) await drained(output);
  }
  if (!output.destroyed) zip.end();
}

/** Resolves when the part has been read to its end. */
async function addStream(
  zip: ZipFile,
  output: PassThrough,
  name: string,
  { bytes, stream }: ZipSource,
  options: { readonly mtime: Date; readonly mode: number; readonly compress: boolean },
): Promise<void> {
  const source = Readable.fromWeb(stream as import('node:stream/web').ReadableStream);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = () => source.destroy();
  output.once('close', giveUp);
  source.once('error', reject);
  source.once('close', resolve);
  zip.addReadStreamLazy(name, { ...options, ...(bytes === undefined ? {} : { size: bytes }) }, (pass) =>
    pass(null, source),
  );
  try {
    await promise;
  } finally {
    output.off('close', giveUp);
  }
}

async function drained(output: PassThrough): Promise<void> {
  const over = new AbortController();
  await Promise.race([
    once(output, 'drain', { signal: over.signal }),
    once(output, 'close', { signal: over.signal }),
  ]).finally(() => over.abort());
}
