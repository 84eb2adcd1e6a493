import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@diorama/client';

const SCRIPT = fileURLToPath(new URL('./server-under-test.ts', import.meta.url));

/** A server that a test may kill. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly client: Client;
  readonly url: string;
  /** Every process that it has started so far. */
  readonly pids: readonly number[];
}

/**
 * Starts a server on the folder, in a process of its own; resolves when it can be reached.
 *
 * @param children Holds it while it lives.
 */
export async function startServerProcess(
  dataDir: string,
  children: Set<ChildProcess>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [SCRIPT, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const pids: number[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      const [name, value] = line.split(' ');
      if (name === 'url') resolve(value!);
      else pids.push(Number(value));
    }
  });
  child.once('exit', () => reject(new Error('the server ended before it was ready')));
  const url = await promise;
  return { child, url, client: createClient({ baseUrl: url }), pids };
}
