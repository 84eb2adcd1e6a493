/** A real server with the engines of the tests: prints its address, then the pid of each process it starts. */
import { startServer } from '@diorama/server';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: server-under-test.ts DATA_DIR');
const server = await startServer({
  dataDir,
  port: 0,
  logLevel: 'silent',
  engineModule: new URL('../../apps/server/src/__fixtures__/test-engine.ts', import.meta.url).href,
  connectedEngineModule: new URL('../../apps/server/src/__fixtures__/test-connections.ts', import.meta.url)
    .href,
});
process.stdout.write(`url ${server.url}\n`);
const known = new Map<string, number | null>();
setInterval(() => {
  for (const [name, pid] of [
    ['renderer', server.renderPid()],
    ['connected', server.connectedPid()],
  ] as const) {
    if (pid !== null && pid !== known.get(name)) process.stdout.write(`${name} ${pid}\n`);
    known.set(name, pid);
  }
}, 20);
