import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createTestServer } from '../../apps/server/src/__fixtures__/test-server.ts';
import { isNamedByARecord } from '../../apps/server/src/community/published-pictures.ts';
import { GRACE_MS, sweepBlobs } from '../../apps/server/src/storage/sweep-blobs.ts';
import { runToStep } from './run-to-step.ts';

const SCRIPT = new URL('./publish-at-step.ts', import.meta.url);
const dataDir = mkdtempSync(join(tmpdir(), 'diorama-publish-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function thumbnails(): string[] {
  return readdirSync(join(dataDir, 'cache', 'thumbnails'), { recursive: true })
    .map(String)
    .filter((name) => name.includes('-96.'));
}

it('has no post without its picture and leaves no picture for good, wherever it is killed', async () => {
  const published: string[] = [];
  let steps = 0;
  for (let survived = false; !survived; ) {
    steps += 1;
    for (const line of await runToStep(SCRIPT, dataDir, steps)) {
      const [what, , url] = line.split(' ');
      if (what === 'published') published.push(url!);
      survived ||= what === 'survived';
    }
    const server = await createTestServer({ dataDir });
    for (const url of published) expect((await server.request(url)).status, `step ${steps}`).toBe(200);
    const posts = await server.db.selectFrom('community_posts').select('media_key').execute();
    for (const { media_key } of posts)
      expect(await server.blobs.head(media_key), `step ${steps}`).not.toBeNull();
    await server.close();
  }
  expect(steps).toBeGreaterThan(4);

  // Taken back, and killed before the files were gone.
  const [line] = await runToStep(SCRIPT, dataDir, 0);
  const url = line!.split(' ')[2]!;
  const server = await createTestServer({ dataDir });
  for (const query of ['', '?width=96']) expect((await server.request(url + query)).status).toBe(404);
  const before = thumbnails().length;
  const { deleted } = await sweepBlobs(server.blobs, (key) => isNamedByARecord(server.db, key), {
    now: Date.now() + GRACE_MS + 60_000,
  });
  expect(deleted).toBeGreaterThan(0);
  expect(await server.thumbnails.sweep()).toBe(1);
  expect(thumbnails()).toHaveLength(before - 1);
  for (const kept of published) expect((await server.request(kept)).status).toBe(200);
  await server.close();
});
