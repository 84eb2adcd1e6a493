// The compiled kernel: where it lies, what it exports, how a tree is built with it.
import type { KernelPlan } from './kernel-layout.ts';
import { TracerError } from './tracer-error.ts';

export interface KernelExports {
  buildBinary(
    count: number,
    positions: number,
    indices: number,
    references: number,
    nodes: number,
    scratch: number,
  ): number;
  countWide(nodes: number, scratch: number): number;
  widen(
    binaryNodes: number,
    references: number,
    positions: number,
    indices: number,
    triangleMesh: number,
    meshes: number,
    materials: number,
    wideNodes: number,
    blocks: number,
    scratch: number,
  ): void;
  buildTable(at: number): void;
  averagePatterns(materials: number, count: number): void;
  bindScene(header: number, stack: number): void;
  renderTile(x0: number, y0: number, x1: number, y1: number, from: number, to: number): void;
  takeRayCount(): number;
  probeRays(rays: number, hits: number, count: number): void;
  probeOcclusion(rays: number, answers: number, count: number): void;
  benchPrimary(): number;
  benchIncoherent(
    count: number,
    x0: number,
    y0: number,
    z0: number,
    x1: number,
    y1: number,
    z1: number,
  ): number;
}

interface NodeFileSystem {
  readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
interface NodeProcess {
  readonly getBuiltinModule?: (id: string) => unknown;
}

/** A Node built-in, or undefined in a browser. Not an import, so that a bundler for browsers finds nothing to resolve. */
export function nodeBuiltin<T>(id: string): T | undefined {
  const runtime = (globalThis as { process?: NodeProcess }).process;
  return runtime?.getBuiltinModule?.(id) as T | undefined;
}

const compiled = new Map<'shared' | 'single', Promise<WebAssembly.Module>>();

async function compile(shared: boolean): Promise<WebAssembly.Module> {
  // Both literal, because bundlers find assets by this very expression.
  const url = shared
    ? new URL('../dist/tracer-shared.wasm', import.meta.url)
    : new URL('../dist/tracer-single.wasm', import.meta.url);
  try {
    const fs = url.protocol === 'file:' ? nodeBuiltin<NodeFileSystem>('node:fs') : undefined;
    if (fs !== undefined) return await WebAssembly.compile(fs.readFileSync(url));
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new TracerError(
      'kernel-missing',
      'The tracer kernel could not be loaded. Run `npm run build` first.',
      { cause },
    );
  }
}

/** The compiled module, once per process. A failure is not remembered, so a later build heals it. */
export function loadKernel(shared: boolean): Promise<WebAssembly.Module> {
  const key = shared ? 'shared' : 'single';
  let module = compiled.get(key);
  if (module === undefined) {
    module = compile(shared);
    module.catch(() => compiled.delete(key));
    compiled.set(key, module);
  }
  return module;
}

export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  const env = {
    memory,
    abort: () => {
      throw new TracerError('worker-failed', 'The tracer kernel stopped on a failed check.');
    },
  };
  return new WebAssembly.Instance(module, { env }).exports as unknown as KernelExports;
}

function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / 65_536);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch (cause) {
    throw new TracerError(
      'too-large',
      `The tree of this scene needs ${Math.round(bytes / 2 ** 20)} MiB, which could not be had.`,
      { cause },
    );
  }
}

/** Builds tables and tree in the kernel's memory and completes the header. */
export function buildAcceleration(kernel: KernelExports, memory: WebAssembly.Memory, plan: KernelPlan): void {
  kernel.buildTable(plan.bsdfTable);
  kernel.averagePatterns(plan.materials, plan.materialCount);
  if (plan.triangles === 0) return;
  const blocks = kernel.buildBinary(
    plan.triangles,
    plan.positions,
    plan.indices,
    plan.references,
    plan.binaryNodes,
    plan.scratch,
  );
  const wide = kernel.countWide(plan.binaryNodes, plan.scratch);
  const blocksAt = plan.wideNodes + wide * 128;
  growTo(memory, blocksAt + blocks * 160);
  kernel.widen(
    plan.binaryNodes,
    plan.references,
    plan.positions,
    plan.indices,
    plan.triangleMesh,
    plan.meshes,
    plan.materials,
    plan.wideNodes,
    blocksAt,
    plan.scratch,
  );
  const header = new Uint32Array(memory.buffer, plan.header, 2);
  header[0] = plan.wideNodes;
  header[1] = blocksAt;
}
