import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { readAuditPage, recordAudit } from './audit-log.ts';
import { openDatabase } from './database.ts';

it('keeps what was done in order, page by page, and nothing of what was rolled back', async () => {
  const folder = temporaryFolder();
  const db = openDatabase(join(folder, 'diorama.db'));
  const actor = { userId: 'owner', name: 'Ada' };
  for (let i = 1; i <= 5; i++)
    await db
      .transaction()
      .execute((tx) =>
        recordAudit(
          tx,
          { actor, action: 'post-hidden', target: `p${i}`, targetName: `Post ${i}` },
          i * 1_000,
        ),
      );
  await db
    .transaction()
    .execute(async (tx) => {
      await recordAudit(tx, { actor, action: 'post-hidden', target: 'p6', targetName: 'Post 6' });
      throw new Error('no');
    })
    .catch(() => {});
  const first = await readAuditPage(db, { limit: 3 });
  expect(first.items.map((item) => item.target)).toEqual(['p5', 'p4', 'p3']);
  expect(first.items[0]).toMatchObject({
    at: '1970-01-01T00:00:05.000Z',
    actor: { id: 'owner', name: 'Ada' },
    action: 'post-hidden',
    targetName: 'Post 5',
    note: '',
  });
  const second = await readAuditPage(db, { limit: 3, cursor: first.nextCursor! });
  expect(second.items.map((item) => item.target)).toEqual(['p2', 'p1']);
  expect(second.nextCursor).toBeNull();
  await expect(readAuditPage(db, { limit: 3, cursor: 'x' })).rejects.toMatchObject({
    code: 'invalid-request',
  });
  await db.destroy();
  rmSync(folder, { recursive: true });
});
