// The same triangles, materials, samples and bounces in Blender's Cycles, taking turns with ours.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BENCHMARK_CAMERA } from '../../packages/tracer/reference/test-scenes.ts';
import { type TraceScene, traceScene } from '../../packages/tracer/src/index.ts';

const ROUNDS = 3;
const run = promisify(execFile);

interface CyclesScene {
  readonly triangles: number;
  /** Medians of wall seconds, each with scene set-up and tree. */
  readonly oursSeconds: number;
  readonly cyclesSeconds: number;
  /** Ours over Cycles: below 1 is faster. */
  readonly ratio: number;
}

export interface CyclesResult {
  readonly blender: string;
  readonly scenes: readonly CyclesScene[];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

/** Raw arrays that the Blender script reads: positions, indices, material of each triangle. */
async function writeScene(folder: string, scene: TraceScene): Promise<number> {
  const positions: Float32Array[] = [];
  const indices: Uint32Array[] = [];
  const materials: Uint8Array[] = [];
  let first = 0;
  for (const mesh of scene.meshes) {
    positions.push(mesh.positions);
    const base = first;
    indices.push(mesh.indices.map((index) => index + base));
    materials.push(new Uint8Array(mesh.indices.length / 3).fill(mesh.material));
    first += mesh.positions.length / 3;
  }
  const write = (name: string, parts: readonly (Float32Array | Uint32Array | Uint8Array)[]) =>
    writeFile(
      join(folder, name),
      Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))),
    );
  await write('positions.f32', positions);
  await write('indices.u32', indices);
  await write('materials.u8', materials);
  const sun = scene.lights.find((light) => light.kind === 'directional');
  const description = {
    materials: scene.materials.map(({ baseColor, roughness, metallic }) => ({
      baseColor,
      roughness,
      metallic,
    })),
    sky: [...scene.environment.rgb.subarray(0, 3)],
    sun:
      sun?.kind === 'directional'
        ? { direction: sun.direction, strength: sun.irradiance[0], angleDegrees: sun.angularDiameterDegrees }
        : null,
    camera: BENCHMARK_CAMERA,
  };
  await writeFile(join(folder, 'scene.json'), JSON.stringify(description));
  return materials.reduce((sum, part) => sum + part.length, 0);
}

/** Null where there is no Blender; a Blender that fails is an error, because then the comparison would be silently lost. */
export async function compareWithCycles(
  scenes: readonly TraceScene[],
  options: {
    readonly size: number;
    readonly spp: number;
    readonly maxBounces: number;
    readonly workers: number;
  },
): Promise<CyclesResult | null> {
  let blender: string;
  try {
    blender = ((await run('blender', ['--version'])).stdout.split('\n')[0] ?? '').trim();
  } catch {
    return null;
  }
  const results: CyclesScene[] = [];
  for (const scene of scenes) {
    const folder = await mkdtemp(join(tmpdir(), 'diorama-cycles-'));
    try {
      const triangles = await writeScene(folder, scene);
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const began = performance.now();
        const { size, spp, maxBounces, workers } = options;
        await traceScene(scene, BENCHMARK_CAMERA, { width: size, height: size, spp, maxBounces, workers });
        ours.push((performance.now() - began) / 1000);
        const script = fileURLToPath(new URL('./cycles_scene.py', import.meta.url));
        const args = [
          '--background',
          '--factory-startup',
          '--python-exit-code',
          '1',
          '--python',
          script,
          '--',
          folder,
        ];
        const { stdout } = await run(
          'blender',
          [...args, String(size), String(spp), String(maxBounces), String(workers)],
          { maxBuffer: 1 << 26 },
        );
        const seconds = Number(/^RENDER_SECONDS ([\d.]+)$/m.exec(stdout)?.[1]);
        if (!Number.isFinite(seconds)) throw new Error(`Blender gave no time:\n${stdout.slice(-2000)}`);
        theirs.push(seconds);
      }
      const oursSeconds = median(ours);
      const cyclesSeconds = median(theirs);
      results.push({ triangles, oursSeconds, cyclesSeconds, ratio: oursSeconds / cyclesSeconds });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { blender, scenes: results };
}
