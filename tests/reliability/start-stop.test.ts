import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@diorama/server';
import { afterAll, describe, expect, it } from 'vitest';

const TEST_ENGINES = new URL('../../apps/server/src/__fixtures__/test-engine.ts', import.meta.url).href;
const MAIN = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'diorama-process-'));
  folders.push(dir);
  return dir;
}

describe('starting and stopping', () => {
  it('refuses an address that others can reach', async () => {
    const child = spawnSync(process.execPath, [MAIN], {
      env: { ...process.env, DIORAMA_HOST: '0.0.0.0', DIORAMA_DATA_DIR: folder() },
      encoding: 'utf8',
    });
    expect(child.status).toBe(2);
    expect(child.stderr).toContain('DIORAMA_HOST is not a loopback address');
  });

  it('ends within five seconds when told to, with an event stream open, and gives the folder free', async () => {
    const dataDir = folder();
    const env = { ...process.env, DIORAMA_DATA_DIR: dataDir, DIORAMA_PORT: '0', DIORAMA_LOG_LEVEL: 'silent' };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const url = /http:\S+/.exec(line)![0];
    const events = await fetch(`${url}/api/v1/events`);
    const startedAt = performance.now();
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await events.body!.cancel().catch(() => {});
    const next = await startServer({ dataDir, port: 0, logLevel: 'silent', engineModule: TEST_ENGINES });
    await next.close();
  });

  it('takes over the folder of a server that was killed', async () => {
    const dataDir = folder();
    const env = { ...process.env, DIORAMA_DATA_DIR: dataDir, DIORAMA_PORT: '0', DIORAMA_LOG_LEVEL: 'silent' };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(dataDir, 'server.pid'))).toBe(true);
    const next = await startServer({ dataDir, port: 0, logLevel: 'silent', engineModule: TEST_ENGINES });
    expect(readFileSync(join(dataDir, 'server.pid'), 'utf8').trim()).toBe(String(process.pid));
    await next.close();
  });

  it('keeps a second server off a data folder and names the first, also while that one stands still', async () => {
    const dataDir = folder();
    const env = { ...process.env, DIORAMA_DATA_DIR: dataDir, DIORAMA_PORT: '0', DIORAMA_LOG_LEVEL: 'silent' };
    const first = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(first.stdout.setEncoding('utf8'), 'data')) as [string];
    first.kill('SIGSTOP');
    const startedAt = performance.now();
    const second = spawnSync(process.execPath, [MAIN], { env, encoding: 'utf8' });
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`process ${first.pid}`);
    first.kill('SIGCONT');
    expect((await fetch(`${/http:\S+/.exec(line)![0]}/api/v1/health`)).status).toBe(200);
    first.kill('SIGTERM');
    await once(first, 'exit');
  });
});
