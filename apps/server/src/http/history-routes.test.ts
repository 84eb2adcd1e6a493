import {
  type Board,
  BUILT_IN_OWNER_ID,
  type Generation,
  generationRequestSchema,
  type HistoryCard,
  historyFacetsSchema,
  historyIndexSchema,
  historyPageSchema,
  type LineageTree,
  lineageTreeSchema,
  type Project,
  projectSchema,
  type StorageUse,
  storageSchema,
} from '@diorama/contracts';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { createTestServer, type TestServer } from '../__fixtures__/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await createTestServer();
});
afterEach(() => server.close());

const NOBODY = '01890000-0000-7000-8000-0000000000ff';

async function json<T>(path: string, init?: Parameters<TestServer['api']>[1]): Promise<T> {
  const response = await server.api(path, init);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

const status = async (path: string, init?: Parameters<TestServer['api']>[1]): Promise<number> =>
  (await server.api(path, init)).status;

async function make(body: object = {}): Promise<Generation> {
  return await server.finished((await server.generate({ prompt: 'walnut table', ...body })).id);
}

async function ids(query = ''): Promise<string[]> {
  return historyPageSchema.parse(await json(`/history?${query}`)).items.map(({ id }) => id);
}

const change = async (body: object): Promise<{ changed: number }> =>
  await json('/history/changes', { json: body });

const events = async (): Promise<string[]> => (await server.outbox.after(0, 1_000)).map(({ type }) => type);

describe('cards', () => {
  it('show of an entry what the generation says', async () => {
    const made = await make({
      prompt: 'a'.repeat(400),
      aspectRatio: '1:1',
      seed: 7,
      project: 'Kitchen',
      count: 2,
    });
    const { items } = historyPageSchema.parse(await json('/history'));
    expect(items).toEqual([
      {
        id: made.id,
        seq: made.seq,
        status: 'succeeded',
        prompt: 'a'.repeat(240),
        engine: 'test',
        model: null,
        seed: 7,
        project: made.project,
        cover: { asset: made.outputs[0]!.asset, isOutput: true },
        width: 256,
        height: 256,
        images: 2,
        favorite: false,
        rejected: false,
        tags: [],
        errorCode: null,
        cost: null,
        fraction: 1,
        createdAt: made.createdAt,
        deletedAt: null,
      } satisfies HistoryCard,
    ]);
    expect(made.project).toMatchObject({ name: 'Kitchen' });
  });

  it('are read by the numbers of the index, also from the trash, without those that are gone', async () => {
    const [first, second] = [await make(), await make({ aspectRatio: '9:16' })];
    const index = historyIndexSchema.parse(await json('/history/index'));
    expect(index).toMatchObject({ total: 2, seq: [second.seq, first.seq - second.seq], ratio: [56, 178] });
    await change({ ids: [first.id], deleted: true });
    const { items } = await json<{ items: HistoryCard[] }>(
      `/history/cards?seqs=${first.seq},${second.seq},999`,
    );
    expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('show what can be shown of an entry whose columns are damaged', async () => {
    const made = await make();
    const other = await make();
    await sql`update generations set request = '{"prompt":"wal', progress = '{', look = '{', checkpoint = '{',
      warnings = '[', timings = '{', cost = '{' where id = ${made.id}`.execute(server.db);
    await sql`update outputs set alignment = '{' where generation_id = ${made.id}`.execute(server.db);
    await sql`update entries set tags = '[', cost = '{' where id = ${made.id}`.execute(server.db);
    const page = await json<{ items: Generation[] }>('/generations');
    expect(page.items.map(({ id }) => id)).toEqual([other.id, made.id]);
    expect(page.items[1]).toMatchObject({
      request: { prompt: 'walnut table', engine: 'test' },
      look: null,
      warnings: [],
      cost: null,
      tags: [],
      outputs: [{ asset: made.outputs[0]!.asset }],
    });
    expect(historyPageSchema.parse(await json('/history')).items[1]).toMatchObject({ tags: [], cost: null });
  });
});

describe('a change', () => {
  it('stars, rejects and tags many entries at once, and tells of it once', async () => {
    const made = [await make(), await make()];
    const all = made.map(({ id }) => id);
    const before = (await events()).length;
    expect(await change({ ids: all, favorite: true, addTags: ['  Big  OAK '] })).toEqual({ changed: 2 });
    expect((await events()).slice(before)).toEqual(['history-changed']);
    expect(await ids('favorite=true')).toEqual(all.toReversed());
    expect(await ids('tag=big%20oak&q=oak')).toEqual(all.toReversed());
    await change({ ids: [all[0]!], rejected: true, removeTags: ['big oak'] });
    expect(await json(`/generations/${all[0]}`)).toMatchObject({ favorite: false, rejected: true, tags: [] });
    expect(await ids('q=oak')).toEqual([all[1]]);
    expect(historyFacetsSchema.parse(await json('/history/facets'))).toMatchObject({
      total: 2,
      favorites: 1,
      rejected: 1,
      tags: [{ tag: 'big oak', entries: 1 }],
      engines: [{ engine: 'test', entries: 2 }],
    });
  });

  it('changes all entries or none', async () => {
    const { id } = await make();
    for (const [body, expected] of [
      [{ ids: [id, NOBODY], favorite: true }, 404],
      [{ ids: [id], favorite: true, project: NOBODY }, 404],
      [{ ids: [id], favorite: true, addToBoard: NOBODY }, 404],
      [{ ids: [id], favorite: true, rejected: true }, 400],
      [{ ids: [], favorite: true }, 400],
    ] as const)
      expect(await status('/history/changes', { json: body }), JSON.stringify(body)).toBe(expected);
    const tags = Array.from({ length: 15 }, (_, n) => `tag ${n}`);
    await change({ ids: [id], addTags: tags });
    const more = Array.from({ length: 6 }, (_, n) => `more ${n}`);
    expect(await status('/history/changes', { json: { ids: [id], favorite: true, addTags: more } })).toBe(
      400,
    );
    expect(await json<Generation>(`/generations/${id}`)).toMatchObject({
      favorite: false,
      tags: tags.sort(),
    });
  });

  it('of one entry sets its tags and its project, and tells the entry', async () => {
    const { id } = await make();
    const project = await json<Project>('/projects', { json: { name: 'Garden' } });
    const changed = await json<Generation>(`/generations/${id}`, {
      method: 'PATCH',
      json: { tags: ['b', 'a'], project: project.id, rejected: true },
    });
    expect(changed).toMatchObject({ tags: ['a', 'b'], project: { name: 'Garden' }, rejected: true });
    expect(await ids(`project=${project.id}`)).toEqual([id]);
    expect(await ids('q=garden')).toEqual([id]);
    expect(
      await json(`/generations/${id}`, { method: 'PATCH', json: { tags: ['c'], project: null } }),
    ).toMatchObject({
      tags: ['c'],
      project: null,
    });
    expect((await events()).at(-1)).toBe('generation-updated');
  });
});

describe('the trash', () => {
  it('holds what was deleted until it is brought back or purged', async () => {
    const [kept, gone] = [await make(), await make({ prompt: 'other' })];
    const output = gone.outputs[0]!.asset;
    await change({ ids: [gone.id], deleted: true });
    expect(await ids()).toEqual([kept.id]);
    expect(await ids('trash=true')).toEqual([gone.id]);
    expect(await json(`/generations/${gone.id}`)).toMatchObject({ deletedAt: expect.any(String) });
    expect(await status(`/assets/${output}`)).toBe(200);
    await change({ ids: [gone.id], deleted: false });
    expect(await ids()).toEqual([gone.id, kept.id]);

    await change({ ids: [gone.id], deleted: true });
    // What is not in the trash cannot be purged by mistake.
    expect(await json('/history/purge', { json: { ids: [kept.id, gone.id] } })).toEqual({ deleted: 1 });
    expect(await status(`/generations/${gone.id}`)).toBe(404);
    expect(await status(`/assets/${output}`)).toBe(404);
    expect(await status(`/assets/${kept.outputs[0]!.asset}`)).toBe(200);
    await change({ ids: [kept.id], deleted: true });
    expect(await json('/history/purge', { json: { ids: null } })).toEqual({ deleted: 1 });
    expect(await ids('trash=true')).toEqual([]);
  });

  it('takes what is waiting or running and stops it', async () => {
    const running = await server.generate({ prompt: 'slow:2000' });
    const waiting = await server.generate({ prompt: 'next' });
    while ((await server.generations.find(running.id))!.status !== 'running')
      await new Promise((resolve) => setTimeout(resolve, 5));
    await change({ ids: [running.id, waiting.id], deleted: true });
    for (const { id } of [running, waiting])
      expect(await json(`/generations/${id}`)).toMatchObject({
        status: 'canceled',
        deletedAt: expect.any(String),
      });
    // The worker is free again at once.
    expect(await make()).toMatchObject({ status: 'succeeded' });
  });

  it('leaves a file to whatever else uses it: an upload, another entry, a project', async () => {
    const upload = await server.upload(encodePng(8, 8, [5, 5, 5]));
    const first = await make({ references: [{ asset: upload.id }] });
    const output = first.outputs[0]!.asset;
    const second = await make({ prompt: 'from it', references: [{ asset: output }] });
    await change({ ids: [first.id], deleted: true });
    await json('/history/purge', { json: { ids: null } });
    expect(await status(`/assets/${output}`)).toBe(200);
    expect(await status(`/generations/${second.id}`, { method: 'DELETE' })).toBe(204);
    expect(await status(`/assets/${output}`)).toBe(404);
    expect(await status(`/assets/${upload.id}`)).toBe(200);
  });
});

describe('boards', () => {
  it('hold entries until they are taken off; deleting one leaves them in the history', async () => {
    const made = [await make(), await make()];
    const board = await json<Board>('/boards', { json: { name: ' Best ' } });
    expect(board).toMatchObject({ name: 'Best', entries: 0, cover: null });
    await change({ ids: made.map(({ id }) => id), addToBoard: board.id });
    await change({ ids: [made[1]!.id], removeFromBoard: board.id });
    expect(await ids(`board=${board.id}`)).toEqual([made[0]!.id]);
    expect(await json(`/generations/${made[0]!.id}`)).toMatchObject({ boards: [board.id] });
    expect(await json(`/boards/${board.id}`, { method: 'PATCH', json: { name: 'A' } })).toMatchObject({
      name: 'A',
      entries: 1,
      cover: made[0]!.outputs[0]!.asset,
    });
    expect(await status(`/boards/${board.id}`, { method: 'DELETE' })).toBe(204);
    expect(await status(`/boards/${board.id}`, { method: 'DELETE' })).toBe(404);
    expect(await json(`/generations/${made[0]!.id}`)).toMatchObject({ boards: [] });
    expect(await ids()).toHaveLength(2);
  });
});

describe('projects', () => {
  it('come with the first entry that names them, and follow the newest canvas', async () => {
    const capture = await server.upload(encodePng(8, 8, [1, 1, 1]));
    const made = await make({ project: ' Kitchen ' });
    const again = await make({ project: 'Kitchen' });
    expect(again.project).toEqual(made.project);
    const { projects } = await json<{ projects: Project[] }>('/projects');
    expect(projects.map((project) => projectSchema.parse(project))).toMatchObject([
      { name: 'Kitchen', entries: 2, scene: null, cover: again.outputs[0]!.asset },
    ]);
    const [project] = projects;
    const camera = { position: [1, 2, 3], target: [0, 0, 0], fovYDegrees: 40 };
    const moved = { ...camera, fovYDegrees: 50 };
    const canvas = { scene: capture.id, camera: moved };
    const request = generationRequestSchema.parse({ engine: 'test', project: 'Kitchen', canvas });
    const { generation } = await server.generations.create(request, { seed: 1 });
    expect(await json(`/projects/${project!.id}`)).toMatchObject({ scene: capture.id, camera: moved });
    await json(`/generations/${generation.id}`, { method: 'DELETE' });
    expect(
      await json(`/projects/${project!.id}`, { method: 'PUT', json: { scene: capture.id, camera } }),
    ).toMatchObject({ scene: capture.id, camera, name: 'Kitchen' });
    expect(await status('/projects', { json: { name: 'Kitchen' } })).toBe(409);
    expect(
      await status(`/projects/${project!.id}`, {
        method: 'PUT',
        json: { scene: `sha256-${'0'.repeat(64)}` },
      }),
    ).toBe(422);
    expect(await status(`/projects/${project!.id}`, { method: 'DELETE' })).toBe(204);
    expect(await json(`/generations/${made.id}`)).toMatchObject({ project: null });
    expect(await ids('project=none')).toHaveLength(2);
  });
});

describe('lineage', () => {
  it('tells what an entry came from and what came of it, with what used its picture', async () => {
    const first = await make();
    const retry = await json<Generation>(`/generations/${first.id}/retry`, { method: 'POST' });
    await server.finished(retry.id);
    const used = await make({ prompt: 'used', references: [{ asset: first.outputs[0]!.asset }] });
    const remix = await make({ prompt: 'remix', lineage: { generation: used.id, how: 'remix' } });
    const foreign = await make({ lineage: { generation: NOBODY, how: 'remix' } });
    const tree = lineageTreeSchema.parse(await json<LineageTree>(`/generations/${remix.id}/lineage`));
    expect(tree.truncated).toBe(false);
    expect(new Set(tree.nodes.map(({ id }) => id))).toEqual(new Set([first.id, retry.id, used.id, remix.id]));
    expect(new Set(tree.edges.map(({ from, to, how }) => `${how} ${from} ${to}`))).toEqual(
      new Set([
        `retry ${first.id} ${retry.id}`,
        `input ${first.id} ${used.id}`,
        `remix ${used.id} ${remix.id}`,
      ]),
    );
    expect(await json<LineageTree>(`/generations/${foreign.id}/lineage`)).toMatchObject({ edges: [] });
    expect((await server.generations.find(foreign.id))!.request.lineage).toMatchObject({
      generation: NOBODY,
    });
  });
});

describe('storage', () => {
  it('counts each file once, where it comes first', async () => {
    const upload = await server.upload(encodePng(8, 8, [5, 5, 5]));
    const made = await make({ references: [{ asset: upload.id }] });
    await make({ prompt: 'from it', references: [{ asset: made.outputs[0]!.asset }] });
    const thrownAway = await make({ prompt: 'thrown away' });
    await change({ ids: [thrownAway.id], deleted: true });
    const use = storageSchema.parse(await json<StorageUse>('/storage'));
    expect(use).toMatchObject({
      outputs: { files: 2 },
      inputs: { files: 1, bytes: upload.bytes },
      trash: { files: 1 },
      scenes: { files: 0 },
      published: { files: 0 },
      total: { files: 4 },
    });
    expect(use.total.bytes).toBe(
      use.outputs.bytes + use.inputs.bytes + use.trash.bytes + use.scenes.bytes + use.published.bytes,
    );
    expect(use.freeBytes).toBeGreaterThan(0);
  });
});

describe('what is another’s', () => {
  it('does not exist', async () => {
    const { id } = await make();
    const board = await json<Board>('/boards', { json: { name: 'b' } });
    const project = await json<Project>('/projects', { json: { name: 'p' } });
    await sql`update generations set owner_id = 'other'`.execute(server.db);
    await sql`update entries set owner_id = 'other'`.execute(server.db);
    await sql`update boards set owner_id = 'other'`.execute(server.db);
    await sql`update projects set owner_id = 'other'`.execute(server.db);
    expect(await ids()).toEqual([]);
    expect(await json('/history/index')).toMatchObject({ total: 0 });
    expect(await json('/history/cards?seqs=1')).toEqual({ items: [] });
    expect(await json('/boards')).toEqual({ boards: [] });
    expect(await json('/projects')).toEqual({ projects: [] });
    for (const [path, init] of [
      [`/generations/${id}/lineage`, {}],
      ['/history/changes', { json: { ids: [id], favorite: true } }],
      [`/generations/${id}`, { method: 'PATCH', json: { favorite: true } }],
      [`/boards/${board.id}`, { method: 'PATCH', json: { name: 'mine' } }],
      [`/boards/${board.id}`, { method: 'DELETE' }],
      [`/projects/${project.id}`, {}],
      [`/projects/${project.id}`, { method: 'PUT', json: { name: 'mine' } }],
      [`/projects/${project.id}`, { method: 'DELETE' }],
    ] as const)
      expect(await status(path, init), path).toBe(404);
    expect(await json('/history/purge', { json: { ids: [id] } })).toEqual({ deleted: 0 });
    expect(await server.history.of(BUILT_IN_OWNER_ID).purge(null)).toBe(0);
  });
});
