import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Runs a script that kills itself at the given step of its work.
 *
 * @returns The lines that it printed before.
 */
export async function runToStep(script: URL, dataDir: string, step: number): Promise<string[]> {
  const child = spawn(process.execPath, [fileURLToPath(script), dataDir, String(step)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return text.split('\n').filter(Boolean);
}
