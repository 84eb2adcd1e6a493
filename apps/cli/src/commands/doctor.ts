import { resolve } from 'node:path';
import { doctor } from '@diorama/server';
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
    .option('--json', 'print one JSON object')
    .action(async (flags: { json?: boolean }) => {
      const checks = await doctor(resolve(io.cwd, io.env.DIORAMA_DATA_DIR || 'data'));
      const ok = checks.every((check) => check.ok);
      if (flags.json) io.stdout(`${JSON.stringify({ ok, checks })}\n`);
      else {
        const width = Math.max(...checks.map(({ check }) => check.length));
        for (const { check, ok: good, detail, hint } of checks) {
          io.stdout(`${good ? 'ok  ' : 'FAIL'}  ${check.padEnd(width)}  ${detail}\n`);
          if (!good && hint) io.stdout(`      ${' '.repeat(width)}  ${hint}\n`);
        }
      }
      finish(ok ? EXIT.ok : EXIT.failed);
    });
}
