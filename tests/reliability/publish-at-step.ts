/**
 * Makes an image, publishes it and takes it back in one process that dies by its own hand at the given step of writing
 * the published picture (0: right after the post was taken back in the database, before its picture is deleted). Prints
 * what was acknowledged, line by line.
 */
import { writeSync } from 'node:fs';
import type { Post } from '@diorama/contracts';
import { createTestServer } from '../../apps/server/src/__fixtures__/test-server.ts';

const [dataDir, crashAt] = process.argv.slice(2);
if (dataDir === undefined || crashAt === undefined)
  throw new Error('usage: publish-at-step.ts DATA_DIR STEP');
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

let isPublishing = false;
let step = 0;
const server = await createTestServer({
  dataDir,
  beforeStep: () => {
    if (!isPublishing) return;
    step += 1;
    if (step === Number(crashAt)) process.kill(process.pid, 'SIGKILL');
  },
});
const { id } = await server.generate({ prompt: 'a chair', seed: 1_000 + Number(crashAt) });
await server.finished(id);
isPublishing = true;
const json = { generation: id, title: 'Chair', licence: 'CC0-1.0' };
const response = await server.api('/community/posts', { json });
const post = (await response.json()) as Post;
tell(`published ${post.id} ${post.image.url}`);
await server.api(`${post.image.url.replace('/api/v1', '')}?width=96`);
if (crashAt === '0') server.thumbnails.forget = async () => process.kill(process.pid, 'SIGKILL') as never;
if (crashAt === '0') await server.api(`/community/posts/${post.id}`, { method: 'DELETE' });
await server.close();
tell('survived');
