import type { Io } from '../io.ts';
import { run } from '../run.ts';

/** What a command left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `diorama` with these arguments in this process: no terminal, an empty environment, nobody who could be asked. */
export async function runDiorama(
  args: readonly string[],
  io: Partial<Io> & Pick<Io, 'cwd'>,
): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await run(args, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isTerminal: false,
    columns: 80,
    env: {},
    signal: new AbortController().signal,
    ...io,
  });
  return { code, stdout, stderr };
}
