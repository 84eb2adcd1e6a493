import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as asc from 'assemblyscript/asc';

const nativeFolder = new URL('../native/', import.meta.url);
const distFolder = new URL('../dist/', import.meta.url);
const stampFile = new URL('kernel.sha256', distFolder);

const COMMON_FLAGS = ['--runtime', 'stub', '--noAssert', '-O3', '--converge'];

// Two builds of one source. Plain SIMD rounds after the multiplication and after the addition, so its bits are the same on every
// machine: for pictures that are compared by hash. Relaxed SIMD lets the CPU fuse both (FMA), which is faster, but a CPU without FMA
// gives slightly different bits.
const BUILDS = [
  { file: 'denoiser-plain.wasm', flags: ['--enable', 'simd'] },
  { file: 'denoiser-relaxed.wasm', flags: ['--enable', 'simd,relaxed-simd'] },
] as const;

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([asc.version, COMMON_FLAGS, BUILDS]));
  const names = (await readdir(nativeFolder)).filter((name) => name.endsWith('.ts')).sort();
  for (const name of names) hash.update(name).update(await readFile(new URL(name, nativeFolder)));
  return hash.digest('hex');
}

async function isUpToDate(hash: string): Promise<boolean> {
  try {
    for (const { file } of BUILDS) await readFile(new URL(file, distFolder));
    return (await readFile(stampFile, 'utf8')) === hash;
  } catch {
    return false;
  }
}

/** Written beside and renamed, so that a program that starts meanwhile never reads half a file. */
async function replaceFile(file: URL, content: Uint8Array | string): Promise<void> {
  const temporary = new URL(`${file.href}.${process.pid}`);
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/**
 * Compiles `native/` to `dist/*.wasm`. Does nothing when the sources, the flags and the compiler are those of the last build.
 *
 * @returns Whether it compiled.
 */
export async function buildKernels(): Promise<boolean> {
  const hash = await hashOfSources();
  if (await isUpToDate(hash)) return false;
  await mkdir(distFolder, { recursive: true });
  for (const { file, flags } of BUILDS) {
    let binary: Uint8Array | undefined;
    const { error, stderr } = await asc.main(
      ['index.ts', '--outFile', file, '--baseDir', fileURLToPath(nativeFolder), ...COMMON_FLAGS, ...flags],
      {
        writeFile: (_name, contents) => {
          if (typeof contents !== 'string') binary = contents;
        },
      },
    );
    if (error !== null || binary === undefined) {
      throw new Error(`Compiling ${file} failed:\n${stderr.toString()}`, { cause: error });
    }
    await replaceFile(new URL(file, distFolder), binary);
  }
  await replaceFile(stampFile, hash);
  return true;
}

if (import.meta.main) {
  const compiled = await buildKernels();
  process.stdout.write(compiled ? 'denoiser: kernels compiled\n' : 'denoiser: kernels are up to date\n');
}
