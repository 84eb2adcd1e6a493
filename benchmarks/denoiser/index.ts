import { denoise } from '../../packages/denoiser/src/denoise.ts';
import { copyFrameRow, frameOf } from '../../packages/denoiser/src/frame.ts';
import { instantiateKernel, type KernelBuild, loadKernel } from '../../packages/denoiser/src/kernel.ts';
import {
  DENOISER_MODELS,
  type DenoiserModel,
  loadModel,
  loadWeights,
} from '../../packages/denoiser/src/load-model.ts';
import { denoiseReference } from '../../packages/denoiser/src/reference/denoise-reference.ts';
import { countMultiplyAdds, StripRunner } from '../../packages/denoiser/src/strip-runner.ts';
import { createNoisyImage } from '../../packages/denoiser/src/test-images.ts';

/** The kernel must beat the plain TypeScript reference by at least this in the same run: about 150 to 200 is usual on x86-64 with FMA. */
const MIN_RATIO_TO_REFERENCE = 40;
const REPETITIONS = 5;
const STANDARD = { width: 1024, height: 576 };

interface KernelResult {
  readonly model: DenoiserModel;
  readonly build: KernelBuild;
  /** CPU seconds per million pixels of one thread, best of several: other work on the machine counts little. */
  readonly cpuSecondsPerMegapixel: number;
  /** Of the multiplications that Winograd leaves, one thread. */
  readonly gflopPerSecond: number;
  readonly kernelMegabytes: number;
  readonly ratioToReference: number;
}

interface StandardResult {
  readonly model: DenoiserModel;
  readonly workers: number;
  /** 1024 x 576 with worker start, transfer and everything; best of several. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Growth of the resident memory of the whole process while denoising. */
  readonly peakMegabytes: number;
}

function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function timeReference(model: DenoiserModel): Promise<number> {
  const { input } = createNoisyImage(48, 32, 1);
  const weights = await loadWeights(model);
  const frame = frameOf(input);
  denoiseReference(createNoisyImage(1, 1, 1).input, weights);
  const seconds = cpuSecondsOf(() => denoiseReference(input, weights));
  return (seconds * 1e6) / (frame.width * frame.height);
}

async function timeKernel(
  model: DenoiserModel,
  build: KernelBuild,
  reference: number,
): Promise<KernelResult> {
  const { input } = createNoisyImage(512, 240, 1);
  const packed = await loadModel(model);
  const kernel = instantiateKernel(await loadKernel(build === 'plain'));
  const frame = frameOf(input);
  const values = new Float32Array(9 * frame.width * frame.height);
  let to = 0;
  for (let row = 0; row < frame.height; row++) to = copyFrameRow(input, row, 0, frame.width, values, to);
  const strip = { imageWidth: input.width, imageHeight: input.height, coreStart: 0, coreEnd: input.width };
  let seconds = Number.POSITIVE_INFINITY;
  let multiplyAdds = 0;
  let kernelBytes = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const runner = new StripRunner(kernel, packed, strip, 1);
    multiplyAdds = countMultiplyAdds(runner.plan);
    kernelBytes = runner.plan.kernelBytes;
    seconds = Math.min(
      seconds,
      cpuSecondsOf(() => void runner.push({ firstRow: 0, rowCount: frame.height, values })),
    );
  }
  // Per pixel of the frame, as the reference is counted: the margin weighs more in its small image.
  const perFramePixel = (seconds * 1e6) / (frame.width * frame.height);
  return {
    model,
    build,
    cpuSecondsPerMegapixel: (seconds * 1e6) / (input.width * input.height),
    gflopPerSecond: (2 * multiplyAdds) / seconds / 1e9,
    kernelMegabytes: kernelBytes / 1e6,
    ratioToReference: reference / perFramePixel,
  };
}

async function timeStandard(model: DenoiserModel, workers: number): Promise<StandardResult> {
  const { input } = createNoisyImage(STANDARD.width, STANDARD.height, 1);
  const before = process.memoryUsage.rss() / 1e6;
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss() / 1e6);
  }, 20);
  let wallSeconds = Number.POSITIVE_INFINITY;
  let cpuSeconds = Number.POSITIVE_INFINITY;
  try {
    for (let repetition = 0; repetition < 3; repetition++) {
      const started = performance.now();
      const cpu = process.cpuUsage();
      await denoise(input, { model, workers });
      const { user, system } = process.cpuUsage(cpu);
      wallSeconds = Math.min(wallSeconds, (performance.now() - started) / 1000);
      cpuSeconds = Math.min(cpuSeconds, (user + system) / 1e6);
    }
  } finally {
    clearInterval(sampler);
  }
  return { model, workers, wallSeconds, cpuSeconds, peakMegabytes: peak - before };
}

function printTable(rows: readonly object[]): void {
  const rounded = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === 'number' ? Number(value.toPrecision(3)) : value,
      ]),
    ),
  );
  const keys = Object.keys(rounded[0]!);
  const lines = [keys, ...rounded.map((row) => keys.map((key) => String(row[key])))];
  const widths = keys.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines) {
    process.stdout.write(
      `  ${line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** Times both models and both kernel builds. Compare ratios and CPU seconds between machines, not wall seconds. */
export async function run({ json }: { json: boolean }) {
  const kernels: KernelResult[] = [];
  const referenceCpuSecondsPerMegapixel: Partial<Record<DenoiserModel, number>> = {};
  for (const model of DENOISER_MODELS) {
    const reference = await timeReference(model);
    referenceCpuSecondsPerMegapixel[model] = reference;
    for (const build of ['plain', 'relaxed'] as const)
      kernels.push(await timeKernel(model, build, reference));
  }
  const standard: StandardResult[] = [];
  for (const workers of [1, 2]) {
    for (const model of DENOISER_MODELS) standard.push(await timeStandard(model, workers));
  }
  const passed = kernels.every(({ ratioToReference }) => ratioToReference >= MIN_RATIO_TO_REFERENCE);
  if (!passed) process.exitCode = 1;
  if (!json) {
    printTable(kernels);
    process.stdout.write('\n');
    printTable(standard);
    process.stdout.write(
      `\n  ratio to the plain TypeScript reference at least ${MIN_RATIO_TO_REFERENCE}: ${passed ? 'yes' : 'NO'}\n`,
    );
  }
  return {
    kernels,
    standard,
    referenceCpuSecondsPerMegapixel,
    minRatioToReference: MIN_RATIO_TO_REFERENCE,
    passed,
  };
}
