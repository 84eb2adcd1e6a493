import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import type { Board, Generation, Problem, Project } from '@diorama/contracts';
import { aScene } from '@diorama/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { createTestServer, type TestServer } from '../__fixtures__/test-server.ts';
import { exportProject } from './export-project.ts';
import { importProject } from './import-project.ts';

let source: TestServer;
let project: Project;
let made: Generation[];
let file: Buffer;

beforeAll(async () => {
  source = await createTestServer();
  const model = await source.upload(aScene('lamp').withBox({ name: 'lamp' }).toGlb());
  const scene = await source.upload(
    new TextEncoder().encode(
      JSON.stringify({
        format: 'diorama-scene',
        version: 1,
        name: 'Scene',
        sources: { s: { id: 's', asset: model.id, name: 'lamp.glb' } },
        nodes: {},
        materials: {},
        views: {},
      }),
    ),
  );
  const capture = await source.upload(encodePng(40, 20, [1, 2, 3]));
  const reference = await source.upload(encodePng(30, 30, [9, 9, 200]));
  const camera = { position: [3, 2, 4], target: [0, 0.6, 0], fovYDegrees: 35 };
  const canvas = { scene: scene.id, capture: capture.id, camera, viewportRatio: 2 };
  const first = await source.generate({
    prompt: 'golden hour aov',
    project: 'Living room',
    canvas,
    references: [{ asset: reference.id, role: 'style' }],
    count: 2,
    seed: 7,
    aspectRatio: 'canvas',
  });
  await source.finished(first.id);
  const second = await source.generate({
    prompt: 'fail please',
    project: 'Living room',
    lineage: { generation: first.id, how: 'remix' },
  });
  await source.finished(second.id);
  await source.finished((await source.generate({ prompt: 'elsewhere', project: 'Another' })).id);
  const third = await source.generate({ prompt: 'in the trash', project: 'Living room' });
  await source.finished(third.id);
  const board = (await (await source.api('/boards', { json: { name: 'Best of' } })).json()) as Board;
  for (const change of [
    { ids: [first.id], favorite: true, addTags: ['warm', 'lamp'], addToBoard: board.id },
    { ids: [second.id], rejected: true },
    { ids: [third.id], deleted: true },
  ])
    expect((await source.api('/history/changes', { json: change })).status).toBe(200);
  made = [(await source.generations.find(first.id))!, (await source.generations.find(second.id))!];
  project = await projectOf(source, 'Living room');
  file = await exported(source, project.id);
});
afterAll(() => source.close());

async function projectOf(server: TestServer, name: string): Promise<Project> {
  const { projects } = (await (await server.api('/projects')).json()) as { projects: Project[] };
  return projects.find((one) => one.name === name)!;
}

async function exported(server: TestServer, id: string): Promise<Buffer> {
  const response = await server.api(`/projects/${id}/archive`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const send = async (server: TestServer, bytes: Uint8Array) =>
  await server.api('/projects/archive', { method: 'POST', body: new Uint8Array(bytes) });

async function partsOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const parts = new Map<string, Buffer>();
  const reader = await fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of reader.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await reader.openReadStreamPromise(entry)) chunks.push(chunk);
    parts.set(entry.fileName, Buffer.concat(chunks));
  }
  return parts;
}

async function zipOf(parts: Iterable<readonly [string, Uint8Array]>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of parts) zip.addBuffer(Buffer.from(bytes), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Everything that an import could leave behind. */
async function remains(server: TestServer): Promise<unknown> {
  const count = async (table: 'assets' | 'generations' | 'projects' | 'boards' | 'asset_owners') =>
    (
      await server.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    ).n;
  const blobs: string[] = [];
  for await (const { key } of server.blobs.list()) blobs.push(key);
  return {
    blobs,
    temporary: readdirSync(join(server.dataDir, 'tmp')),
    rows: await Promise.all(
      (['assets', 'generations', 'projects', 'boards', 'asset_owners'] as const).map(count),
    ),
  };
}

const comparable = ({ seq: _seq, ...generation }: Generation) => generation;

describe('a project file', () => {
  it('has a list, the entries and the files, and is called after the project', async () => {
    const response = await source.api(`/projects/${project.id}/archive`, { method: 'HEAD' });
    expect(response.headers.get('content-disposition')).toContain('filename="Living-room.diorama"');
    const parts = await partsOf(file);
    expect([...parts.keys()].slice(0, 2)).toEqual(['manifest.json', 'entries.ndjson']);
    expect(JSON.parse(parts.get('manifest.json')!.toString())).toMatchObject({
      format: 'diorama-project',
      version: 1,
      project: { name: 'Living room', scene: made[0]!.request.canvas!.scene },
      boards: [{ name: 'Best of' }],
      entries: 2,
      missing: [],
    });
    // Model, scene, capture, reference, two images with a depth map each: maps of neighbouring seeds may be the same.
    expect([...parts.keys()].filter((name) => name.startsWith('files/')).length).toBeGreaterThanOrEqual(7);
    for (const [name, bytes] of parts)
      if (name.startsWith('files/'))
        expect(name).toBe(`files/${createHash('sha256').update(bytes).digest('hex')}`);
  });

  it('gives the same history on another server, which exports the same bytes', async () => {
    const target = await createTestServer();
    const response = await send(target, file);
    expect(response.status).toBe(201);
    const answer = (await response.json()) as { project: Project; entries: number; skipped: number };
    expect(answer).toMatchObject({ project: { ...project }, entries: 2, skipped: 0 });
    expect(response.headers.get('location')).toBe(`/api/v1/projects/${project.id}`);
    for (const generation of made) {
      const there = await target.generations.of('owner').find(generation.id);
      expect(comparable(there!)).toEqual(comparable(generation));
    }
    for (const asset of [made[0]!.request.canvas!.scene, made[0]!.outputs[1]!.asset]) {
      const [ours, theirs] = await Promise.all(
        [source, target].map(async (server) => (await server.api(`/assets/${asset}`)).arrayBuffer()),
      );
      expect(theirs).toEqual(ours);
    }
    const lineage = await target.api(`/generations/${made[1]!.id}/lineage`);
    expect(await lineage.json()).toMatchObject({
      edges: [{ from: made[0]!.id, to: made[1]!.id, how: 'remix' }],
    });
    const found = (await (await target.api('/history?tag=warm&favorite=true&q=golden')).json()) as {
      items: { id: string }[];
    };
    expect(found.items.map(({ id }) => id)).toEqual([made[0]!.id]);
    expect(await exported(target, project.id)).toEqual(file);
    // It can be made again: scene, model and references are all there.
    const { request } = made[0]!;
    const again = await target.generate({ ...request, engine: 'test' });
    expect((await target.finished(again.id)).status).toBe('succeeded');
    await target.close();
  });

  it('that is there already changes nothing, and brings back what was deleted', async () => {
    const target = await createTestServer();
    await send(target, file);
    const before = await remains(target);
    expect(await (await send(target, file)).json()).toMatchObject({ entries: 0, skipped: 2 });
    expect(await remains(target)).toEqual(before);
    expect((await target.api(`/generations/${made[0]!.id}`, { method: 'DELETE' })).status).toBeLessThan(300);
    await target.generations.of('owner').delete(made[0]!.id);
    expect(await (await send(target, file)).json()).toMatchObject({ entries: 1, skipped: 1 });
    expect(comparable((await target.generations.of('owner').find(made[0]!.id))!)).toEqual(
      comparable(made[0]!),
    );
    await target.close();
  });

  it('of another account gets ids of its own, and lineage follows them', async () => {
    const target = await createTestServer();
    await send(target, file);
    const body = new Response(new Uint8Array(file)).body!;
    const result = await importProject(body, 'mia', target, new AbortController().signal);
    expect(result).toMatchObject({ entries: 2, skipped: 0 });
    expect(result.project.id).not.toBe(project.id);
    expect(result.project.name).toBe('Living room');
    const { items } = await target.generations.of('mia').list({ limit: 10 });
    expect(items).toHaveLength(2);
    expect(items.map(({ id }) => id)).not.toContain(made[0]!.id);
    const [second, first] = items;
    expect(second!.request.lineage).toEqual({ generation: first!.id, how: 'remix' });
    expect(first!.outputs).toEqual(made[0]!.outputs);
    expect(first!.boards).not.toEqual(made[0]!.boards);
    expect((await target.generations.of('owner').list({ limit: 10 })).items).toHaveLength(2);
    await target.close();
  });

  const manyEntries = async (count: number) => {
    const parts = await partsOf(file);
    const manifest = JSON.parse(parts.get('manifest.json')!.toString());
    parts.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, entries: count })));
    const [line] = parts.get('entries.ndjson')!.toString().split('\n');
    const entry = JSON.parse(line!);
    const lines = Array.from({ length: count }, () => `${JSON.stringify({ ...entry, id: randomUUID() })}\n`);
    parts.set('entries.ndjson', Buffer.from(lines.join('')));
    return await zipOf(parts);
  };

  it('is taken back whole, wherever it is given up', async () => {
    const bytes = await manyEntries(250);
    const target = await createTestServer();
    const { rows: empty } = (await remains(target)) as { rows: number[] };
    let isDone = false;
    let stops = 0;
    for (let after = 1; !isDone; after++) {
      const stop = new AbortController();
      let calls = 0;
      const now = () => {
        calls += 1;
        if (calls === after) stop.abort();
        return Date.now();
      };
      const body = new Response(new Uint8Array(bytes)).body!;
      isDone = await importProject(body, 'owner', { ...target, now }, stop.signal).then(
        () => true,
        () => false,
      );
      stops += isDone ? 0 : 1;
      if (!isDone) expect(await remains(target), `given up at ${after}`).toMatchObject({ rows: empty });
    }
    expect(stops).toBeGreaterThan(6);
    expect((await target.generations.of('owner').list({ limit: 1 })).items).toHaveLength(1);
    await target.close();
  });

  it('leaves the database to others while it is written', async () => {
    const bytes = await manyEntries(1_500);
    const target = await createTestServer();
    let isImported = false;
    let answers = 0;
    const importing = send(target, bytes).then((response) => {
      isImported = true;
      return response.status;
    });
    while (!isImported) {
      await setTimeout(2);
      const { entries } = (await projectOf(target, 'Living room')) ?? {};
      if (entries !== undefined && entries > 0 && entries < 1_500) answers += 1;
    }
    expect(await importing).toBe(201);
    expect(answers).toBeGreaterThan(3);
    expect((await projectOf(target, 'Living room')).entries).toBe(1_500);
    await target.close();
  });

  it('comes in one at a time for each account', async () => {
    const target = await createTestServer();
    let finish = () => {};
    const slow = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(file.subarray(0, 100)));
        finish = () => {
          controller.enqueue(new Uint8Array(file.subarray(100)));
          controller.close();
        };
      },
    });
    const init = { method: 'POST', body: slow, duplex: 'half' } as RequestInit;
    const first = target.api('/projects/archive', init);
    await setTimeout(5);
    const second = await send(target, file);
    expect([second.status, ((await second.json()) as Problem).code]).toEqual([409, 'conflict']);
    finish();
    expect((await first).status).toBe(201);
    expect((await send(target, file)).status).toBe(201);
    await target.close();
  });

  it('gets another name where its own is taken', async () => {
    const target = await createTestServer();
    await target.api('/projects', { json: { name: 'Living room' } });
    expect(await (await send(target, file)).json()).toMatchObject({ project: { name: 'Living room (2)' } });
    await target.close();
  });

  it('tells of files that were gone, and is imported without them', async () => {
    const target = await createTestServer();
    await send(target, file);
    const [gone] = made[0]!.outputs;
    await target.blobs.delete(gone!.asset.slice('sha256-'.length));
    const damaged = await exported(target, project.id);
    const there = await createTestServer();
    expect((await send(there, damaged)).status).toBe(201);
    const generation = await there.generations.of('owner').find(made[0]!.id);
    expect(generation!.outputs.map(({ asset }) => asset)).toEqual([made[0]!.outputs[1]!.asset]);
    await Promise.all([target.close(), there.close()]);
  });

  it('is sent as a form too, and not at all to others', async () => {
    const target = await createTestServer();
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(file)]), '../../evil.diorama');
    expect((await target.api('/projects/archive', { method: 'POST', body: form })).status).toBe(201);
    await target.close();
    expect(await exportProject('mia', project.id, source)).toBeNull();
    expect((await source.api('/projects/0193b0c8-1111-7aaa-8bbb-123456789abc/archive')).status).toBe(404);
  });
});

describe('a project file that names what is another’s', () => {
  const forMia = async (target: TestServer, change: (parts: Map<string, Buffer>) => void) => {
    const parts = await partsOf(file);
    change(parts);
    const body = new Response(new Uint8Array(await zipOf(parts))).body!;
    return await importProject(body, 'mia', target, new AbortController().signal);
  };

  it('does not get it: neither here nor when the project is exported again', async () => {
    const target = await createTestServer();
    const secret = await target.upload(encodePng(31, 31, [200, 1, 1]));
    const model = await target.upload(aScene('vase').withBox({ name: 'vase' }).toGlb());
    const stolen = [secret.id, model.id];
    const { project: mine } = await forMia(target, (parts) => {
      const manifest = JSON.parse(parts.get('manifest.json')!.toString());
      parts.set(
        'manifest.json',
        Buffer.from(
          JSON.stringify({
            ...manifest,
            project: { ...manifest.project, scene: model.id },
            missing: [...manifest.missing, ...stolen],
          }),
        ),
      );
      const lines = parts.get('entries.ndjson')!.toString().trimEnd().split('\n');
      const first = JSON.parse(lines[0]!);
      first.request.references = [{ asset: secret.id, role: 'style' }];
      first.request.canvas.scene = model.id;
      first.outputs[0].raw = secret.id;
      lines[0] = JSON.stringify(first);
      parts.set('entries.ndjson', Buffer.from(`${lines.join('\n')}\n`));
    });
    for (const id of stolen) expect(await target.assets.of('mia').find(id)).toBeNull();
    const out = (await exportProject('mia', mine.id, target))!;
    expect(out.missing.toSorted()).toEqual(stolen.toSorted());
    const names: string[] = [];
    for await (const { name } of out.parts(new AbortController().signal)) names.push(name);
    for (const id of stolen) expect(names).not.toContain(id.replace('sha256-', 'files/'));
    expect(names.length).toBeGreaterThan(3);
    await target.close();
  });

  it('neither shows that it is there nor keeps it from being deleted', async () => {
    const target = await createTestServer();
    const generation = await target.generate({ prompt: 'secret', size: 300 });
    const [output] = (await target.finished(generation.id)).outputs;
    await forMia(target, (parts) => {
      const manifest = JSON.parse(parts.get('manifest.json')!.toString());
      parts.set(
        'manifest.json',
        Buffer.from(JSON.stringify({ ...manifest, missing: [...manifest.missing, output!.asset] })),
      );
      const lines = parts.get('entries.ndjson')!.toString().trimEnd().split('\n');
      const entries = lines.map((line) => JSON.parse(line));
      for (const entry of entries) {
        entry.request.canvas = { ...entries[0].request.canvas, capture: output!.asset };
        entry.outputs = [];
      }
      parts.set('entries.ndjson', Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
    });
    const covers = await target.db
      .selectFrom('entries')
      .select('cover_asset')
      .where('owner_id', '=', 'mia')
      .execute();
    expect(covers).toEqual([{ cover_asset: null }, { cover_asset: null }]);
    expect((await target.api(`/generations/${generation.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await target.assets.find(output!.asset)).toBeNull();
    await target.close();
  });

  it('is refused when a scene in it, known here from somebody else, uses a model that is not in it', async () => {
    const target = await createTestServer();
    await send(target, file);
    const withoutModel = forMia(target, (parts) => {
      for (const [name, bytes] of parts) if (bytes.toString('latin1', 0, 4) === 'glTF') parts.delete(name);
    });
    await expect(withoutModel).rejects.toMatchObject({ code: 'invalid-archive' });
    expect((await target.generations.of('mia').list({ limit: 10 })).items).toEqual([]);
    await target.close();
  });
});

describe('a project file that is not sound', () => {
  let target: TestServer;
  let empty: unknown;
  beforeAll(async () => {
    target = await createTestServer();
    empty = await remains(target);
  });
  afterAll(() => target.close());

  const changed = async (change: (parts: Map<string, Buffer>) => void): Promise<Buffer> => {
    const parts = await partsOf(file);
    change(parts);
    return await zipOf(parts);
  };
  const entriesOf = (parts: Map<string, Buffer>) =>
    parts
      .get('entries.ndjson')!
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const setEntries = (parts: Map<string, Buffer>, entries: object[]) =>
    parts.set('entries.ndjson', Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
  const setManifest = (parts: Map<string, Buffer>, change: object) =>
    parts.set(
      'manifest.json',
      Buffer.from(JSON.stringify({ ...JSON.parse(parts.get('manifest.json')!.toString()), ...change })),
    );
  const firstFile = (parts: Map<string, Buffer>) =>
    [...parts.keys()].find((name) => name.startsWith('files/'))!;
  const hashName = (bytes: Uint8Array) => `files/${createHash('sha256').update(bytes).digest('hex')}`;
  /** Renames a part to a name of the same length, in the local header and in the list. */
  const renamed = (zip: Buffer, from: string, to: string): Buffer =>
    Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');

  const cases: [name: string, make: () => Promise<Uint8Array>][] = [
    ['no bytes at all', async () => new Uint8Array(0)],
    ['something else', async () => encodePng(8, 8, [1, 2, 3])],
    ['cut off', async () => file.subarray(0, file.length - 100)],
    ['cut off in the middle', async () => file.subarray(0, file.length / 2)],
    ['a zip without a list', async () => await zipOf([['readme.txt', Buffer.from('hi')]])],
    ['an empty zip', async () => await zipOf([])],
    ['a name that leads out', async () => renamed(file, 'entries.ndjson', '../../../ab.cd')],
    ['an absolute name', async () => renamed(file, 'entries.ndjson', '/etc/passwd.xy')],
    ['a name with backslashes', async () => renamed(file, 'entries.ndjson', '..\\..\\..\\abcd')],
    [
      'a file twice',
      async () => {
        const parts = [...(await partsOf(file))];
        return await zipOf([...parts, parts.at(-1)!]);
      },
    ],
    [
      'a file that is another',
      async () => await changed((parts) => parts.set(firstFile(parts), encodePng(9, 9, [5, 5, 5]) as Buffer)),
    ],
    ['a file too few', async () => await changed((parts) => parts.delete(firstFile(parts)))],
    [
      'a file of another type',
      async () =>
        await changed((parts) => {
          const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
          parts.set(hashName(svg), svg);
        }),
    ],
    [
      'a damaged picture',
      async () =>
        await changed((parts) => {
          const broken = encodePng(64, 64, [1, 2, 3]).subarray(0, 90);
          parts.set(hashName(broken), broken as Buffer);
        }),
    ],
    [
      'a scene without its model',
      async () =>
        await changed((parts) => {
          for (const [name, bytes] of parts)
            if (bytes.toString('latin1', 0, 4) === 'glTF') parts.delete(name);
        }),
    ],
    [
      'a picture that unfolds to gigabytes',
      async () =>
        await changed((parts) => {
          const bomb = bombPng();
          parts.set(hashName(bomb), bomb);
        }),
    ],
    [
      'a list that is no JSON',
      async () => await changed((parts) => parts.set('manifest.json', Buffer.from('{'))),
    ],
    [
      'a list of another program',
      async () => await changed((parts) => parts.set('manifest.json', Buffer.from('{"name":"x"}'))),
    ],
    ['a list of a later version', async () => await changed((parts) => setManifest(parts, { version: 2 }))],
    [
      'a huge list',
      async () =>
        await changed((parts) =>
          setManifest(parts, { missing: Array(90_000).fill(`sha256-${'a'.repeat(64)}`) }),
        ),
    ],
    ['fewer entries than it says', async () => await changed((parts) => setManifest(parts, { entries: 3 }))],
    ['more entries than it says', async () => await changed((parts) => setManifest(parts, { entries: 1 }))],
    [
      'an entry twice',
      async () => await changed((parts) => setEntries(parts, [entriesOf(parts)[0], entriesOf(parts)[0]])),
    ],
    [
      'an entry that still runs',
      async () =>
        await changed((parts) =>
          setEntries(
            parts,
            entriesOf(parts).map((entry) => ({ ...entry, status: 'running' })),
          ),
        ),
    ],
    [
      'an entry with foreign fields',
      async () =>
        await changed((parts) =>
          setEntries(
            parts,
            entriesOf(parts).map((entry) => ({ ...entry, owner_id: 'mia' })),
          ),
        ),
    ],
    [
      'an entry on an unknown board',
      async () => await changed((parts) => setManifest(parts, { boards: [] })),
    ],
    [
      'an image of another size',
      async () =>
        await changed((parts) =>
          setEntries(
            parts,
            entriesOf(parts).map((entry) => ({
              ...entry,
              outputs: entry.outputs.map((output: object) => ({ ...output, width: 9_999 })),
            })),
          ),
        ),
    ],
    [
      'an entry nested too deep',
      async () =>
        await changed((parts) =>
          setEntries(
            parts,
            entriesOf(parts).map((entry) => ({
              ...entry,
              request: { ...entry.request, options: JSON.parse(`${'{"a":'.repeat(80)}1${'}'.repeat(80)}`) },
            })),
          ),
        ),
    ],
    [
      'a part that unpacks to far more than it is',
      async () =>
        await changed((parts) => {
          const zeros = Buffer.alloc(30_000_000);
          parts.set(hashName(zeros), zeros);
        }),
    ],
    ['a part that lies about its size', async () => lyingZip()],
    [
      'a line without an end',
      async () =>
        await changed((parts) => parts.set('entries.ndjson', parts.get('entries.ndjson')!.subarray(0, -1))),
    ],
    ['a flipped bit in the entries', async () => flipped()],
  ];

  it.each(cases)('with %s is refused and leaves nothing', async (_, make) => {
    const response = await send(target, await make());
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.code]).toEqual([422, 'invalid-archive']);
    expect(await remains(target)).toEqual(empty);
    expect(existsSync(join(target.dataDir, '..', 'ab.cd'))).toBe(false);
  });

  it('is taken whole or refused, whichever of its bytes are damaged', async () => {
    const damaged = await createTestServer();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        async (changes) => {
          const bytes = Buffer.from(file);
          for (const [at, byte] of changes) bytes[at] = byte;
          const response = await send(damaged, bytes);
          expect([201, 422]).toContain(response.status);
          if (response.status === 422)
            expect(await response.json()).toMatchObject({ code: 'invalid-archive' });
          expect(readdirSync(join(damaged.dataDir, 'tmp'))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
    await damaged.close();
  });

  it('of which nobody waits for the end leaves nothing', async () => {
    const stop = new AbortController();
    let sent = 0;
    const slow = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent > file.length / 2) stop.abort();
        controller.enqueue(new Uint8Array(file.subarray(sent, sent + 500)));
        sent += 500;
      },
    });
    await expect(importProject(slow, 'owner', target, stop.signal)).rejects.toThrow();
    expect(await remains(target)).toEqual(empty);
  });

  it('on a disk that is full leaves no row', async () => {
    let writes = 0;
    const full = await createTestServer({
      beforeStep: (step) => {
        if (step === 'rename' && ++writes > 3)
          throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'rename' });
      },
    });
    const response = await send(full, file);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([507, 'storage-full']);
    expect(await remains(full)).toMatchObject({ temporary: [], rows: [0, 0, 0, 0, 0] });
    await full.close();
  });

  async function flipped(): Promise<Buffer> {
    // Stored, not packed, so that a changed letter stays JSON.
    const zip = new ZipFile();
    for (const [name, bytes] of await partsOf(file)) zip.addBuffer(bytes, name, { compress: false });
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
    return renamed(Buffer.concat(chunks), 'golden hour', 'gelden hour');
  }

  /** Says that a part is some hundred bytes long; it unpacks to a million. */
  async function lyingZip(): Promise<Buffer> {
    const packed = deflateRawSync(Buffer.alloc(1_000_000, 32));
    const zip = new ZipFile();
    zip.addBuffer((await partsOf(file)).get('manifest.json')!, 'manifest.json');
    zip.addBuffer(packed, 'entries.ndjson', { compress: false });
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    // Method 8 in both headers of the second part: its stored bytes are a packed stream now.
    const local = bytes.indexOf('entries.ndjson') - 30;
    const central = bytes.lastIndexOf('entries.ndjson') - 46;
    bytes.writeUInt16LE(8, local + 8);
    bytes.writeUInt16LE(8, central + 10);
    return bytes;
  }
});

/** 20,000 x 20,000 pixels of one colour in some kilobytes. */
function bombPng(): Buffer {
  const png = Buffer.from(encodePng(16, 16, [0, 0, 0]));
  png.writeUInt32BE(20_000, 16);
  png.writeUInt32BE(20_000, 20);
  return png;
}
