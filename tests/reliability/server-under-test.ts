/** A real server with the engine of the tests: prints its address, then the pid of each renderer it starts. */
import { startServer } from '@diorama/server';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: server-under-test.ts DATA_DIR');
const server = await startServer({
  dataDir,
  port: 0,
  logLevel: 'silent',
  engineModule: new URL('../../apps/server/src/__fixtures__/test-engine.ts', import.meta.url).href,
});
process.stdout.write(`url ${server.url}\n`);
let known: number | null = null;
setInterval(() => {
  const pid = server.renderPid();
  if (pid !== known && pid !== null) process.stdout.write(`renderer ${pid}\n`);
  known = pid;
}, 20);
