import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import {
  API_PREFIX,
  assetSchema,
  BYTE_ROUTES,
  type Generation,
  generationSchema,
  healthSchema,
  LIMITS,
  lookResponseSchema,
  type Problem,
  problemSchema,
  ROUTES,
} from '@diorama/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng, pngOf } from '../__fixtures__/test-engine.ts';
import { createTestServer, type TestServer } from '../__fixtures__/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

const UNKNOWN_ID = `sha256-${'0'.repeat(64)}`;
const UNKNOWN_UUID = '01890000-0000-7000-8000-000000000000';
const PNG = encodePng(4, 3, [200, 100, 50]);

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.hint).not.toBe('');
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  return problem;
}

describe('the API', () => {
  it('answers health with its version', async () => {
    const response = await server.api('/health');
    expect(healthSchema.parse(await response.json()).status).toBe('ok');
  });

  it('lists the engines that the renderer described', async () => {
    const body = (await (await server.api('/engines')).json()) as { engines: { id: string }[] };
    expect(body.engines.map((engine) => engine.id)).toEqual(['test']);
  });

  it('describes every route that it serves, and serves every route that it describes', async () => {
    const document = (await (await server.api('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const served = server.app.routes
      .filter((route) => route.method !== 'ALL' && route.path.startsWith(`${API_PREFIX}/`))
      .map((route) => {
        const path = route.path.slice(API_PREFIX.length).replace(/:(\w+)/g, '{$1}');
        return `${route.method.toLowerCase()} ${path}`;
      });
    expect(described.sort()).toEqual(served.sort());
  });

  it('says of every route who may call it, and with what', async () => {
    const document = (await (await server.api('/openapi.json')).json()) as {
      components: { securitySchemes: object };
      paths: Record<string, Record<string, { operationId: string; security: object[]; 'x-access': string }>>;
    };
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const levels = Object.entries({ ...ROUTES, ...BYTE_ROUTES }).map(([name, { access }]) => [name, access]);
    expect(Object.fromEntries(operations.map((one) => [one.operationId, one['x-access']]))).toEqual(
      Object.fromEntries(levels),
    );
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual(['apiToken', 'cookie']);
    const withWhat = new Map(operations.map((one) => [one.operationId, one.security]));
    expect(withWhat.get('health')).toEqual([]);
    expect(withWhat.get('uploadAsset')).toEqual([{ apiToken: [] }, { cookie: [] }]);
    expect(withWhat.get('changePassword')).toEqual([{ cookie: [] }]);
    expect(withWhat.get('postImage')).toContainEqual({});
  });

  it.each([
    ['GET', '/api/v1/nothing', 404, 'not-found'],
    ['GET', '/api/v2/health', 404, 'not-found'],
    ['GET', '/api', 404, 'not-found'],
    ['POST', '/api/v1/health', 405, 'method-not-allowed'],
    ['PUT', '/api/v1/generations', 405, 'method-not-allowed'],
    ['DELETE', '/api/v1/assets', 405, 'method-not-allowed'],
    ['GET', `/api/v1/generations/${UNKNOWN_UUID}`, 404, 'not-found'],
    ['DELETE', `/api/v1/generations/${UNKNOWN_UUID}`, 404, 'not-found'],
    ['POST', `/api/v1/generations/${UNKNOWN_UUID}/cancel`, 404, 'not-found'],
    ['POST', `/api/v1/generations/${UNKNOWN_UUID}/retry`, 404, 'not-found'],
    ['GET', '/api/v1/generations/not-an-id', 400, 'invalid-request'],
    ['GET', `/api/v1/assets/${UNKNOWN_ID}`, 404, 'not-found'],
    ['GET', `/api/v1/assets/${UNKNOWN_ID}/info`, 404, 'not-found'],
    ['GET', '/api/v1/assets/sha256-xyz', 400, 'invalid-request'],
    ['GET', '/api/v1/generations?limit=0', 400, 'invalid-request'],
    ['GET', '/api/v1/generations?limit=101', 400, 'invalid-request'],
    ['GET', '/api/v1/generations?cursor=1e9', 400, 'invalid-request'],
    ['GET', '/api/v1/generations?q=a&q=b', 400, 'invalid-request'],
    ['GET', '/api/v1/generations?favorite=maybe', 400, 'invalid-request'],
    ['POST', '/', 405, 'method-not-allowed'],
  ])('%s %s answers %i %s', async (method, path, status, code) => {
    const response = await server.request(path, { method });
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
    if (status === 405) expect(response.headers.get('allow')).toBeTruthy();
  });

  it('sends the security headers with every answer, errors included', async () => {
    for (const path of ['/api/v1/health', '/api/v1/nothing', '/']) {
      const { headers } = await server.request(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('JSON bodies', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    server.api('/generations', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it.each([
    ['not JSON', '{"prompt": ', {}, 400, 'invalid-json'],
    ['nothing', '', {}, 400, 'invalid-json'],
    ['the type of a form', '{"prompt":"x"}', { 'content-type': 'text/plain' }, 400, 'invalid-json'],
    ['a list', '[]', {}, 400, 'invalid-request'],
    ['too deep', `{"options":{"a":${'['.repeat(500)}${']'.repeat(500)}}}`, {}, 400, 'invalid-json'],
    ['a declared size over the limit', '{}', { 'content-length': '99999999' }, 413, 'file-too-large'],
    [
      'a size over the limit',
      JSON.stringify({ prompt: 'x'.repeat(LIMITS.jsonBodyBytes) }),
      {},
      413,
      'file-too-large',
    ],
  ])('refuses %s', async (_, body, headers, status, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
  });

  it('never repeats what was sent in the answer to malformed JSON', async () => {
    const response = await post('{"prompt": secret-canary }');
    expect(await response.text()).not.toContain('canary');
  });
});

describe('generation requests', () => {
  it.each([
    ['a prompt of 50,000 characters', { prompt: 'x'.repeat(50_000) }, 422, 'prompt-too-long'],
    ['nothing at all', {}, 422, 'nothing-to-generate'],
    ['a blank prompt alone', { prompt: '  \n ' }, 422, 'nothing-to-generate'],
    ['three references', { references: Array(3).fill({ asset: UNKNOWN_ID }) }, 422, 'too-many-references'],
    ['an unknown engine', { prompt: 'x', engine: 'nope' }, 422, 'unknown-engine'],
    ['an unknown ratio', { prompt: 'x', aspectRatio: '7:5' }, 422, 'invalid-aspect-ratio'],
    ['a size below', { prompt: 'x', size: 255 }, 422, 'invalid-size'],
    ['a size above', { prompt: 'x', size: 4097 }, 422, 'invalid-size'],
    ['a size that is no number', { prompt: 'x', size: '1024' }, 422, 'invalid-size'],
    ['a size above the engine', { prompt: 'x', size: 4000 }, 422, 'invalid-size'],
    ['a broken size', { prompt: 'x', size: 512.5 }, 422, 'invalid-size'],
    ['a count above', { prompt: 'x', count: 5 }, 400, 'invalid-request'],
    ['a negative seed', { prompt: 'x', seed: -1 }, 400, 'invalid-request'],
    ['an unknown model', { prompt: 'x', model: 'nope' }, 400, 'invalid-request'],
    ['a malformed asset id', { references: [{ asset: '../../etc/passwd' }] }, 400, 'invalid-request'],
    ['an unknown reference', { references: [{ asset: UNKNOWN_ID }] }, 422, 'unknown-asset'],
    ['an unknown scene', { canvas: { scene: UNKNOWN_ID } }, 422, 'unknown-asset'],
    [
      'a camera on its target',
      { canvas: { scene: UNKNOWN_ID, camera: { position: [1, 1, 1], target: [1, 1, 1], fovYDegrees: 40 } } },
      422,
      'invalid-camera',
    ],
    [
      'a field of view of 0',
      { canvas: { scene: UNKNOWN_ID, camera: { position: [1, 1, 1], target: [0, 1, 1], fovYDegrees: 0 } } },
      422,
      'invalid-camera',
    ],
  ])('refuses %s', async (_, body, status, code) => {
    const response = await server.api('/generations', { json: { engine: 'test', ...body } });
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
  });

  it('refuses an image where a scene belongs, and names the field', async () => {
    const { id } = await server.upload(PNG);
    const response = await server.api('/generations', { json: { engine: 'test', canvas: { scene: id } } });
    expect(await problemOf(response)).toMatchObject({
      code: 'invalid-request',
      details: { issues: [{ field: 'canvas.scene' }] },
    });
  });

  it('makes an image of exactly the asked size, with a seed of its own choice', async () => {
    const accepted = await server.generate({ prompt: 'hello aov', aspectRatio: '16:9', count: 2 });
    expect(accepted).toMatchObject({ status: 'queued', attempts: 0, outputs: [] });
    const done = await server.finished(accepted.id);
    generationSchema.parse(done);
    expect(done).toMatchObject({
      status: 'succeeded',
      attempts: 1,
      progress: { stage: 'saving', fraction: 1 },
    });
    expect(done.outputs).toHaveLength(2);
    expect(done.outputs[1]!.seed).toBe(done.outputs[0]!.seed + 1);
    const bytes = await (await server.request(done.outputs[0]!.url)).arrayBuffer();
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 256, height: 144, format: 'png' });
    expect(done.outputs[0]!.aovs?.depth?.asset).toMatch(/^sha256-/);
  });

  it('gives the same bytes for the same seed', async () => {
    const [a, b] = [
      await server.generate({ prompt: 'a', seed: 7 }),
      await server.generate({ prompt: 'b', seed: 7 }),
    ];
    expect((await server.finished(a.id)).outputs[0]!.asset).toBe(
      (await server.finished(b.id)).outputs[0]!.asset,
    );
  });

  it.each([
    ['fail', 'render-failed'],
    ['wrong-size', 'invalid-output'],
    ['broken-image', 'invalid-output'],
  ])('ends as failed when the engine answers with "%s"', async (prompt, code) => {
    const { id } = await server.generate({ prompt });
    const done = await server.finished(id);
    expect(done).toMatchObject({ status: 'failed', outputs: [], error: { code } });
    expect(done.error?.hint).not.toBe('');
  });

  it('retries as a new generation with the same request', async () => {
    const first = await server.finished((await server.generate({ prompt: 'again', seed: 3 })).id);
    const retry = () =>
      server.api(`/generations/${first.id}/retry`, {
        method: 'POST',
        headers: { 'idempotency-key': first.id },
      });
    const response = await retry();
    expect(response.status).toBe(202);
    const second = (await response.json()) as Generation;
    expect(await (await retry()).json()).toMatchObject({ id: second.id });
    expect(second.id).not.toBe(first.id);
    expect(second.request).toEqual({
      ...first.request,
      lineage: { generation: first.id, how: 'retry' },
    });
    await server.finished(second.id);
  });

  it('marks a favourite, finds it by filter and by words, and deletes it', async () => {
    const { id } = await server.generate({ prompt: 'A Walnut Table by the WINDOW' });
    await server.finished(id);
    const patched = await server.api(`/generations/${id}`, { method: 'PATCH', json: { favorite: true } });
    expect(await patched.json()).toMatchObject({ id, favorite: true });
    const listed = async (query: string) =>
      ((await (await server.api(`/generations?${query}`)).json()) as { items: Generation[] }).items.map(
        (item) => item.id,
      );
    expect(await listed('favorite=true')).toEqual([id]);
    expect(await listed('q=window+walnut')).toEqual([id]);
    expect(await listed('q=oak')).toEqual([]);
    expect(await listed('engine=other')).toEqual([]);
    expect((await server.api(`/generations/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await listed('favorite=true')).toEqual([]);
    expect((await server.api(`/generations/${id}`)).status).toBe(404);
  });

  it('pages through the history without gap or repetition', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) ids.push((await server.generate({ prompt: `page-test ${i}` })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const query: string = `q=page-test&limit=3${cursor ? `&cursor=${cursor}` : ''}`;
      const page = (await (await server.api(`/generations?${query}`)).json()) as {
        items: Generation[];
        nextCursor: string | null;
      };
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(ids.reverse());
  });
});

describe('Idempotency-Key', () => {
  const key = () => ({ 'idempotency-key': crypto.randomUUID() });

  it('makes one generation of a burst of equal requests', async () => {
    const headers = key();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => server.generate({ prompt: 'burst' }, headers)),
    );
    expect(new Set(all.map((generation) => generation.id)).size).toBe(1);
    const response = await server.api('/generations?q=burst');
    expect(((await response.json()) as { items: unknown[] }).items).toHaveLength(1);
  });

  it('refuses the same key for another request', async () => {
    const headers = key();
    await server.generate({ prompt: 'first' }, headers);
    const response = await server.api('/generations', {
      json: { engine: 'test', size: 256, prompt: 'second' },
      headers,
    });
    expect((await problemOf(response)).code).toBe('idempotency-conflict');
  });

  it('does not make a deleted generation again', async () => {
    const headers = key();
    const { id } = await server.generate({ prompt: 'gone' }, headers);
    await server.api(`/generations/${id}`, { method: 'DELETE' });
    const response = await server.api('/generations', {
      json: { engine: 'test', size: 256, prompt: 'gone' },
      headers,
    });
    expect((await problemOf(response)).code).toBe('conflict');
  });

  it.each([' ', 'x'.repeat(201), 'a b', 'naïve'])('refuses the key %j', async (value) => {
    const headers = { 'idempotency-key': value };
    const response = await server.api('/generations', { json: { engine: 'test', prompt: 'x' }, headers });
    expect((await problemOf(response)).code).toBe('invalid-request');
  });
});

describe('uploads', () => {
  const post = (body: Uint8Array, headers: Record<string, string> = {}) =>
    server.api('/assets', { method: 'POST', body: new Uint8Array(body), headers });

  it('gives the same id for the same bytes, whatever type is declared', async () => {
    const first = await post(PNG, { 'content-type': 'text/html' });
    expect(first.status).toBe(201);
    const asset = assetSchema.parse(await first.json());
    expect(asset).toMatchObject({
      kind: 'image',
      mediaType: 'image/png',
      bytes: PNG.byteLength,
      width: 4,
      height: 3,
    });
    expect(first.headers.get('location')).toBe(asset.url);
    expect(((await (await post(PNG)).json()) as { id: string }).id).toBe(asset.id);
    expect(await (await server.api(`/assets/${asset.id}/info`)).json()).toEqual(asset);
  });

  it('takes the part named file of a form', async () => {
    const form = new FormData();
    form.set('note', 'not this');
    form.set('file', new Blob([new Uint8Array(PNG)]), '../../evil.png');
    const response = await server.api('/assets', { method: 'POST', body: form });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ width: 4, height: 3 });
  });

  it.each(['jpeg', 'webp'] as const)('takes %s', async (format) => {
    const bytes = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer();
    expect(await (await post(bytes)).json()).toMatchObject({
      mediaType: `image/${format}`,
      width: 20,
      height: 10,
    });
  });

  it('gives the size as shown when a photo is stored on its side', async () => {
    const bytes = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await (await post(bytes)).json()).toMatchObject({ width: 10, height: 20 });
  });

  const text = (value: string) => new TextEncoder().encode(value);
  it.each([
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['SVG after an XML declaration', text('<?xml version="1.0"?><svg/>')],
    ['SVG after blanks', text('\n\n  <svg/>')],
    ['HTML', text('<!doctype html><script>alert(1)</script>')],
    ['GIF', text('GIF89a\x01\x00\x01\x00\x80')],
    ['PDF', text('%PDF-1.7')],
    ['ZIP', text('PK\x03\x04')],
    ['TIFF', Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0)],
    ['plain text', text('hello')],
    ['JSON of another kind', text('{"hello": 1}')],
    ['broken JSON', text('{"format": "diorama-scene", ')],
    ['binary noise', Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255)],
  ])('refuses %s by its bytes, though it claims to be PNG', async (_, bytes) => {
    const response = await post(bytes, { 'content-type': 'image/png' });
    expect(response.status).toBe(415);
    expect((await problemOf(response)).code).toBe('unsupported-media-type');
  });

  it('refuses an empty body', async () => {
    expect((await problemOf(await post(new Uint8Array(0)))).code).toBe('invalid-request');
  });

  it('refuses an image of 50,000 x 50,000 pixels by its header', async () => {
    const row = Buffer.alloc(1 + 50_000 / 8);
    const bomb = pngOf(
      50_000,
      50_000,
      { bitDepth: 1, colorType: 0 },
      deflateSync(Buffer.concat(Array(2_000).fill(row))),
    );
    const startedAt = performance.now();
    expect((await problemOf(await post(bomb))).code).toBe('image-too-large');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it.each([
    ['cut off', PNG.subarray(0, PNG.byteLength - 30)],
    ['cut off in its header', PNG.subarray(0, 20)],
    [
      'a claim of more rows than it has',
      pngOf(64, 64, { bitDepth: 8, colorType: 2 }, deflateSync(Buffer.alloc(50))),
    ],
    ['noise after the signature', Buffer.concat([PNG.subarray(0, 8), Buffer.alloc(200, 7)])],
    ['a JPEG signature alone', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
  ])('refuses a damaged image: %s', async (_, bytes) => {
    const response = await post(bytes);
    expect(response.status).toBe(422);
    expect((await problemOf(response)).code).toBe('invalid-image');
  });

  it('refuses more bytes than the type may have, while they arrive', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? new Uint8Array(PNG) : new Uint8Array(1024 * 1024));
        sent += 1;
        if (sent > 500) controller.close();
      },
    });
    const response = await server.api('/assets', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect((await problemOf(response)).code).toBe('file-too-large');
    expect(sent).toBeLessThan(60);
  });

  it('refuses a declared size over every limit before it reads', async () => {
    const response = await post(PNG, { 'content-length': String(LIMITS.modelBytes * 2) });
    expect((await problemOf(response)).code).toBe('file-too-large');
  });

  it('leaves nothing behind of what it refused', async () => {
    await post(text('<svg/>'));
    await post(PNG.subarray(0, 40));
    expect(readdirSync(join(server.dataDir, 'tmp'))).toEqual([]);
  });

  it('names the files that a .gltf needs', async () => {
    const gltf = {
      asset: { version: '2.0' },
      buffers: [{ byteLength: 4, uri: 'truck.bin' }],
      images: [{ uri: 'tex/a.png' }],
    };
    const response = await post(text(JSON.stringify(gltf)));
    const problem = await problemOf(response);
    expect(problem.code).toBe('missing-files');
    expect(problem.detail).toContain('truck.bin');
    expect(problem.detail).toContain('tex/a.png');
  });

  it('refuses a GLB that lies about itself', async () => {
    const lying = Buffer.concat([
      text('glTF'),
      Uint8Array.of(2, 0, 0, 0, 255, 255, 255, 127),
      Buffer.alloc(40),
    ]);
    const response = await post(lying);
    expect((await problemOf(response)).code).toBe('invalid-model');
  });

  it('refuses a scene whose models are not stored', async () => {
    const scene = {
      format: 'diorama-scene',
      version: 1,
      name: 'Scene',
      sources: { s: { id: 's', asset: UNKNOWN_ID, name: 'a.glb' } },
      nodes: {},
      materials: {},
      views: {},
    };
    expect((await problemOf(await post(text(JSON.stringify(scene))))).code).toBe('unknown-asset');
    const empty = await post(text(JSON.stringify({ ...scene, sources: {} })));
    expect(await empty.json()).toMatchObject({ kind: 'scene' });
    const broken = await post(text(JSON.stringify({ ...scene, nodes: { a: 1 } })));
    expect((await problemOf(broken)).code).toBe('invalid-scene');
  });
});

describe('scenes', () => {
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

  /** A GLB with one triangle called "lamp" in a material called "brass". */
  function triangleGlb(): Uint8Array {
    const bin = Buffer.from(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]).buffer);
    const json = Buffer.from(
      JSON.stringify({
        asset: { version: '2.0' },
        scene: 0,
        scenes: [{ nodes: [0] }],
        nodes: [{ name: 'lamp', mesh: 0 }],
        materials: [{ name: 'brass' }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0 }, material: 0 }] }],
        accessors: [
          { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
        ],
        bufferViews: [{ buffer: 0, byteLength: bin.byteLength }],
        buffers: [{ byteLength: bin.byteLength }],
      }),
    );
    const padded = Buffer.concat([json, Buffer.alloc((4 - (json.byteLength % 4)) % 4, 0x20)]);
    const head = (length: number, type: string) => {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(length);
      header.write(type, 4, 'latin1');
      return header;
    };
    const body = [head(padded.byteLength, 'JSON'), padded, head(bin.byteLength, 'BIN\0'), bin];
    const length = 12 + body.reduce((sum, part) => sum + part.byteLength, 0);
    const start = Buffer.alloc(12);
    start.write('glTF', 'latin1');
    start.writeUInt32LE(2, 4);
    start.writeUInt32LE(length, 8);
    return Buffer.concat([start, ...body]);
  }

  it('are drawn from a model, or from a document with its models', async () => {
    const model = await server.upload(triangleGlb());
    expect(model).toMatchObject({ kind: 'model', mediaType: 'model/gltf-binary' });
    const scene = await server.upload(
      text({
        format: 'diorama-scene',
        version: 1,
        name: 'Scene',
        sources: { s: { id: 's', asset: model.id, name: 'lamp.glb' } },
        nodes: {},
        materials: {},
        views: {},
      }),
    );
    expect(scene).toMatchObject({ kind: 'scene' });
    for (const { id } of [model, scene]) {
      const camera = { position: [3, 2, 4], target: [0, 0.6, 0], fovYDegrees: 35 };
      const canvas = { scene: id, camera, viewportRatio: 2 };
      const done = await server.finished((await server.generate({ canvas, aspectRatio: 'canvas' })).id);
      expect(done).toMatchObject({ status: 'succeeded', outputs: [{ width: 256, height: 128 }] });
    }
  });

  it("take the shape of the capture when the viewport's own is not told", async () => {
    const [model, capture] = [
      await server.upload(triangleGlb()),
      await server.upload(encodePng(30, 60, [1, 2, 3])),
    ];
    const canvas = { scene: model.id, capture: capture.id };
    const done = await server.finished((await server.generate({ canvas, aspectRatio: 'canvas' })).id);
    expect(done.outputs[0]).toMatchObject({ width: 128, height: 256 });
  });

  it('give their object names to the reading of the prompt', async () => {
    const { id: scene } = await server.upload(triangleGlb());
    const { id: asset } = await server.upload(encodePng(32, 32, [200, 30, 30]));
    const response = await server.api('/look', {
      json: { prompt: 'blue lamp', scene, references: [{ asset, role: 'palette' }] },
    });
    expect(response.status).toBe(200);
    const { look } = lookResponseSchema.parse(await response.json());
    expect(look.materials.length).toBeGreaterThan(0);
    expect(look.references).toMatchObject([{ index: 0, role: 'palette', guessed: false }]);
    const unknown = await server.api('/look', { json: { scene: UNKNOWN_ID } });
    expect((await problemOf(unknown)).code).toBe('unknown-asset');
  });
});

describe('downloads', () => {
  it('serves bytes that never change, with ranges and entity tags', async () => {
    const { id, url } = await server.upload(PNG);
    const whole = await server.request(url);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(new Uint8Array(PNG));
    expect(whole.headers.get('cache-control')).toContain('immutable');
    expect(whole.headers.get('etag')).toBe(`"${id}"`);
    expect(whole.headers.get('content-length')).toBe(String(PNG.byteLength));
    expect(whole.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(whole.headers.get('cross-origin-resource-policy')).toBe('same-origin');

    const part = await server.request(url, { headers: { range: 'bytes=1-3' } });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('PNG');
    expect(part.headers.get('content-range')).toBe(`bytes 1-3/${PNG.byteLength}`);
    const beyond = await server.request(url, { headers: { range: `bytes=${PNG.byteLength}-` } });
    expect(beyond.status).toBe(416);
    const changed = await server.request(url, { headers: { range: 'bytes=1-3', 'if-range': '"other"' } });
    expect(changed.status).toBe(200);

    const same = await server.request(url, { headers: { 'if-none-match': `W/"x", "${id}"` } });
    expect(same.status).toBe(304);
    const head = await server.request(url, { method: 'HEAD', headers: { range: 'bytes=1-3' } });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(PNG.byteLength));
    expect(await head.text()).toBe('');
  });

  it('makes thumbnails of a few widths, in a type that the reader accepts', async () => {
    const wide = await sharp({ create: { width: 1000, height: 500, channels: 4, background: '#8000ff80' } })
      .png()
      .toBuffer();
    const { url } = await server.upload(wide);
    const webp = await server.request(`${url}?width=100`, { headers: { accept: 'image/webp,*/*' } });
    expect(webp.headers.get('content-type')).toBe('image/webp');
    expect(await sharp(await webp.arrayBuffer()).metadata()).toMatchObject({ width: 192, height: 96 });
    const jpeg = await server.request(`${url}?width=100`, { headers: { accept: 'image/jpeg' } });
    expect(jpeg.headers.get('content-type')).toBe('image/jpeg');
    const again = await server.request(`${url}?width=192`, {
      headers: { 'if-none-match': webp.headers.get('etag')!, accept: 'image/webp' },
    });
    expect(again.status).toBe(304);
    const huge = await server.request(`${url}?width=4000`);
    expect(await sharp(await huge.arrayBuffer()).metadata()).toMatchObject({ width: 1000 });
  });

  it.each(['0', '-1', 'x', '99999', '1e3x'])('refuses the width %s', async (width) => {
    const { url } = await server.upload(PNG);
    expect((await problemOf(await server.request(`${url}?width=${width}`))).code).toBe('invalid-request');
  });

  it('offers a file under the asked name, made harmless', async () => {
    const { url } = await server.upload(PNG);
    const response = await server.request(
      `${url}?download=${encodeURIComponent('../a/b"\r\nX: y\u202egnp.exe')}`,
    );
    const disposition = response.headers.get('content-disposition')!;
    expect(disposition).toMatch(
      /^attachment; filename="[^"/\\]+\.png"; filename\*=UTF-8''[\w.%~!$&+^`|-]+\.png$/,
    );
    expect(disposition).not.toContain('%0');
    expect(response.headers.get('x')).toBeNull();
  });

  it('says so when the file behind a record is gone', async () => {
    const bytes = encodePng(5, 5, [1, 2, 3]);
    const { id, url } = await server.upload(bytes);
    await server.blobs.delete(id.slice('sha256-'.length));
    const response = await server.request(url);
    expect(response.status).toBe(503);
    expect((await problemOf(response)).code).toBe('storage-failed');
    await server.upload(bytes);
    expect((await server.request(url)).status).toBe(200);
  });
});

describe('pages', () => {
  beforeAll(() => {
    mkdirSync(join(server.studioDir, 'assets'), { recursive: true });
    mkdirSync(server.samplesDir, { recursive: true });
    writeFileSync(join(server.studioDir, 'index.html'), '<!doctype html><title>Studio</title>');
    writeFileSync(
      join(server.studioDir, 'assets', 'main-abc123.js'),
      `export const x = 1;\n${'// pad\n'.repeat(500)}`,
    );
    writeFileSync(join(server.samplesDir, 'manifest.json'), '[]');
    writeFileSync(join(server.dataDir, 'secret.txt'), 'canary');
  });

  it('serves the studio at / and at every path of its own', async () => {
    for (const path of ['/', '/history', '/community/posts/1']) {
      const response = await server.request(path);
      expect(await response.text()).toContain('Studio');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('serves hashed files for ever, compressed', async () => {
    const response = await server.request('/assets/main-abc123.js', {
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(Number(response.headers.get('content-length'))).toBeLessThan(500);
    const etag = response.headers.get('etag')!;
    const again = await server.request('/assets/main-abc123.js', {
      headers: { 'accept-encoding': 'br', 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
    const plain = await server.request('/assets/main-abc123.js', {
      headers: { 'accept-encoding': 'br;q=0' },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toContain('export const x');
  });

  it('serves the samples', async () => {
    expect(await (await server.request('/samples/manifest.json')).json()).toEqual([]);
  });

  it('answers a missing file with a problem, not with the page', async () => {
    const response = await server.request('/assets/gone-123.js');
    expect((await problemOf(response)).code).toBe('not-found');
  });
});

describe('traversal', () => {
  const CLIMBS = [
    '..',
    '.',
    '%2e%2e',
    '%2e%2e%2f%2e%2e',
    '..%2f',
    '..%5c',
    '..\\',
    '....//',
    '%252e%252e',
    '%c0%ae%c0%ae',
  ];
  const TARGETS = [
    'secret.txt',
    'diorama.db',
    'etc/passwd',
    'blobs',
    'CON',
    'a%00.png',
    'C:\\secret.txt',
    '~/secret.txt',
  ];
  const corpus = CLIMBS.flatMap((climb) =>
    TARGETS.flatMap((target) => [`${climb}/${target}`, `${climb}/${climb}/${target}`]),
  );
  const places = [
    (s: string) => `/${s}`,
    (s: string) => `/samples/${s}`,
    (s: string) => `/assets/${s}`,
    (s: string) => `/api/v1/assets/${s}`,
    (s: string) => `/api/v1/assets/${s}/info`,
    (s: string) => `/api/v1/generations/${s}`,
    (s: string) => `/api/v1/generations/${s}/cancel`,
    (s: string) => `/api/v1/generations?cursor=${s}`,
    (s: string) => `/api/v1/generations?q=${s}`,
  ];

  it(`gives nothing away for ${corpus.length} spellings in ${places.length} places`, async () => {
    writeFileSync(join(server.dataDir, 'secret.txt'), 'canary');
    for (const spelling of corpus)
      for (const place of places) {
        const response = await server.request(place(spelling));
        const body = await response.text();
        expect(response.status, place(spelling)).toBeLessThan(500);
        expect(body, place(spelling)).not.toContain('canary');
        expect(body, place(spelling)).not.toContain('SQLite format');
        expect(body, place(spelling)).not.toContain(server.dataDir);
      }
  });
});

describe('the log', () => {
  it('has no prompt, search, name, path or header value', async () => {
    const secret = { authorization: 'Bearer canary-header', cookie: 'canary-cookie' };
    const { id } = await server.generate({ prompt: 'canary-prompt fail' }, secret);
    await server.finished(id);
    await server.api('/generations?q=canary-search', { headers: secret });
    await server.api('/generations', {
      method: 'POST',
      body: '{canary-body',
      headers: { 'content-type': 'application/json' },
    });
    await server.api('/generations', { json: { engine: 'canary-engine', prompt: 'canary-prompt' } });
    const { url } = await server.upload(encodePng(3, 3, [9, 9, 9]));
    await server.request(`${url}?download=canary-name.png`);
    await server.request('/canary-page');
    const log = server.logged.join('');
    expect(log).toContain('"msg":"request"');
    expect(log).toContain('"outcome":"render-failed"');
    expect(log).not.toContain('canary');
    expect(log).not.toContain(server.dataDir);
  });
});
