import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createTestServer } from '../../apps/server/src/__fixtures__/test-server.ts';
import { runToStep } from './run-to-step.ts';

const SCRIPT = new URL('./crash-at-step.ts', import.meta.url);
const dataDir = mkdtempSync(join(tmpdir(), 'diorama-crash-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

it('keeps every promise when it is killed before any single step of writing files', async () => {
  const uploads: string[] = [];
  const accepted: string[] = [];
  let steps = 0;
  for (let survived = false; !survived; ) {
    steps += 1;
    for (const line of await runToStep(SCRIPT, dataDir, steps)) {
      const [what, id] = line.split(' ');
      if (what === 'uploaded') uploads.push(id!);
      if (what === 'accepted') accepted.push(id!);
      survived ||= what === 'survived';
    }
    const server = await createTestServer({ dataDir });
    expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
    for (const id of accepted) {
      const done = await server.finished(id);
      expect(done, `step ${steps}`).toMatchObject({ status: 'succeeded', outputs: [{ width: 256 }] });
      uploads.push(done.outputs[0]!.asset, done.outputs[0]!.aovs!.depth!.asset);
    }
    for (const id of new Set(uploads)) {
      const response = await server.api(`/assets/${id}`);
      expect(response.status, `step ${steps}`).toBe(200);
      const hash = createHash('sha256').update(new Uint8Array(await response.arrayBuffer()));
      expect(`sha256-${hash.digest('hex')}`).toBe(id);
    }
    await server.close();
  }
  expect(steps).toBeGreaterThan(15);
  expect(accepted.length).toBeGreaterThan(8);
});
