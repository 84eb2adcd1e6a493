import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('runs in a process of its own until it is told to stop', async () => {
  const script = fileURLToPath(new URL('./run.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'openai', '--behaviour', '{"key":null}'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    const [first] = (await child.stdout.take(1).toArray()) as Buffer[];
    const baseUrl = String(first).trim();
    expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect((await fetch(`${baseUrl}/models`)).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
});
