import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipartBoundary, multipartFile } from './multipart.ts';

const BOUNDARY = 'X-boundary';

async function* cutAt(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.byteLength + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.byteLength]) {
    if (to > from) yield bytes.subarray(from, to);
    from = to;
  }
}

async function fileOf(body: Uint8Array, cuts: readonly number[] = [], boundary = BOUNDARY): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of multipartFile(cutAt(body, cuts), boundary)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function part(disposition: string, content: Uint8Array | string): Buffer {
  return Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: image/png\r\n\r\n`,
    ),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
}
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

describe('multipartFile', () => {
  it('gives the bytes of the file wherever the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (content, cuts) => {
          const body = Buffer.concat([
            part('name="a"', 'skip'),
            part('name="file"; filename="x.png"', Buffer.from(content)),
            END,
          ]);
          expect(await fileOf(body, cuts)).toEqual(Buffer.from(content));
        },
      ),
    );
  });

  it('is not misled by content that looks almost like a boundary', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom('\r\n', '--', '\r', '\n', '-', 'X-boundar', '--X-bound', '\r\n--X-boundar'),
          { maxLength: 12 },
        ),
        fc.array(fc.nat(), { maxLength: 12 }),
        async (pieces, cuts) => {
          const content = pieces.join('');
          fc.pre(!`\r\n${content}\r\n`.includes(`\r\n--${BOUNDARY}`));
          expect((await fileOf(Buffer.concat([part('name="file"', content), END]), cuts)).toString()).toBe(
            content,
          );
        },
      ),
    );
  });

  it('reads what the platform writes', async () => {
    const form = new FormData();
    form.set('file', new Blob(['content']), 'name"with.png');
    const request = new Request('http://x', { method: 'POST', body: form });
    const boundary = multipartBoundary(request.headers.get('content-type')!)!;
    expect((await fileOf(new Uint8Array(await request.arrayBuffer()), [3, 50], boundary)).toString()).toBe(
      'content',
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no part called file', Buffer.concat([part('name="other"', 'x'), END])],
    ['a file name that is called file', Buffer.concat([part('name="a"; filename="file"', 'x'), END])],
    ['two files', Buffer.concat([part('name="file"', 'x'), part('name="file"', 'y'), END])],
    ['a body that ends in the file', part('name="file"', 'x')],
    ['an endless header', Buffer.from(`--${BOUNDARY}\r\n${'a'.repeat(10_000)}`)],
    ['text after a boundary', Buffer.from(`--${BOUNDARY}zzz\r\n\r\n`)],
  ])('refuses %s', async (_, body) => {
    await expect(fileOf(body)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('never fails other than with its own error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            '--X-boundary',
            '\r\n',
            '--',
            'name="file"',
            'Content-Disposition: form-data; ',
            'x',
          ),
        ),
        async (pieces) => {
          try {
            await fileOf(Buffer.from(pieces.join('')));
          } catch (thrown) {
            expect(thrown).toMatchObject({ code: 'invalid-request' });
          }
        },
      ),
    );
  });
});

describe('multipartBoundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
    ['image/png', null],
    ['', null],
  ])('%s', (type, expected) => {
    expect(multipartBoundary(type)).toBe(expected);
  });

  it('refuses a form without boundary', () => {
    expect(() => multipartBoundary('multipart/form-data')).toThrow(/boundary/);
  });
});
