#!/usr/bin/env node
// Plain JavaScript that any Node can read: it only makes sure that the rest runs on Node 24 or newer.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_MAJOR = 24;
const here = dirname(fileURLToPath(import.meta.url));
const entry = join(here, '..', 'src', 'main.ts');

if (Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR) {
  await import('../src/main.ts');
} else {
  const node = findPinnedNode();
  if (node) runOn(node);
  else {
    console.error(`error: Diorama needs Node ${OLDEST_MAJOR} or newer; this is ${process.versions.node}.`);
    console.error(
      'hint: Run `npm ci` in the folder of Diorama, which brings one along, or install a newer Node.',
    );
    process.exitCode = 1;
  }
}

/** The Node that comes as an npm package: beside this package or in any folder above it. */
function findPinnedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name, 'bin', file);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
  }
}

function runOn(node) {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl+C reaches both; the child decides when it has cleaned up.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(
      `error: The Node that comes with Diorama does not start (${error.code ?? 'unknown reason'}).`,
    );
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
