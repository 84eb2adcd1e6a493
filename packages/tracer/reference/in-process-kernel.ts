// The kernel on this very thread, for tests and benchmarks that call it ray by ray.
import { buildAcceleration, instantiateKernel, type KernelExports, loadKernel } from '../src/kernel.ts';
import { type KernelPlan, packScene } from '../src/kernel-layout.ts';
import type { TraceCamera, TraceOptions, TraceScene } from '../src/trace-scene-types.ts';

export interface InProcessKernel {
  readonly kernel: KernelExports;
  readonly memory: WebAssembly.Memory;
  readonly plan: KernelPlan;
  readonly buildMs: number;
  /** Closest hits of rays (origin and direction, 6 floats each): distance or -1, u, v per ray, and triangles. */
  closest(rays: Float32Array): { readonly hits: Float32Array; readonly triangles: Int32Array };
  occluded(rays: Float32Array): Uint32Array;
}

export async function openKernel(
  scene: TraceScene,
  camera: TraceCamera,
  options: TraceOptions,
): Promise<InProcessKernel> {
  const module = await loadKernel(false);
  const { plan, write } = packScene(scene, camera, options, 1);
  const memory = new WebAssembly.Memory({ initial: plan.initialPages, maximum: 65_536 });
  write(memory.buffer);
  const kernel = instantiateKernel(module, memory);
  const began = performance.now();
  buildAcceleration(kernel, memory, plan);
  const buildMs = performance.now() - began;
  kernel.bindScene(plan.header, plan.stacks);
  const probe = (rays: Float32Array, wordsOut: number) => {
    const count = rays.length / 6;
    const start = memory.buffer.byteLength;
    memory.grow(Math.ceil((rays.byteLength + count * wordsOut * 4) / 65_536));
    new Float32Array(memory.buffer, start, rays.length).set(rays);
    return { count, start, out: start + rays.byteLength };
  };
  return {
    kernel,
    memory,
    plan,
    buildMs,
    closest(rays) {
      const { count, start, out } = probe(rays, 4);
      kernel.probeRays(start, out, count);
      return {
        hits: new Float32Array(memory.buffer, out, count * 4).slice(),
        triangles: new Int32Array(memory.buffer, out, count * 4).slice(),
      };
    },
    occluded(rays) {
      const { count, start, out } = probe(rays, 1);
      kernel.probeOcclusion(start, out, count);
      return new Uint32Array(memory.buffer, out, count).slice();
    },
  };
}
