import { DenoiserError } from './errors.ts';
import { readBytes } from './platform.ts';

/** Functions of `native/`. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  convolvePair(
    layer: number,
    above: number,
    here: number,
    below: number,
    r0: number,
    r1: number,
    r2: number,
    r3: number,
    out0: number,
    out1: number,
  ): void;
  encodeRow(row: number, count: number, exposure: number, out: number, strideBytes: number): void;
  decodeRow(planes: number, strideBytes: number, count: number, exposure: number, out: number): void;
}

/** `plain`: same bits on every machine. `relaxed`: fused multiply-add where the CPU has it; faster. */
export type KernelBuild = 'plain' | 'relaxed';

const FILES: Readonly<Record<KernelBuild, URL>> = {
  plain: new URL('../dist/denoiser-plain.wasm', import.meta.url),
  relaxed: new URL('../dist/denoiser-relaxed.wasm', import.meta.url),
};

const compiled = new Map<KernelBuild, Promise<WebAssembly.Module | undefined>>();

/** Compiles a build once; undefined when this engine does not know its instructions. */
function compile(build: KernelBuild): Promise<WebAssembly.Module | undefined> {
  let module = compiled.get(build);
  if (module === undefined) {
    module = readBytes(FILES[build]).then(
      (bytes) => (WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : undefined),
      (cause: unknown) => {
        throw new DenoiserError('worker-failed', 'The denoiser kernel is missing; build the project first.', {
          cause,
        });
      },
    );
    compiled.set(build, module);
    module.catch(() => compiled.delete(build));
  }
  return module;
}

/**
 * The fastest kernel this engine accepts.
 *
 * @param deterministic Whether the bits must be the same on every machine.
 * @throws {DenoiserError} `worker-failed`
 */
export async function loadKernel(deterministic: boolean): Promise<WebAssembly.Module> {
  const module = (deterministic ? undefined : await compile('relaxed')) ?? (await compile('plain'));
  if (module === undefined) throw new DenoiserError('worker-failed', 'This engine has no WebAssembly SIMD.');
  return module;
}

export const instantiateKernel = (module: WebAssembly.Module): Kernel =>
  new WebAssembly.Instance(module, {}).exports as unknown as Kernel;
