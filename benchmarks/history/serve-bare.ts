/**
 * What a route costs that does nothing: Hono on the same node-server, answering from memory with the bytes that the
 * server under test answered, and with files as the static middleware sends them. `serve-bare.ts FOLDER` with the files
 * of `answers.json`. Prints its address.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: serve-bare.ts FOLDER');
const names = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as string[];
const app = new Hono();
for (const name of names) {
  const body = readFileSync(join(folder, name), 'utf8');
  app.get(`/${name}`, (c) => c.body(body, 200, { 'Content-Type': 'application/json' }));
}
app.use('/files/*', serveStatic({ root: folder }));
const server = createServer(getRequestListener(app.fetch));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
