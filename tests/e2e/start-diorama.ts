import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface RunningDiorama {
  readonly url: string;
  readonly dataFolder: string;
  /** Everything that it has printed so far. */
  printed(): string;
  /** Ends the server as a person would (SIGTERM) and starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Takes the server away without a warning (SIGKILL), as a crash does; `start` brings it back. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port after `kill`. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Beside port and data folder. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Fills the data folder before the first start. */
  readonly prepare?: (dataFolder: string) => Promise<void>;
}

/** The real server as its own process, on a free port and a data folder of its own. */
export async function startDiorama(options: StartOptions = {}): Promise<RunningDiorama> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'diorama-e2e-'));
  await options.prepare?.(dataFolder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const output: string[] = [];
  const environment = {
    ...process.env,
    ...options.environment,
    DIORAMA_PORT: String(port),
    DIORAMA_DATA_DIR: dataFolder,
  };
  let child = await launch(environment, url, output);
  return {
    url,
    dataFolder,
    printed: () => output.join(''),
    async restart() {
      await end(child);
      child = await launch(environment, url, output);
    },
    kill: () => end(child, 'SIGKILL'),
    async start() {
      child = await launch(environment, url, output);
    },
    async stop() {
      await end(child);
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function launch(environment: NodeJS.ProcessEnv, url: string, output: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['apps/server/src/main.ts'], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/api/v1/health`).catch(() => null);
    if (answer?.ok) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The server did not start:\n${output.join('')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || !address) throw new Error('No free port.');
  return address.port;
}
