import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashInputs } from './input-hash.ts';
import { BUILD_STEPS, type BuildStep, ROOT } from './steps.ts';

const STAMP_FOLDER = join(ROOT, 'node_modules/.cache/diorama/build');

/**
 * Builds what is not up to date; steps that do not wait for each other run side by side.
 *
 * @returns The names of the steps that had to run.
 * @throws {Error} naming the step whose command failed; its own output went to the terminal.
 */
export async function build(): Promise<string[]> {
  await mkdir(STAMP_FOLDER, { recursive: true });
  const ran: string[] = [];
  const done = new Map<string, Promise<void>>();
  for (const step of BUILD_STEPS) {
    const before = step.after.map((name) => done.get(name));
    done.set(
      step.name,
      Promise.all(before).then(() => runIfStale(step, ran)),
    );
  }
  const results = await Promise.allSettled(done.values());
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return ran;
}

async function runIfStale(step: BuildStep, ran: string[]): Promise<void> {
  const stampFile = join(STAMP_FOLDER, step.name);
  const hash = await hashInputs(ROOT, step.inputs);
  const built = existsSync(join(ROOT, step.output)) ? await readFile(stampFile, 'utf8').catch(() => '') : '';
  if (built === hash) return;
  ran.push(step.name);
  await run(step);
  await writeFile(stampFile, hash);
}

function run(step: BuildStep): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...step.args], {
      cwd: join(ROOT, step.cwd),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`Building ${step.name} ended with code ${code}.`)),
    );
  });
}
