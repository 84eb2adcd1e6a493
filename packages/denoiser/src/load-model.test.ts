import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import origin from '../weights/origin.json' with { type: 'json' };
import { DENOISER_MODELS, loadModel, loadWeights, verifyWeights } from './load-model.ts';

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

  it('are reported as missing when they cannot be read', async () => {
    const read = vi.spyOn(process.getBuiltinModule('node:fs/promises'), 'readFile');
    read.mockRejectedValueOnce(new Error('ENOENT'));
    await expect(loadWeights('base')).rejects.toMatchObject({
      code: 'weights-missing',
      cause: new Error('ENOENT'),
    });
    read.mockRestore();
  });

  it('are loaded once', () => {
    expect(loadModel('small')).toBe(loadModel('small'));
  });
});
