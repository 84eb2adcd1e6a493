import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@diorama/client';
import { DioramaError, type Generation, isFinished } from '@diorama/contracts';
import { doctor, mend } from '@diorama/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePng } from '../../apps/server/src/__fixtures__/test-engine.ts';
import { createRandom } from './random.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const ROUNDS = Number(process.env.DIORAMA_KILL_ROUNDS ?? 6);
const SEED = Number(process.env.DIORAMA_KILL_SEED ?? 20_261_122);
/** Answers in the life of a server, at most; counted, so that a busy machine tests as much as an idle one. */
const MOST_ANSWERS = 70;
const LONGEST_LIFE_MS = 30_000;
/** After the last of them, so that it dies in the middle of something. */
const LAST_MOMENTS_MS = 40;
/** Entries that there shall be to work on. */
const STOCK = 16;
const TEST_ENGINES = new URL('../../apps/server/src/__fixtures__/test-engine.ts', import.meta.url).href;

/** What an entry must be like after a restart: one of these, while a change of it was asked for but not answered. */
type Place = 'live' | 'trash' | 'gone';

interface Known {
  /** By id; more than one while nobody knows whether the last change was made. */
  readonly places: Map<string, Set<Place>>;
  readonly favorites: Map<string, Set<boolean>>;
  /** How often each change was answered. */
  readonly answered: Map<Place | 'star' | 'any', number>;
  /** Files of each finished entry. */
  readonly files: Map<string, readonly string[]>;
}

let dataDir: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'diorama-delete-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** Every entry that is there, in the trash or not. */
async function everything(client: Client): Promise<Map<string, Generation>> {
  const all = new Map<string, Generation>();
  for (const trash of ['false', 'true'] as const) {
    let cursor: string | null = null;
    do {
      const page: { items: Generation[]; nextCursor: string | null } = await client.listGenerations({
        query: { limit: 100, trash, ...(cursor === null ? {} : { cursor }) },
      });
      for (const item of page.items) all.set(item.id, item);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  return all;
}

/** Works on the history until the server dies, noting what was asked for before and what was answered after. */
async function work({ client }: ServerProcess, random: () => number, known: Known): Promise<void> {
  // What one has asked for nobody else touches meanwhile: else nobody could say what must come of it.
  const busy = new Set<string>();
  const some = (places: readonly Place[], most: number): string[] => {
    const free = [...known.places].filter(
      ([id, now]) => !busy.has(id) && now.size === 1 && places.includes([...now][0]!),
    );
    return Array.from(
      { length: 1 + Math.floor(random() * most) },
      () => free[Math.floor(random() * free.length)],
    )
      .filter((one) => one !== undefined)
      .map(([id]) => id)
      .filter((id, index, all) => all.indexOf(id) === index);
  };
  const move = async (ids: string[], place: Place, ask: () => Promise<unknown>): Promise<void> => {
    if (ids.length === 0) return;
    for (const id of ids) {
      busy.add(id);
      known.places.get(id)!.add(place);
    }
    await ask();
    known.answered.set(place, (known.answered.get(place) ?? 0) + 1);
    for (const id of ids) {
      known.places.set(id, new Set([place]));
      busy.delete(id);
    }
  };
  const star = async (ids: string[], favorite: boolean): Promise<void> => {
    if (ids.length === 0) return;
    for (const id of ids) {
      busy.add(id);
      (known.favorites.get(id) ?? known.favorites.set(id, new Set([false])).get(id)!).add(favorite);
    }
    await client.changeHistory({ body: { ids, favorite, addTags: ['seen'] } });
    known.answered.set('star', (known.answered.get('star') ?? 0) + 1);
    for (const id of ids) {
      known.favorites.set(id, new Set([favorite]));
      busy.delete(id);
    }
  };
  const step = async (): Promise<void> => {
    const dice = random();
    if (known.places.size < STOCK || dice < 0.15) {
      const reference = await client.uploadAsset(
        new Blob([new Uint8Array(encodePng(8, 8, [random() * 256, random() * 256, random() * 256]))]),
      );
      const words = ['plain', 'aov', 'slow:60'];
      const { id } = await client.createGeneration({
        body: {
          engine: 'test',
          size: 256,
          prompt: `${words[Math.floor(random() * words.length)]} ${random()}`,
          references: random() < 0.5 ? [{ asset: reference.id }] : [],
          project: random() < 0.5 ? `project ${Math.floor(random() * 3)}` : null,
        },
      });
      known.places.set(id, new Set(['live']));
    } else if (dice < 0.45) {
      const ids = some(['live'], 6);
      await move(ids, 'trash', () => client.changeHistory({ body: { ids, deleted: true } }));
    } else if (dice < 0.65) {
      const ids = some(['trash'], 6);
      await move(ids, 'live', () => client.changeHistory({ body: { ids, deleted: false } }));
    } else if (dice < 0.8) {
      const ids = some(['trash'], 4);
      await move(ids, 'gone', () => client.purgeHistory({ body: { ids } }));
    } else if (dice < 0.87) {
      const ids = some(['live', 'trash'], 1);
      await move(ids, 'gone', () => client.deleteGeneration({ params: { id: ids[0]! } }));
    } else await star(some(['live'], 5), random() < 0.7);
  };
  const forever = async (): Promise<void> => {
    for (;;)
      try {
        await step();
        known.answered.set('any', (known.answered.get('any') ?? 0) + 1);
        await sleep(random() * 15);
      } catch (thrown) {
        if (thrown instanceof DioramaError && thrown.code === 'network') return;
        throw thrown;
      }
  };
  await Promise.all([forever(), forever(), forever()]);
}

/** What must hold after every restart; from then on it is known again what each entry is. */
async function verify({ client, url }: ServerProcess, known: Known): Promise<void> {
  const all = await everything(client);
  for (const [id, allowed] of known.places) {
    const entry = all.get(id);
    const place: Place = entry === undefined ? 'gone' : entry.deletedAt === null ? 'live' : 'trash';
    expect([...allowed], `entry ${id} is ${place}`).toContain(place);
    known.places.set(id, new Set([place]));
    if (place === 'gone') {
      known.places.delete(id);
      known.favorites.delete(id);
      known.files.delete(id);
      continue;
    }
    const favorites = known.favorites.get(id);
    if (favorites) {
      expect([...favorites], `star of ${id}`).toContain(entry!.favorite);
      known.favorites.set(id, new Set([entry!.favorite]));
    }
    const files = [
      ...entry!.outputs.flatMap((output) => [
        output.asset,
        ...Object.values(output.aovs ?? {}).map((aov) => aov.asset),
      ]),
      ...entry!.request.references.map(({ asset }) => asset),
    ];
    const before = known.files.get(id);
    if (before) expect(files, `files of ${id}`).toEqual(before);
    if (isFinished(entry!.status)) known.files.set(id, files);
    for (const asset of files) {
      const response = await fetch(`${url}/api/v1/assets/${asset}`);
      expect(response.status, `${asset} of ${id}, ${place}`).toBe(200);
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(`sha256-${createHash('sha256').update(bytes).digest('hex')}`).toBe(asset);
    }
  }
  // Entries that were made and not acknowledged are no fault, and worked with like the others.
  for (const id of all.keys())
    if (!known.places.has(id))
      known.places.set(id, new Set([all.get(id)!.deletedAt === null ? 'live' : 'trash']));
}

describe('deleting and restoring under kill -9', () => {
  it(
    `loses nothing and leaves no orphan that cannot be mended, in ${ROUNDS} rounds with seed ${SEED}`,
    async () => {
      const random = createRandom(SEED);
      const known: Known = {
        places: new Map(),
        favorites: new Map(),
        answered: new Map(),
        files: new Map(),
      };
      for (let round = 1; round <= ROUNDS; round += 1) {
        const server = await startServerProcess(dataDir, children);
        await verify(server, known);
        const working = work(server, random, known);
        const lastAnswer = (known.answered.get('any') ?? 0) + random() * MOST_ANSWERS;
        const lastMs = Date.now() + LONGEST_LIFE_MS;
        while ((known.answered.get('any') ?? 0) < lastAnswer && Date.now() < lastMs) await sleep(2);
        await sleep(random() * LAST_MOMENTS_MS);
        server.child.kill('SIGKILL');
        await Promise.all([working, once(server.child, 'exit')]);
        const checks = await doctor(dataDir, { engineModule: TEST_ENGINES });
        expect(
          checks.filter(({ ok }) => !ok),
          `round ${round}`,
        ).toEqual([]);
        // Every other time, so that what is left over also meets the next life of the server.
        if (round % 2 === 0 || round === ROUNDS) {
          await mend(dataDir);
          expect(await mend(dataDir), 'a second time').toEqual([]);
          const after = await doctor(dataDir, { engineModule: TEST_ENGINES });
          expect(after.filter(({ ok }) => !ok)).toEqual([]);
          expect(
            after.filter(({ check }) => check.endsWith('without a record')).map(({ detail }) => detail),
          ).toEqual(['None.', 'None.']);
        }
      }
      const server = await startServerProcess(dataDir, children);
      await verify(server, known);
      server.child.kill('SIGTERM');
      await once(server.child, 'exit');
      for (const what of ['live', 'trash', 'gone', 'star'] as const)
        expect(known.answered.get(what) ?? 0, what).toBeGreaterThan(0);
    },
    60_000 + ROUNDS * 60_000,
  );
});
