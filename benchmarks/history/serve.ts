/** The server under test in a process of its own: `serve.ts DATA_DIR`. Prints its address. */
import { startServer } from '@diorama/server';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: serve.ts DATA_DIR');
const server = await startServer({ dataDir, port: 0, logLevel: 'warn' });
process.stdout.write(`${server.url}\n`);
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
