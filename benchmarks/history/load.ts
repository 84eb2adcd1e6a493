import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** A request that is sent again and again. */
export interface Target {
  readonly url: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks as fast as it is answered, over some connections that stay open.
 *
 * @returns Requests per second.
 * @throws {Error} At the first answer with another status than the expected one.
 */
export async function measureLoad(
  target: Target,
  { connections, ms }: { readonly connections: number; readonly ms: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port, pathname, search } = new URL(target.url);
  const options = { agent, hostname, port, path: pathname + search, headers: target.headers ?? {} };
  const began = performance.now();
  const until = began + ms;
  let answered = 0;
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      request(options, (response) => {
        if (response.statusCode !== target.status) {
          reject(new Error(`${target.url} answered ${response.statusCode} instead of ${target.status}.`));
          response.resume();
          return;
        }
        response.on('end', resolve).on('error', reject).resume();
      })
        .on('error', reject)
        .end();
    });
  const keepAsking = async (): Promise<void> => {
    while (performance.now() < until) {
      await ask();
      answered += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, keepAsking));
    return (answered * 1000) / (performance.now() - began);
  } finally {
    agent.destroy();
  }
}
