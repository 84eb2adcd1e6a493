import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildKernels } from '../tools/build.ts';
import { type DenoiseOptions, denoise } from './denoise.ts';
import type { Strip } from './strip-plan.ts';
import { createNoisyImage, createRandomImage } from './test-images.ts';
import type { WorkerPort } from './worker-port.ts';

const threads = vi.hoisted(() => ({ ports: [] as WorkerPort[], ended: 0 }));

// The real workers, recorded.
vi.mock('./worker-port.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./worker-port.ts')>();
  return {
    ...original,
    startWorker: () => {
      const port = original.startWorker();
      threads.ports.push(port);
      port.onFailure(() => threads.ended++);
      return port;
    },
  };
});

beforeAll(async () => {
  await buildKernels();
});

describe('denoise', () => {
  it('gives the same bits for any number of workers and any memory limit', async () => {
    const { input } = createNoisyImage(400, 64, 1);
    const one = await denoise(input, { workers: 1 });
    expect(one.length).toBe(input.color.length);
    expect(await denoise(input, { workers: 3 })).toEqual(one);
    expect(await denoise(input, { workers: 2, maxMemoryBytes: 24e6 })).toEqual(one);
  });

  it('gives the same bits on every machine when asked to', async () => {
    const result = await denoise(createRandomImage(48, 33, 1), { deterministic: true });
    const digest = createHash('sha256').update(new Uint8Array(result.buffer)).digest('hex');
    expect(digest.slice(0, 16)).toBe('45caddf487ebcdb8');
  });

  it('reports progress that only rises and ends at 1', async () => {
    const { input } = createNoisyImage(256, 200, 2);
    const fractions: number[] = [];
    await denoise(input, { workers: 2, onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(3);
    expect(fractions.every((fraction, i) => fraction > (fractions[i - 1] ?? 0))).toBe(true);
    expect(fractions.at(-1)).toBe(1);
  });

  it('stops within 100 ms of an abort and says why', async () => {
    const { input } = createNoisyImage(1024, 1024, 3);
    const controller = new AbortController();
    let abortedAt = 0;
    const running = denoise(input, {
      workers: 2,
      signal: controller.signal,
      onProgress: () => {
        if (abortedAt > 0) return;
        abortedAt = performance.now();
        controller.abort('enough');
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'DenoiserError', code: 'aborted', cause: 'enough' });
    expect(performance.now() - abortedAt).toBeLessThan(100);
  });

  it('leaves no worker behind, whether it finishes, fails or is aborted', async () => {
    const { input } = createNoisyImage(300, 200, 3);
    const controller = new AbortController();
    const calls = [
      denoise(input, { workers: 2 }),
      denoise(input, { workers: 2, signal: controller.signal, onProgress: () => controller.abort() }),
      denoise(input, {
        workers: 2,
        onProgress: () => {
          throw new RangeError('listener');
        },
      }),
    ];
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(threads.ports.length).toBeGreaterThanOrEqual(6);
    await vi.waitFor(() => expect(threads.ended).toBe(threads.ports.length), 5000);
  });

  it('says so when a worker fails in the middle', async () => {
    const { input } = createNoisyImage(300, 400, 3);
    const breakWorker = (): void => {
      threads.ports.at(-1)!.send({ kind: 'strip', strip: undefined as unknown as Strip, exposure: 1 }, []);
    };
    const running = denoise(input, { workers: 1, onProgress: breakWorker });
    await expect(running).rejects.toMatchObject({ code: 'worker-failed', cause: expect.any(TypeError) });
  });

  it('does not start when the signal has already fired', async () => {
    const { input } = createNoisyImage(8, 8, 3);
    await expect(denoise(input, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('fails with the error of a progress listener', async () => {
    const { input } = createNoisyImage(64, 64, 3);
    const onProgress = (): void => {
      throw new RangeError('listener');
    };
    await expect(denoise(input, { onProgress })).rejects.toThrow(RangeError);
  });

  it.each([
    ['a width of zero', { width: 0 }],
    ['a fractional height', { height: 2.5 }],
    ['a missing buffer', { albedo: undefined }],
    ['a buffer of another type', { normal: new Float64Array(48) }],
    ['a buffer of another size', { color: new Float32Array(47) }],
  ])('refuses %s', async (_what, change) => {
    const { input } = createNoisyImage(4, 4, 1);
    const broken = { ...input, ...change } as typeof input;
    await expect(denoise(broken)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it.each([
    ['an unknown model', { model: 'huge' }],
    ['no workers', { workers: 0 }],
    ['a memory limit that is not a number', { maxMemoryBytes: Number.NaN }],
    ['a memory limit nothing fits in', { maxMemoryBytes: 1000 }],
  ])('refuses %s', async (_what, options) => {
    const { input } = createNoisyImage(4, 4, 1);
    await expect(denoise(input, options as DenoiseOptions)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
