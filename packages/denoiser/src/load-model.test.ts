import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import origin from '../weights/origin.json' with { type: 'json' };
import { DENOISER_MODELS, loadModel, verifyWeights } from './load-model.ts';

const readWeights = (name: string) => readFile(new URL(`../weights/${name}`, import.meta.url));

describe('vendored weights', () => {
  it.each(DENOISER_MODELS)('are the files of their origin (%s)', async (model) => {
    const { name, bytes, sha256 } = origin.files[model];
    const content = await readWeights(name);
    expect(content.byteLength).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  });

  it('come with their licence', async () => {
    expect((await readWeights('LICENSE.txt')).toString()).toContain('Apache License');
    expect((await readWeights('NOTICE')).toString()).toContain('Intel');
  });

  it('are refused when a single bit differs', async () => {
    const content = new Uint8Array(await readWeights(origin.files.small.name));
    await expect(verifyWeights('small', content)).resolves.toBeUndefined();
    content[400_000]! ^= 1;
    await expect(verifyWeights('small', content)).rejects.toMatchObject({ code: 'weights-corrupt' });
  });

  it('are loaded once', () => {
    expect(loadModel('small')).toBe(loadModel('small'));
  });
});
