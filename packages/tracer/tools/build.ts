// Compiles native/ to dist/tracer-{shared,single}.wasm. Skipped when sources and compiler are those of the last build.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NATIVE = new URL('../native/', import.meta.url);
const DIST = new URL('../dist/', import.meta.url);
const COMMON = [
  '--runtime',
  'stub',
  '--importMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
  '-O3',
  '--noAssert',
  '--disableWarning',
  '112',
];
const BUILDS = {
  'tracer-shared.wasm': ['--sharedMemory', '--enable', 'threads'],
  'tracer-single.wasm': [],
} as const;

function fingerprint(version: string): string {
  const hash = createHash('sha256')
    .update(version)
    .update(JSON.stringify([COMMON, BUILDS]));
  for (const name of readdirSync(NATIVE)
    .filter((file) => file.endsWith('.ts'))
    .sort()) {
    hash.update(name).update(readFileSync(new URL(name, NATIVE)));
  }
  return hash.digest('hex');
}

function readIfThere(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Builds both kernels unless they are up to date.
 *
 * @returns Whether anything was compiled.
 * @throws When the compiler reports an error; its messages are the error's text.
 */
export async function buildKernels(): Promise<boolean> {
  const asc = await import('assemblyscript/asc');
  const wanted = fingerprint(asc.version);
  const stamp = new URL('tracer.sha256', DIST);
  if (readIfThere(stamp) === wanted && Object.keys(BUILDS).every((name) => readdirSync(DIST).includes(name)))
    return false;
  mkdirSync(DIST, { recursive: true });
  for (const [name, flags] of Object.entries(BUILDS)) {
    let output: Uint8Array | null = null;
    const result = await asc.main(['index.ts', '-o', name, ...COMMON, ...flags], {
      readFile: (file, base) =>
        readIfThere(new URL(file, `${new URL(base === '.' ? '' : `${base}/`, NATIVE)}`)),
      writeFile: (_file, contents) => {
        output = contents as Uint8Array;
      },
      listFiles: () => null,
    });
    if (result.error !== null || output === null) {
      throw new Error(`The tracer kernel does not compile.\n${result.stderr.toString()}`, {
        cause: result.error,
      });
    }
    // Renamed into place, so that a process that starts meanwhile never reads half a file.
    const temporary = new URL(`${name}.${process.pid}.tmp`, DIST);
    writeFileSync(temporary, output);
    renameSync(temporary, new URL(name, DIST));
  }
  writeFileSync(stamp, wanted);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
