import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Generation, NewArchive } from '@diorama/contracts';
import { listMetadata, recallSettings } from '@diorama/metadata';
import { getRequestListener } from '@hono/node-server';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { createTestServer, type TestServer } from '../__fixtures__/test-server.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import { ArchiveTickets, TICKET_LIFE_MS } from './archive-tickets.ts';
import { toCsv } from './csv.ts';
import { drawNumerals } from './numerals.ts';
import { type ZipPart, zipStream } from './zip-stream.ts';

let server: TestServer;
let made: Generation[];
beforeAll(async () => {
  server = await createTestServer();
  made = [];
  for (const [prompt, aspectRatio, count] of [
    ['=HYPERLINK("http://evil","golden hour")', '16:9', 2],
    ['a walnut table, "soft" light\nand rain', '2:3', 1],
    ['木漏れ日の部屋', '1:1', 1],
  ] as const) {
    const { id } = await server.generate({ prompt, aspectRatio, count, seed: 40, project: 'Living room' });
    made.push(await server.finished(id));
  }
});
afterAll(() => server.close());

const ids = () => made.map(({ id }) => id);
async function order(body: Partial<NewArchive>) {
  const response = await server.api('/history/archives', { json: { ids: ids(), ...body } });
  return {
    status: response.status,
    body: (await response.json()) as { url: string; fileName: string; images: number; code: string },
  };
}
async function unzip(response: Response): Promise<Map<string, Buffer>> {
  expect(response.status).toBe(200);
  return await filesOf(Buffer.from(await response.arrayBuffer()));
}
async function filesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
  for await (const entry of reader.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await reader.openReadStreamPromise(entry)) chunks.push(chunk);
    expect(files.has(entry.fileName)).toBe(false);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}

describe('a zip of many images', () => {
  it('has each image once in the asked form, indexes and contact sheets', async () => {
    const { status, body } = await order({ format: 'jpeg', metadata: 'settings' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ images: 4, fileName: 'Living-room-4-images.zip' });
    const response = await server.request(body.url);
    expect(response.headers.get('content-disposition')).toContain('filename="Living-room-4-images.zip"');
    const files = await unzip(response);
    expect([...files.keys()]).toEqual([
      '001-Living-room-HYPERLINK-http-evil-golden-hour-40.jpg',
      '002-Living-room-HYPERLINK-http-evil-golden-hour-41.jpg',
      '003-Living-room-a-walnut-table-soft-light-and-rain-40.jpg',
      '004-Living-room-木漏れ日の部屋-40.jpg',
      'contact-sheet-1.jpg',
      'index.csv',
      'index.json',
    ]);
    const second = files.get('002-Living-room-HYPERLINK-http-evil-golden-hour-41.jpg')!;
    expect((await recallSettings(second))?.settings).toMatchObject({
      generation: made[0]!.id,
      image: 1,
      seed: 41,
    });
    const { images } = JSON.parse(files.get('index.json')!.toString()) as { images: object[] };
    expect(images[2]).toMatchObject({
      file: '003-Living-room-a-walnut-table-soft-light-and-rain-40.jpg',
      prompt: 'a walnut table, "soft" light\nand rain',
      seed: 40,
      engine: 'test',
      width: 171,
      height: 256,
      project: 'Living room',
    });
    expect(files.get('index.csv')!.toString()).toContain(`"'=HYPERLINK(""http://evil"",""golden hour"")",`);
    expect(await sharp(files.get('contact-sheet-1.jpg')!).metadata()).toMatchObject({
      format: 'jpeg',
      width: 1476,
    });
  });

  it('is fetched once, by whoever ordered it, and not by looking at it', async () => {
    const { body } = await order({ contactSheet: false });
    expect((await server.request(body.url, { method: 'HEAD' })).status).toBe(405);
    expect((await unzip(await server.request(body.url))).size).toBe(6);
    const again = await server.request(body.url);
    expect(again.status).toBe(404);
    expect(await again.json()).toMatchObject({ code: 'not-found', hint: expect.stringContaining('Choose') });
    const tickets = new ArchiveTickets(() => now);
    let now = 0;
    const { id } = tickets.issue('mia', {} as NewArchive, 'x.zip');
    expect(tickets.take(id, 'noa')).toBeNull();
    now = TICKET_LIFE_MS;
    expect(tickets.take(id, 'mia')).toBeNull();
  });

  it('refuses what is not one’s own, what has no image, and originals of another size', async () => {
    const unknown = '0193b0c8-1111-7aaa-8bbb-123456789abc';
    expect(await order({ ids: [...ids(), unknown] })).toMatchObject({
      status: 404,
      body: { details: { ids: [unknown] } },
    });
    expect(await order({ format: 'original', longEdge: 512 })).toMatchObject({
      status: 422,
      body: { code: 'invalid-size' },
    });
    const waiting = await createTestServer({ isRunning: false });
    const { id } = await waiting.generate({ prompt: 'x' });
    expect((await waiting.api('/history/archives', { json: { ids: [id] } })).status).toBe(400);
    await waiting.close();
  });

  it('leaves small images as they are, and out of clean ones everything but the picture', async () => {
    const { body } = await order({ longEdge: 300, format: 'webp', metadata: 'none', contactSheet: false });
    for (const [name, bytes] of await unzip(await server.request(body.url))) {
      if (!name.endsWith('.webp')) continue;
      expect(Math.max((await sharp(bytes).metadata()).width, (await sharp(bytes).metadata()).height)).toBe(
        256,
      );
      expect(await listMetadata(bytes)).toEqual([]);
    }
  });

  it('with a file that cannot be read is whole but for a line that says so', async () => {
    const { body } = await order({});
    await server.blobs.delete(blobKeyOf(made[1]!.outputs[0]!.asset));
    const files = await unzip(await server.request(body.url));
    expect([...files.keys()].filter((name) => name.endsWith('.png'))).toHaveLength(3);
    expect(files.get('problems.txt')!.toString()).toContain(`003-Living-room-a-walnut-table`);
  });
});

describe('whoever hangs up', () => {
  it('ends the work for the zip', async () => {
    const { body } = await order({ contactSheet: false });
    let reads = 0;
    const read = vi.spyOn(server.blobs, 'read').mockImplementation(async () => {
      reads += 1;
      // Larger than what waits in buffers and sockets.
      return encodePngOfNoise();
    });
    const listener = createServer(getRequestListener(server.app.fetch));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const stop = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}${body.url}`, { signal: stop.signal });
    await response.body!.getReader().read();
    stop.abort();
    const connections = promisify(listener.getConnections.bind(listener));
    await vi.waitFor(async () => expect(await connections()).toBe(0), 10_000);
    const before = reads;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([reads, reads < 4]).toEqual([before, true]);
    read.mockRestore();
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe('a zip while it is made', () => {
  const part = (number: number): ZipPart => ({
    name: `${number}.bin`,
    content: new Uint8Array(1_000_000).fill(number),
    modifiedAt: new Date(0),
  });

  it('is made no faster than it is read, and no further when nobody reads', async () => {
    let begun = 0;
    let aborted = false;
    const zip = zipStream(async function* (signal) {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      for (; begun < 50; ) {
        begun += 1;
        yield part(begun);
      }
    }, new AbortController().signal);
    expect(begun).toBe(0);
    const reader = zip.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(begun).toBeLessThan(4);
    await reader.cancel();
    await vi.waitFor(() => expect(aborted).toBe(true), 10_000);
    expect(begun).toBeLessThan(5);
  });

  it('carries buffers and streams, in order', async () => {
    const zip = zipStream(async function* () {
      yield part(1);
      yield {
        name: 'streamed.bin',
        content: { bytes: 3, stream: new Blob(['abc']).stream() },
        modifiedAt: new Date(0),
        isCompressed: true,
      };
      yield part(3);
    }, new AbortController().signal);
    const files = await filesOf(Buffer.from(await new Response(zip).arrayBuffer()));
    expect([...files].map(([name, bytes]) => [name, bytes.length])).toEqual([
      ['1.bin', 1_000_000],
      ['streamed.bin', 3],
      ['3.bin', 1_000_000],
    ]);
  });

  it('ends broken, not short, when a part fails or has another length', async () => {
    for (const content of [
      { bytes: 9, stream: new Blob(['abc']).stream() },
      { bytes: 3, stream: new ReadableStream<Uint8Array>({ pull: (c) => c.error(new Error('disk')) }) },
    ]) {
      const zip = zipStream(async function* () {
        yield { name: 'a', content, modifiedAt: new Date(0) };
      }, new AbortController().signal);
      await expect(new Response(zip).arrayBuffer()).rejects.toThrow();
    }
  });
});

describe('cells of a table', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['  @SUM(A1)', `"'  @SUM(A1)"`],
    ['-2', `"'-2"`],
    ['say "hi", twice', '"say ""hi"", twice"'],
    ['plain words', 'plain words'],
  ])('%s is never a formula and always whole', (value, expected) => {
    expect(toCsv([[value, -1, null]])).toBe(`\uFEFF${expected},-1,\r\n`);
  });
});

describe('figures without a font', () => {
  it('are drawn in squares', () => {
    const { pixels, width, height } = drawNumerals('17', 2, 0);
    expect([width, height]).toEqual([16, 10]);
    const inked = pixels.filter((_, index) => index % 4 === 3 && pixels[index] === 255).length;
    expect(inked).toBe((1 + 2 + 1 + 1 + 3 + 7) * 4);
  });
});

let noise: Uint8Array | null = null;
/** Some megabytes that do not pack. */
async function encodePngOfNoise(): Promise<Uint8Array> {
  noise ??= new Uint8Array(
    await sharp(randomBytes(1500 * 1500 * 3), { raw: { width: 1500, height: 1500, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer(),
  );
  return noise;
}
