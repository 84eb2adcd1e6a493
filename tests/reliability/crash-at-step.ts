/**
 * Uploads a file and makes an image with a depth map in one process that dies by its own hand at the given step of
 * writing files. Prints what was acknowledged, line by line.
 */
import { writeSync } from 'node:fs';
import { encodePng } from '../../apps/server/src/__fixtures__/test-engine.ts';
import { createTestServer } from '../../apps/server/src/__fixtures__/test-server.ts';

const [dataDir, crashAt] = process.argv.slice(2);
if (dataDir === undefined || crashAt === undefined) throw new Error('usage: crash-at-step.ts DATA_DIR STEP');
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

let step = 0;
const server = await createTestServer({
  dataDir,
  beforeStep: () => {
    step += 1;
    if (step === Number(crashAt)) process.kill(process.pid, 'SIGKILL');
  },
});
const asset = await server.upload(encodePng(8, 8, [Number(crashAt), 1, 2]));
tell(`uploaded ${asset.id}`);
const { id } = await server.generate({ prompt: 'aov', seed: 1_000 + Number(crashAt) });
tell(`accepted ${id}`);
const done = await server.finished(id);
tell(`${done.status} ${id}`);
await server.close();
tell('survived');
