// Speed of the path tracer: rays per second per core, tree build, ratio to plain TypeScript, and seconds against Cycles
// where `blender` is installed. Ratios are what to compare between machines; absolute numbers are for the curious.
import { openKernel } from '../../packages/tracer/reference/in-process-kernel.ts';
import { flattenTriangles, PlainBvh } from '../../packages/tracer/reference/plain-bvh.ts';
import {
  aBenchmarkScene,
  BENCHMARK_CAMERA,
  seededRandom,
} from '../../packages/tracer/reference/test-scenes.ts';
import { type TraceScene, traceScene } from '../../packages/tracer/src/index.ts';
import { buildKernels } from '../../packages/tracer/tools/build.ts';
import { type CyclesResult, compareWithCycles } from './cycles.ts';

const REPEATS = 4;
const SIZE = 512;
const INCOHERENT_RAYS = 200_000;
const PLAIN_RAYS = 60_000;
const SPP = 16;
const MAX_BOUNCES = 5;
/** Below this ratio to plain TypeScript the kernel has lost what it is for. */
const LEAST_RATIO = 2.5;

interface SceneRates {
  readonly triangles: number;
  readonly buildMs: number;
  /** Million rays per second and core. */
  readonly primary: number;
  readonly incoherent: number;
  readonly path: number;
}

export interface BenchResult {
  readonly name: 'tracer';
  readonly scenes: readonly SceneRates[];
  /** Same incoherent rays, kernel over plain TypeScript. */
  readonly plainRatio: number;
  readonly plainRays: number;
  readonly plainBuildRatio: number;
  readonly leastRatio: number;
  readonly passed: boolean;
  readonly film: {
    readonly seconds: number;
    readonly width: number;
    readonly height: number;
    readonly spp: number;
    readonly workers: number;
  };
  readonly cycles: CyclesResult | null;
}

/** CPU time of this process, which other jobs on the machine do not inflate as they do wall time. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Best of several repetitions, million per second. */
function bestRate(count: () => number): number {
  let best = 0;
  for (let i = 0; i < REPEATS; i++) {
    const before = cpuMs();
    const done = count();
    best = Math.max(best, done / 1000 / (cpuMs() - before));
  }
  return best;
}

function incoherentRays(count: number): Float32Array {
  const random = seededRandom(1);
  const rays = new Float32Array(count * 6);
  for (let i = 0; i < count; i++) {
    const z = random() * 2 - 1;
    const r = Math.sqrt(1 - z * z);
    const phi = 2 * Math.PI * random();
    rays.set(
      [random() * 3.2 - 1.6, random() * 1.6, random() * 3.2 - 1.6, r * Math.cos(phi), r * Math.sin(phi), z],
      i * 6,
    );
  }
  return rays;
}

async function measureScene(scene: TraceScene): Promise<SceneRates> {
  const options = { width: SIZE, height: SIZE, spp: SPP, maxBounces: MAX_BOUNCES };
  let buildMs = Infinity;
  let opened = await openKernel(scene, BENCHMARK_CAMERA, options);
  for (let i = 0; i < REPEATS; i++) {
    opened = await openKernel(scene, BENCHMARK_CAMERA, options);
    buildMs = Math.min(buildMs, opened.buildMs);
  }
  const { kernel, plan } = opened;
  const primary = bestRate(() => {
    kernel.benchPrimary();
    return SIZE * SIZE;
  });
  const incoherent = bestRate(() => {
    kernel.benchIncoherent(INCOHERENT_RAYS, -1.6, 0, -1.6, 1.6, 1.6, 1.6);
    return INCOHERENT_RAYS;
  });
  kernel.takeRayCount();
  const path = bestRate(() => {
    kernel.renderTile(0, 0, SIZE, SIZE, 0, 2);
    return kernel.takeRayCount();
  });
  return { triangles: plan.triangles, buildMs, primary, incoherent, path };
}

async function measurePlain(scene: TraceScene): Promise<{ rate: number; ratio: number; buildRatio: number }> {
  const corners = flattenTriangles(scene.meshes);
  const began = performance.now();
  const plain = new PlainBvh(corners);
  const plainBuildMs = performance.now() - began;
  const rays = incoherentRays(PLAIN_RAYS);
  const { closest, buildMs } = await openKernel(scene, BENCHMARK_CAMERA, { width: 16, height: 16, spp: 1 });
  const rate = bestRate(() => {
    for (let i = 0; i < rays.length; i += 6) {
      plain.closest(
        rays[i] as number,
        rays[i + 1] as number,
        rays[i + 2] as number,
        rays[i + 3] as number,
        rays[i + 4] as number,
        rays[i + 5] as number,
      );
    }
    return PLAIN_RAYS;
  });
  const kernelRate = bestRate(() => {
    closest(rays);
    return PLAIN_RAYS;
  });
  return { rate, ratio: kernelRate / rate, buildRatio: plainBuildMs / buildMs };
}

function print(result: BenchResult): void {
  const row = (cells: readonly string[]) =>
    process.stdout.write(`${cells.map((c, i) => (i === 0 ? c.padEnd(30) : c.padStart(14))).join('')}\n`);
  row(['tracer, per core', 'primary', 'incoherent', 'path', 'tree']);
  for (const s of result.scenes) {
    const rate = (v: number) => `${v.toFixed(2)} Mray/s`;
    row([
      `${s.triangles} triangles`,
      rate(s.primary),
      rate(s.incoherent),
      rate(s.path),
      `${s.buildMs.toFixed(0)} ms`,
    ]);
  }
  row(['plain TypeScript', '', `${result.plainRays.toFixed(2)} Mray/s`]);
  row([
    'ratio to plain TypeScript',
    '',
    `${result.plainRatio.toFixed(1)} x`,
    '',
    `${result.plainBuildRatio.toFixed(1)} x`,
    result.passed ? 'ok' : `below ${LEAST_RATIO}`,
  ]);
  const f = result.film;
  row([`film ${f.width}x${f.height}, ${f.spp} spp`, `${f.seconds.toFixed(2)} s`, `${f.workers} workers`]);
  if (result.cycles === null) {
    row(['Cycles', 'blender is not on PATH']);
    return;
  }
  for (const c of result.cycles.scenes) {
    row([
      `Cycles, ${c.triangles} triangles`,
      `${c.cyclesSeconds.toFixed(2)} s`,
      `ours ${c.oursSeconds.toFixed(2)} s`,
      `${c.ratio.toFixed(2)} x`,
    ]);
  }
}

/**
 * Runs the benchmark, about half a minute without Blender.
 *
 * @param options.json Keeps quiet; otherwise a table goes to stdout.
 */
export async function run(options: { readonly json?: boolean } = {}): Promise<BenchResult> {
  await buildKernels();
  const small = aBenchmarkScene(false);
  const large = aBenchmarkScene(true);
  const scenes = [await measureScene(small), await measureScene(large)];
  const plain = await measurePlain(small);
  const workers = 2;
  const began = performance.now();
  await traceScene(small, BENCHMARK_CAMERA, {
    width: SIZE,
    height: SIZE,
    spp: SPP,
    maxBounces: MAX_BOUNCES,
    workers,
  });
  const film = { seconds: (performance.now() - began) / 1000, width: SIZE, height: SIZE, spp: SPP, workers };
  const cycles = await compareWithCycles([small, large], {
    size: SIZE,
    spp: SPP,
    maxBounces: MAX_BOUNCES,
    workers,
  });
  const result: BenchResult = {
    name: 'tracer',
    scenes,
    plainRatio: plain.ratio,
    plainRays: plain.rate,
    plainBuildRatio: plain.buildRatio,
    leastRatio: LEAST_RATIO,
    passed: plain.ratio >= LEAST_RATIO,
    film,
    cycles,
  };
  if (options.json !== true) print(result);
  return result;
}
