import type { Io } from './io.ts';
import { readSecret } from './read-secret.ts';

/** The real process. The first Ctrl+C cancels and cleans up, the second one ends at once. */
export function createProcessIo(): Io {
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A closed pipe (`| head`) is the reader's choice and no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    cwd: process.cwd(),
    env: process.env,
    readSecret,
    signal: interrupt.signal,
  };
}
