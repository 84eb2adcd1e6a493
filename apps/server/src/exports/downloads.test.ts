import { type Generation, LIMITS } from '@diorama/contracts';
import { listMetadata, recallSettings } from '@diorama/metadata';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../__fixtures__/test-server.ts';
import { exportName, slug } from './export-name.ts';

let server: TestServer;
let made: Generation;
beforeAll(async () => {
  server = await createTestServer();
  const { id } = await server.generate({
    prompt: 'golden hour, walnut table',
    negativePrompt: 'people',
    seed: 7,
    count: 2,
    aspectRatio: '4:3',
    project: 'Living room',
  });
  made = await server.finished(id);
});
afterAll(() => server.close());

const file = (query = '', init: RequestInit = {}) => server.api(`/generations/${made.id}/file${query}`, init);
async function bytesOf(query: string): Promise<Uint8Array> {
  const response = await file(query);
  if (response.status !== 200)
    throw new Error(`${query} answered ${response.status}: ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}
const told = async (bytes: Uint8Array) =>
  (await listMetadata(bytes))
    .filter(({ kind }) => kind !== 'technical')
    .map(({ part, name }) => `${part} ${name}`.trim());

describe('a download', () => {
  it.each([
    ['png', 'image/png', '.png'],
    ['jpeg', 'image/jpeg', '.jpg'],
    ['webp', 'image/webp', '.webp'],
  ])(
    'as %s has the format, a name that finds it again, and all settings inside',
    async (format, mediaType, extension) => {
      const response = await file(`?format=${format}&image=1`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(mediaType);
      expect(response.headers.get('content-disposition')).toContain(
        `attachment; filename="Living-room-golden-hour-walnut-table-8${extension}"`,
      );
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(response.headers.get('content-length')).toBe(String(bytes.length));
      expect(await sharp(bytes).metadata()).toMatchObject({
        format,
        width: 256,
        height: 192,
        depth: 'uchar',
        space: 'srgb',
      });
      expect(await recallSettings(bytes)).toMatchObject({
        source: 'diorama',
        settings: {
          generation: made.id,
          image: 1,
          createdAt: made.createdAt,
          engine: 'test',
          prompt: 'golden hour, walnut table',
          negativePrompt: 'people',
          seed: 8,
          count: 2,
          aspectRatio: '4:3',
          size: 256,
          width: 256,
          height: 192,
        },
        unknown: [],
      });
    },
  );

  it.each(['png', 'jpeg', 'webp', 'original'])(
    'as %s tells exactly as much as was asked for',
    async (format) => {
      expect(await told(await bytesOf(`?format=${format}&metadata=none`))).toEqual([]);
      const label = await listMetadata(await bytesOf(`?format=${format}&metadata=label`));
      const parts = label.filter(({ kind }) => kind !== 'technical');
      expect(parts.map(({ kind }) => kind)).toEqual(['xmp']);
      expect(parts[0]!.text).toContain('digitalsourcetype/trainedAlgorithmicMedia');
      expect(parts[0]!.text).not.toContain('walnut');
    },
  );

  it('with settings has nothing but ours in it, part by part', async () => {
    expect(await told(await bytesOf(''))).toEqual([
      'iTXt diorama',
      'tEXt parameters',
      'iTXt XML:com.adobe.xmp',
    ]);
    expect(await told(await bytesOf('?format=jpeg'))).toEqual([
      'APP1 Exif',
      'APP1 http://ns.adobe.com/xap/1.0/',
    ]);
    expect(await told(await bytesOf('?format=webp'))).toEqual(['EXIF', 'XMP']);
  });

  it('of the original are the stored bytes', async () => {
    const asset = await server.api(`/assets/${made.outputs[0]!.asset}`);
    expect(await bytesOf('?format=original')).toEqual(new Uint8Array(await asset.arrayBuffer()));
  });

  it('has the same pixels as PNG, and is made smaller to the pixel', async () => {
    const pixels = async (bytes: Uint8Array) =>
      (await sharp(bytes).removeAlpha().raw().toBuffer()).toString('base64');
    expect(await pixels(await bytesOf('?format=png'))).toBe(await pixels(await bytesOf('?format=original')));
    // 256 is the smallest long edge that is offered, so a larger image is needed.
    const { id } = await server.generate({ prompt: 'large', size: 512, aspectRatio: '9:16' });
    await server.finished(id);
    const response = await server.api(`/generations/${id}/file?format=webp&longEdge=300`);
    expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ width: 169, height: 300 });
  });

  it('is never enlarged, and the original never resized', async () => {
    for (const [query, hint] of [
      ['?longEdge=257', 'at most 256'],
      ['?format=original&longEdge=512', ''],
    ]) {
      const response = await file(query);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({
        code: 'invalid-size',
        hint: expect.stringContaining(hint!),
      });
    }
    expect((await file('?longEdge=256')).status).toBe(200);
  });

  it('is not sent again while it is the same, and a look at it costs no work', async () => {
    const first = await file('?format=jpeg');
    const etag = first.headers.get('etag')!;
    const again = await file('?format=jpeg', { headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect((await file('?format=jpeg&quality=50', { headers: { 'if-none-match': etag } })).status).toBe(200);
    const head = await file('?format=jpeg', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'image/jpeg',
      '',
    ]);
  });

  it('does not exist for others, for other images, and for what is not finished', async () => {
    for (const path of [
      `/generations/${made.id}/file?image=2`,
      '/generations/0193b0c8-1111-7aaa-8bbb-123456789abc/file',
    ])
      expect((await server.api(path)).status).toBe(404);
    for (const query of [
      '?image=9',
      '?format=gif',
      '?quality=0',
      '?longEdge=x',
      `?longEdge=${LIMITS.longEdgeMax + 1}`,
    ])
      expect((await file(query)).status).toBe(400);
  });
});

describe('names of files', () => {
  it('are words of the prompt in any writing, and nothing else', () => {
    expect(slug('  Red/“blue”: <green>\n\u202Etxt.exe ', 40)).toBe('Red-blue-green-txt-exe');
    expect(slug('木漏れ日の部屋 été', 20)).toBe('木漏れ日の部屋-été');
    expect(slug('x'.repeat(100), 10)).toBe('x'.repeat(10));
    expect(slug('one two three', 9)).toBe('one-two');
    expect(slug('🌇 …', 9)).toBe('');
  });

  it('exist without project and prompt', () => {
    const bare = { ...made, project: null, request: { ...made.request, project: null, prompt: '' } };
    expect(exportName(bare, 0)).toBe('7');
    expect(exportName({ ...bare, outputs: [], request: { ...bare.request, seed: null } }, 0)).toBe('diorama');
  });
});
