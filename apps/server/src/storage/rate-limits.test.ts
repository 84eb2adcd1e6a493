import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DioramaError } from '@diorama/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { type Database, openDatabase } from './database.ts';
import { RateLimits } from './rate-limits.ts';

const LIMIT = { limit: 5, windowMs: 60_000 };
let folder: string;
let db: Database;
let now: number;
let limits: RateLimits;

beforeEach(() => {
  folder = temporaryFolder();
  db = openDatabase(join(folder, 'diorama.db'));
  now = 1_800_000_000_000;
  limits = new RateLimits(db, () => now);
});

afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

async function refusal(from = limits, key = 'sign-in:a'): Promise<DioramaError | null> {
  return await from.take(key, LIMIT).then(
    () => null,
    (thrown: unknown) => thrown as DioramaError,
  );
}

describe('rate limits', () => {
  it('refuse the try after the last allowed one, and say how long to wait', async () => {
    for (let i = 0; i < 5; i++) expect(await refusal()).toBeNull();
    now += 20_000;
    const error = await refusal();
    expect(error?.code).toBe('too-many-attempts');
    expect(error?.details.retryAfterMs).toBe(40_000);
    expect(error?.hint).toBe('Wait 40 seconds, then try again.');
    expect(await refusal(limits, 'sign-in:b')).toBeNull();
  });

  it('begin anew when the window is over; tries while refused do not prolong it', async () => {
    for (let i = 0; i < 5; i++) await refusal();
    now += 59_999;
    expect((await refusal())?.details.retryAfterMs).toBe(1_000);
    now += 1;
    for (let i = 0; i < 5; i++) expect(await refusal()).toBeNull();
    expect(await refusal()).not.toBeNull();
  });

  it('are shared by all who use the database, also at the same time', async () => {
    const otherDb = openDatabase(join(folder, 'diorama.db'));
    const other = new RateLimits(otherDb, () => now);
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) => refusal(i % 2 === 0 ? limits : other)),
    );
    expect(results.filter((error) => error === null)).toHaveLength(5);
    await otherDb.destroy();
  });

  it('do not count what is given back', async () => {
    for (let i = 0; i < 20; i++) {
      expect(await refusal()).toBeNull();
      await limits.giveBack('sign-in:a');
    }
    for (let i = 0; i < 5; i++) await refusal();
    expect(await refusal()).not.toBeNull();
    await limits.forget('sign-in:a');
    expect(await refusal()).toBeNull();
  });

  it('do not last when the clock was set back', async () => {
    for (let i = 0; i < 6; i++) await refusal();
    now -= 3_600_000;
    expect(await refusal()).toBeNull();
  });

  it('keep no key in clear, and nothing for longer than a day', async () => {
    await refusal(limits, 'sign-in:email:somebody@example.test');
    expect(JSON.stringify(await db.selectFrom('rate_limits').selectAll().execute())).not.toContain(
      'somebody',
    );
    now += 25 * 3_600_000;
    await refusal();
    expect(await db.selectFrom('rate_limits').selectAll().execute()).toHaveLength(1);
  });
});
