import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildKernels } from '../tools/build.ts';
import { autoExposure } from './auto-exposure.ts';
import { copyFrameRow, frameOf } from './frame.ts';
import type { DenoiseInput } from './image.ts';
import { instantiateKernel, type KernelBuild } from './kernel.ts';
import { type DenoiserModel, loadModel, loadWeights } from './load-model.ts';
import { denoiseReference } from './reference/denoise-reference.ts';
import type { Strip } from './strip-plan.ts';
import { StripRunner } from './strip-runner.ts';
import { createNoisyImage, createRandomImage } from './test-images.ts';

beforeAll(async () => {
  await buildKernels();
});

const moduleOf = (build: KernelBuild): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(new URL(`../dist/denoiser-${build}.wasm`, import.meta.url)));

interface RunOptions {
  readonly build?: KernelBuild;
  readonly model?: DenoiserModel;
  /** Columns at which the image is cut. */
  readonly cuts?: readonly number[];
  readonly rowsPerPush?: number;
}

/** Denoises without worker threads: one strip after the other in one kernel. */
async function run(input: DenoiseInput, options: RunOptions = {}): Promise<Float32Array> {
  const { build = 'plain', model = 'small', cuts = [], rowsPerPush = Number.POSITIVE_INFINITY } = options;
  const packed = await loadModel(model);
  const kernel = instantiateKernel(moduleOf(build));
  const exposure = autoExposure(input);
  const frame = frameOf(input);
  const edges = [0, ...cuts, input.width];
  const result = new Float32Array(input.color.length);
  for (let index = 0; index + 1 < edges.length; index++) {
    const strip: Strip = {
      imageWidth: input.width,
      imageHeight: input.height,
      coreStart: edges[index]!,
      coreEnd: edges[index + 1]!,
    };
    const runner = new StripRunner(kernel, packed, strip, exposure);
    const { inputStart, inputEnd } = runner.plan;
    const coreFloats = 3 * (strip.coreEnd - strip.coreStart);
    let nextResultRow = 0;
    for (let firstRow = 0; firstRow < frame.height; firstRow += rowsPerPush) {
      const rowCount = Math.min(rowsPerPush, frame.height - firstRow);
      const values = new Float32Array(rowCount * 9 * (inputEnd - inputStart));
      let to = 0;
      for (let row = firstRow; row < firstRow + rowCount; row++) {
        to = copyFrameRow(input, row, inputStart, inputEnd, values, to);
      }
      const rows = runner.push({ firstRow, rowCount, values });
      if (rows.rowCount > 0) expect(rows.firstRow).toBe(nextResultRow);
      for (let row = 0; row < rows.rowCount; row++) {
        const from = row * coreFloats;
        result.set(
          rows.color.subarray(from, from + coreFloats),
          3 * (nextResultRow++ * input.width + strip.coreStart),
        );
      }
    }
    expect(nextResultRow).toBe(input.height);
  }
  return result;
}

function largestRelativeDifference(actual: Float32Array, expected: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(actual[i]! - expected[i]!) / (1e-3 + expected[i]!));
  }
  return largest;
}

describe('StripRunner', () => {
  for (const build of ['plain', 'relaxed'] as const) {
    it.each([
      ['small', 1, 1],
      ['small', 7, 3],
      ['small', 33, 18],
      ['base', 20, 17],
    ] as const)(
      `agrees with the plain reference (${build} build, %s model, %i x %i)`,
      async (model, width, height) => {
        const input = createRandomImage(width, height, 1);
        const expected = denoiseReference(input, await loadWeights(model));
        expect(largestRelativeDifference(await run(input, { build, model }), expected)).toBeLessThan(1e-4);
      },
    );
  }

  it('gives the same bits however the image is cut', async () => {
    const { input } = createNoisyImage(288, 112, 2);
    const whole = await run(input);
    expect(await run(input, { cuts: [48] })).toEqual(whole);
    expect(await run(input, { cuts: [80, 96, 208, 256] })).toEqual(whole);
  });

  it('gives the same bits however many rows come at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer(),
        async (width, height, rowsPerPush, seed) => {
          const input = createRandomImage(width, height, seed);
          expect(await run(input, { rowsPerPush })).toEqual(await run(input));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps the kernel small for tall images: only some rows of each feature map exist', async () => {
    const packed = await loadModel('base');
    const bytes = (imageHeight: number): number =>
      new StripRunner(
        instantiateKernel(moduleOf('plain')),
        packed,
        { imageWidth: 256, imageHeight, coreStart: 0, coreEnd: 256 },
        1,
      ).plan.kernelBytes;
    expect(bytes(4096)).toBe(bytes(512));
    expect(bytes(4096)).toBeLessThan(16e6);
  });

  it('turns values that are not finite into finite ones', async () => {
    const { input } = createNoisyImage(40, 40, 3);
    for (const values of [input.color, input.albedo, input.normal]) {
      values.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1e30], 600);
    }
    const result = await run(input);
    expect(result.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  });

  it('leaves no dots along the edges and in the corners', async () => {
    const { input, clean } = createNoisyImage(100, 30, 5);
    const result = await run(input);
    // The first row is noiseless sky. With zeros around the image its corner comes out at half the brightness.
    for (let i = 0; i < 300; i++) expect(Math.abs(result[i]! / clean[i]! - 1)).toBeLessThan(0.03);
  });

  it('keeps black black', async () => {
    const result = await run({
      width: 24,
      height: 24,
      color: new Float32Array(1728),
      albedo: new Float32Array(1728),
      normal: new Float32Array(1728),
    });
    expect(Math.max(...result)).toBeLessThan(0.01);
  });

  it.each(['small', 'base'] as const)(
    'brings a noisy image at least twice as close to the truth (%s)',
    async (model) => {
      const { input, clean } = createNoisyImage(192, 128, 4);
      const result = await run(input, { model, build: 'relaxed' });
      // Compared as shown, clipped to white, so that a few fireflies do not decide the outcome.
      const error = (image: Float32Array): number =>
        Math.sqrt(
          image.reduce((sum, value, i) => sum + (Math.min(1, value) - Math.min(1, clean[i]!)) ** 2, 0) /
            image.length,
        );
      expect(error(result)).toBeLessThan(error(input.color) / 2);
    },
  );
});
