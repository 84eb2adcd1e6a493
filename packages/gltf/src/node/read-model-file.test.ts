import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aScene, assembleGlb, takeApartGlb, tinyPng } from '@diorama/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGltf } from '../read-gltf.ts';
import { readModelFile } from './read-model-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diorama-model-'));
  await mkdir(join(folder, 'model', 'Textures'), { recursive: true });
  await writeFile(join(folder, 'model', 'Textures', 'color.png'), tinyPng());
  await writeFile(join(folder, 'secret.png'), tinyPng());
  await symlink(join(folder, 'secret.png'), join(folder, 'model', 'link.png'));
});

afterAll(() => rm(folder, { recursive: true }));

async function modelWith(uri: string): Promise<string> {
  const { json, bin } = takeApartGlb(aScene().withBox({ texture: tinyPng() }).toGlb());
  json.images[0] = { uri };
  const path = join(folder, 'model', 'chair.glb');
  await writeFile(path, assembleGlb(json, bin));
  return path;
}

describe('readModelFile', () => {
  it('packs the files beside a model into one GLB', async () => {
    const { bytes, name } = await readModelFile(await modelWith('Textures/color.png'));
    expect(name).toBe('chair.glb');
    expect((await readGltf(bytes)).images[0]!.bytes).toEqual(tinyPng());
  });

  it.each([
    'Textures/none.png',
    '../secret.png',
    'link.png',
    '%2e%2e/secret.png',
    'Textures/../../secret.png',
    'file:///etc/hostname',
  ])('does not open %s, and names no folder of this machine', async (uri) => {
    const error = await readModelFile(await modelWith(uri)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'missing-files' });
    expect(JSON.stringify(error) + String(error)).not.toContain(folder);
  });

  it('says when there is no such file', async () => {
    await expect(readModelFile(join(folder, 'nothing.glb'))).rejects.toMatchObject({
      code: 'not-found',
      message: 'The file nothing.glb cannot be read.',
    });
  });
});
