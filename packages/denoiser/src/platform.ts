// The few things that differ between Node and a browser. Nothing from Node is imported statically, so bundlers for the page leave
// this alone.

/** Node's module, or undefined in a browser. */
export function nodeModule<Name extends 'node:fs/promises' | 'node:worker_threads'>(
  name: Name,
): NodeModules[Name] | undefined {
  if (typeof process === 'undefined' || process.versions?.node === undefined) return undefined;
  return process.getBuiltinModule(name) as NodeModules[Name];
}

interface NodeModules {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:worker_threads': typeof import('node:worker_threads');
}

/** Reads a file of this package. */
export async function readBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const fs = nodeModule('node:fs/promises');
  if (fs !== undefined && url.protocol === 'file:') {
    // Copied out of Node's buffer pool: WebAssembly and hashing want a buffer of its own.
    return new Uint8Array(await fs.readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Number of threads this machine runs at once. */
export const hardwareThreads = (): number => Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1);
