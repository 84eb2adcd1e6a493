import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build/build.ts';
import { ROOT } from './build/steps.ts';

await build();

// The API restarts on a change; Vite replaces modules in the page and passes /api and /samples on to it.
const children = [
  spawn(process.execPath, ['--watch', '--watch-preserve-output', 'apps/server/src/main.ts'], {
    cwd: ROOT,
    stdio: 'inherit',
  }),
  spawn(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js')], {
    cwd: join(ROOT, 'apps/studio'),
    stdio: 'inherit',
  }),
];

const stop = (): void => {
  for (const child of children) child.kill();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
for (const child of children) child.once('exit', stop);
