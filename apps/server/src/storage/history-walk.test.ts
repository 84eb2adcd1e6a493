import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  BUILT_IN_OWNER_ID,
  type HistoryFilter,
  historyPageSchema,
  historyQuerySchema,
} from '@diorama/contracts';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { type Database, openDatabase, readsOf } from './database.ts';
import { HistoryRepository } from './history.ts';
import { planWalk } from './history-walk.ts';
import type { OwnedHistory } from './owned-history.ts';

const OWNER = BUILT_IN_OWNER_ID;
const ENTRIES = 500;
const PROJECTS = ['01890000-0000-7000-8000-00000000aa01', '01890000-0000-7000-8000-00000000aa02'] as const;
const BOARD = '01890000-0000-7000-8000-00000000bb01';
const WORDS = ['walnut', 'Ｏａｋ', 'a "quoted" %_word', '山水', 'of', 'ｘ', 'zeppelin', 'Kitchen'];
const NO_FILTER = {};

interface Model {
  readonly seq: number;
  readonly text: string;
  readonly status: string;
  readonly engine: string;
  readonly ratio: string;
  readonly project: string | null;
  readonly favorite: boolean;
  readonly rejected: boolean;
  readonly tag: boolean;
  readonly board: boolean;
  readonly trash: boolean;
  readonly cost: number;
  readonly durationMs: number;
  readonly createdAt: string;
}

let dataDir: string;
let db: Database;
let history: OwnedHistory;
const model: Model[] = [];

const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

beforeAll(async () => {
  dataDir = temporaryFolder();
  db = openDatabase(join(dataDir, 'diorama.db'));
  history = new HistoryRepository(db).of(OWNER);
  for (const [index, id] of PROJECTS.entries())
    await db
      .insertInto('projects')
      .values({
        id,
        owner_id: OWNER,
        name: index === 0 ? 'Big Kitchen' : 'Garden',
        name_folded: index === 0 ? 'big kitchen' : 'garden',
        scene_asset: null,
        camera: null,
        created_at: '2026-01-01T00:00:00.000Z',
        updated_at: '2026-01-01T00:00:00.000Z',
      })
      .execute();
  await db
    .insertInto('boards')
    .values({ id: BOARD, owner_id: OWNER, name: 'b', created_at: '2026-01-01T00:00:00.000Z' })
    .execute();
  for (let n = 1; n <= ENTRIES; n += 1) {
    // Every tenth is somebody else's.
    const isMine = n % 10 !== 0;
    const words = WORDS.slice(0, 6).filter((_, at) => (n >> at) % 3 === 0);
    if (n % 97 === 0) words.push('zeppelin');
    const prompt = words.join(' ');
    const entry: Model = {
      seq: n,
      text: `${fold(prompt)}${n % 6 === 1 ? '\nnight' : ''}${n % 7 === 0 ? '\nbig kitchen' : n % 7 === 1 ? '\ngarden' : ''}`,
      status: ['succeeded', 'succeeded', 'failed', 'canceled', 'queued'][n % 5]!,
      engine: n % 4 === 0 ? 'bfl' : 'builtin',
      ratio: n % 3 === 0 ? '1:1' : '16:9',
      project: n % 7 === 0 ? PROJECTS[0] : n % 7 === 1 ? PROJECTS[1] : null,
      favorite: n % 8 === 2,
      rejected: n % 8 === 3,
      tag: n % 6 === 1,
      board: n % 9 === 1,
      trash: n % 11 === 5,
      cost: n % 4 === 0 ? (n % 5) * 0.01 : 0,
      durationMs: (n % 13) * 100,
      createdAt: new Date(Date.parse('2026-01-01T00:00:00Z') + ((n * 7) % ENTRIES) * 60_000).toISOString(),
    };
    const isFinished = entry.status !== 'queued';
    await db
      .insertInto('generations')
      .values({
        id: idOf(n),
        owner_id: isMine ? OWNER : 'other',
        status: entry.status as 'succeeded',
        request: JSON.stringify({ prompt, aspectRatio: entry.ratio, size: 1024 }),
        prompt_folded: fold(prompt),
        engine: entry.engine,
        seed: n,
        created_at: entry.createdAt,
        ...(isFinished
          ? {
              started_at: entry.createdAt,
              finished_at: new Date(Date.parse(entry.createdAt) + entry.durationMs).toISOString(),
              cost:
                entry.cost === 0
                  ? null
                  : JSON.stringify({ amount: entry.cost, currency: 'USD', estimated: true }),
            }
          : {}),
      })
      .execute();
    await db
      .updateTable('entries')
      .set({
        favorite: entry.favorite ? 1 : 0,
        rejected: entry.rejected ? 1 : 0,
        project_id: isMine ? entry.project : null,
        deleted_at: entry.trash ? '2026-02-01T00:00:00.000Z' : null,
      })
      .where('seq', '=', n)
      .execute();
    if (entry.tag)
      await db
        .insertInto('entry_tags')
        .values({ owner_id: isMine ? OWNER : 'other', tag: 'night', seq: n })
        .execute();
    if (entry.board && isMine)
      await db.insertInto('board_entries').values({ board_id: BOARD, seq: n }).execute();
    if (isMine) model.push(isFinished ? entry : { ...entry, durationMs: 0, cost: 0 });
  }
});
afterAll(async () => {
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

function pageOf(query: object): z.output<typeof historyPageSchema> {
  return historyPageSchema.parse(JSON.parse(history.pageJson(historyQuerySchema.parse(query), () => null)));
}

function matches(entry: Model, filter: HistoryFilter): boolean {
  const is = (wanted: 'true' | 'false' | undefined, value: boolean) =>
    wanted === undefined || value === (wanted === 'true');
  return (
    entry.trash === (filter.trash === 'true') &&
    is(filter.favorite, entry.favorite) &&
    is(filter.rejected, entry.rejected) &&
    (filter.board === undefined || entry.board) &&
    (filter.tag === undefined || (entry.tag && fold(filter.tag.trim()) === 'night')) &&
    (filter.status === undefined ||
      (filter.status === 'active' ? entry.status === 'queued' : entry.status === filter.status)) &&
    (filter.engine === undefined || entry.engine === filter.engine) &&
    (filter.ratio === undefined || entry.ratio === filter.ratio) &&
    (filter.project === undefined || entry.project === (filter.project === 'none' ? null : filter.project)) &&
    (filter.from === undefined || entry.createdAt >= new Date(filter.from).toISOString()) &&
    (filter.to === undefined || entry.createdAt < new Date(filter.to).toISOString()) &&
    fold(filter.q ?? '')
      .split(/\s+/)
      .filter(Boolean)
      .every((word) => entry.text.split('\n').some((line) => line.includes(word)))
  );
}

function expected(filter: HistoryFilter, sort: string): number[] {
  const found = model.filter((entry) => matches(entry, filter));
  const by = (a: Model, b: Model): number =>
    sort === 'oldest'
      ? a.seq - b.seq
      : (sort === 'cost' ? b.cost - a.cost : sort === 'duration' ? b.durationMs - a.durationMs : 0) ||
        b.seq - a.seq;
  return found.toSorted(by).map(({ seq }) => seq);
}

const flag = fc.constantFrom('true' as const, 'false' as const);
const filters: fc.Arbitrary<HistoryFilter> = fc.record(
  {
    q: fc.oneof(
      fc
        .subarray([...WORDS, 'night', 'alnu', 'ppel', 'garden', '%', '"', 'zzz'])
        .map((words) => words.join(' ')),
      fc.string({ maxLength: 6 }),
    ),
    project: fc.constantFrom(PROJECTS[0], PROJECTS[1], 'none' as const, idOf(999)),
    board: fc.constant(BOARD),
    tag: fc.constantFrom('night', ' NIGHT ', 'day'),
    engine: fc.constantFrom('builtin', 'bfl', 'none'),
    ratio: fc.constantFrom('1:1' as const, '16:9' as const, '21:9' as const),
    status: fc.constantFrom('succeeded' as const, 'failed' as const, 'canceled' as const, 'active' as const),
    favorite: flag,
    rejected: flag,
    from: fc.constantFrom('2026-01-01T02:00:00Z', '2026-01-01T03:00:00+01:00'),
    to: fc.constantFrom('2026-01-01T06:00:00Z'),
    trash: flag,
  },
  { requiredKeys: [] },
);
const sorts = fc.constantFrom('newest' as const, 'oldest' as const, 'cost' as const, 'duration' as const);

describe('walking through the history', () => {
  it('finds page by page exactly what the filter asks for, in its order, whatever is combined', async () => {
    await fc.assert(
      fc.asyncProperty(filters, sorts, fc.integer({ min: 1, max: 100 }), async (filter, sort, limit) => {
        const found: number[] = [];
        let cursor: string | undefined;
        do {
          const page = pageOf({ ...filter, sort, limit, ...(cursor ? { cursor } : {}) });
          found.push(...page.items.map(({ seq }) => seq));
          expect(page.items.length <= limit).toBe(true);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        // A free text may hold characters that part words for the server alone.
        if (!/\p{Cc}/u.test(filter.q ?? '')) expect(found).toEqual(expected(filter, sort));
      }),
      { numRuns: 400 },
    );
  });

  it('tells the same order and the shapes in the index', async () => {
    await fc.assert(
      fc.asyncProperty(filters, sorts, async (filter, sort) => {
        const index = JSON.parse(await history.indexJson({ ...filter, sort })) as Record<string, number[]>;
        const seqs = summed(index.seq!);
        if (!/\p{Cc}/u.test(filter.q ?? '')) expect(seqs).toEqual(expected(filter, sort));
        expect(index.total).toBe(seqs.length);
        expect(index.ratio).toEqual(seqs.map((seq) => (seq % 3 === 0 ? 100 : 178)));
        expect(summed(index.created!)).toEqual(
          seqs.map((seq) => Date.parse(model.find((entry) => entry.seq === seq)!.createdAt) / 1000),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a cursor that no page gave', () => {
    for (const [sort, cursor] of [
      ['newest', 'x'],
      ['newest', '1_2'],
      ['cost', '5'],
      ['cost', '-1_5'],
      ['cost', 'NaN_5'],
      ['duration', '1_5; drop table entries'],
    ] as const)
      expect(() => pageOf({ sort, cursor }), `${sort} ${cursor}`).toThrow(
        expect.objectContaining({ code: 'invalid-request' }),
      );
  });

  it('never reads by offset or through everything: each plain filter has its index', async () => {
    const plans: Record<string, HistoryFilter> = {
      entries_live: NO_FILTER,
      entries_trash: { trash: 'true' },
      entries_favorite: { favorite: 'true' },
      entries_rejected: { rejected: 'true' },
      entries_status: { status: 'failed' },
      entries_project: { project: PROJECTS[0] },
      entries_engine: { engine: 'bfl' },
      entries_ratio: { ratio: '1:1' },
    };
    for (const [index, filter] of Object.entries(plans)) {
      const walk = planWalk(readsOf(db), { ownerId: OWNER, filter, sort: 'newest' });
      expect(walk.source).toContain(index);
      const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(
        `select e.seq from ${walk.source} where ${bound(walk.conditions, walk.parameters)} ${walk.order}`,
      )}`.execute(db);
      expect(rows.map(({ detail }) => detail).join(), index).not.toMatch(/SCAN|TEMP B-TREE/);
    }
  });

  it('counts what the filters would find', async () => {
    const facets = await history.facets();
    const live = model.filter((entry) => !entry.trash);
    expect(facets).toEqual({
      total: live.length,
      trash: model.length - live.length,
      favorites: live.filter(({ favorite }) => favorite).length,
      rejected: live.filter(({ rejected }) => rejected).length,
      failed: live.filter(({ status }) => status === 'failed').length,
      tags: [{ tag: 'night', entries: live.filter(({ tag }) => tag).length }],
      engines: counted(live.map(({ engine }) => engine)).map(([engine, entries]) => ({ engine, entries })),
      ratios: counted(live.map(({ ratio }) => ratio)).map(([ratio, entries]) => ({ ratio, entries })),
    });
  });
});

function summed(differences: readonly number[]): number[] {
  let last = 0;
  return differences.map((difference) => {
    last += difference;
    return last;
  });
}

function counted(values: readonly string[]): [string, number][] {
  return [...Map.groupBy(values, (value) => value)]
    .map(([value, all]): [string, number] => [value, all.length])
    .sort((a, b) => b[1] - a[1]);
}

function bound(text: string, parameters: readonly unknown[]): string {
  let at = 0;
  return text.replaceAll('?', () => `'${String(parameters[at++])}'`);
}
