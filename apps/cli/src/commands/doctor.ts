import { resolve } from 'node:path';
import { DioramaError } from '@diorama/contracts';
import { doctor, type Mending, mend, StartError } from '@diorama/server';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';

export function addDoctor(program: Command, io: Io, finish: (code: number) => void): void {
  program
    .command('doctor')
    .summary('check data folder, database, files and engines')
    .description(
      'Examines the data folder (DIORAMA_DATA_DIR, else ./data) and the engines, and says what to do where something is wrong.',
    )
    .option('--mend', 'put right what can be put right without a loss; the server must not run')
    .option('--json', 'print one JSON object')
    .action(async (flags: { json?: boolean; mend?: boolean }) => {
      const dataDir = resolve(io.cwd, io.env.DIORAMA_DATA_DIR || 'data');
      const mended = flags.mend ? await mendFolder(dataDir) : null;
      const checks = await doctor(dataDir);
      const ok = checks.every((check) => check.ok);
      if (flags.json)
        io.stdout(`${JSON.stringify({ ok, checks, ...(mended === null ? {} : { mended }) })}\n`);
      else {
        if (mended?.length === 0) io.stdout('There was nothing to mend.\n');
        for (const { what, count } of mended ?? []) io.stdout(`mended  ${count} ${what}\n`);
        const width = Math.max(...checks.map(({ check }) => check.length));
        for (const { check, ok: good, detail, hint } of checks) {
          io.stdout(`${good ? 'ok  ' : 'FAIL'}  ${check.padEnd(width)}  ${detail}\n`);
          if (!good && hint) io.stdout(`      ${' '.repeat(width)}  ${hint}\n`);
        }
      }
      finish(ok ? EXIT.ok : EXIT.failed);
    });
}

async function mendFolder(dataDir: string): Promise<Mending[]> {
  try {
    return await mend(dataDir);
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    throw new DioramaError('conflict', thrown.message, { hint: thrown.hint, cause: thrown });
  }
}
