/**
 * Writes every sample to `dist/<id>.glb` with `dist/manifest.json` and, where a picture is kept under `thumbnails/`,
 * `dist/<id>.jpg`. Does nothing when the sources have not changed. `--force` builds anyway.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSample, SAMPLES } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.sources-sha256');

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile() && !e.name.endsWith('.test.ts'))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  const files = [
    ...(await filesBelow(join(root, 'src'))),
    ...(await filesBelow(join(root, 'tools'))),
    join(root, 'package.json'),
  ];
  if (await exists(join(root, 'thumbnails'))) files.push(...(await filesBelow(join(root, 'thumbnails'))));
  for (const file of files)
    hash
      .update(relative(root, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

const hash = await sourceHash();
const outputs = [join(dist, 'manifest.json'), ...SAMPLES.map((s) => join(dist, s.fileName))];
const built = await readFile(stampFile, 'utf8').catch(() => '');
const complete = (await Promise.all(outputs.map(exists))).every(Boolean);

if (process.argv.includes('--force') || built !== hash || !complete) {
  await mkdir(dist, { recursive: true });
  const samples = [];
  for (const sample of SAMPLES) {
    const glb = await buildSample(sample.id);
    await writeFile(join(dist, sample.fileName), glb);
    const picture = join(root, 'thumbnails', `${sample.id}.jpg`);
    const thumbnail = (await exists(picture)) ? `${sample.id}.jpg` : null;
    if (thumbnail) await copyFile(picture, join(dist, thumbnail));
    samples.push({ ...sample, bytes: glb.length, thumbnail });
  }
  await writeFile(join(dist, 'manifest.json'), `${JSON.stringify({ samples }, null, 2)}\n`);
  // Last, so that an interrupted build is done again.
  await writeFile(stampFile, hash);
}
