import type { EngineDescription, ProbeReport } from '@diorama/contracts';
import type { Command } from 'commander';
import { openEngines } from '../engines/open-engines.ts';
import { EXIT } from '../exit-codes.ts';
import type { CommandIo } from '../io.ts';

const WHERE =
  'The engines are the built-in one, those of the environment (see .env.example) and those of the data folder\n(DIORAMA_DATA_DIR, else ./data), which is only read, also while a server uses it.';

export function addEngines(program: Command, io: CommandIo, finish: (code: number) => void): void {
  const engines = program.command('engines').summary('list and test the engines').description(WHERE);
  engines
    .command('list')
    .description('Lists the engines with their models, without calling any.')
    .option('--json', 'print one JSON object')
    .action(async (flags: { json?: boolean }) => {
      const { registry, sources } = await openEngines(io);
      const found = await registry.list();
      if (flags.json) {
        const engines = found.map((engine) => ({ ...engine, source: sources.get(engine.id) ?? 'built-in' }));
        io.stdout(`${JSON.stringify({ engines })}\n`);
      } else for (const line of found.flatMap(linesOf)) io.stdout(`${line}\n`);
      finish(EXIT.ok);
    });
  engines
    .command('test')
    .description('Calls one engine, or all, without making an image: address, key, models. Costs nothing.')
    .argument('[id]', 'an engine of the list; all when absent')
    .option('--json', 'print one JSON object')
    .action(async (id: string | undefined, flags: { json?: boolean }) => {
      const { registry } = await openEngines(io);
      const ids = id === undefined ? registry.ids : [registry.get(id).id];
      const reports: (ProbeReport & { id: string })[] = [];
      for (const engine of ids) {
        const report = await registry.get(engine).test({ signal: io.signal, log: () => {} });
        reports.push({ id: engine, ...report });
        if (!flags.json) printReport(engine, report, io);
      }
      const ok = reports.every((report) => report.ok);
      if (flags.json) io.stdout(`${JSON.stringify({ ok, reports })}\n`);
      finish(ok ? EXIT.ok : EXIT.failed);
    });
}

function linesOf({ id, name, available, reason, models, isFree }: EngineDescription): string[] {
  const state = available ? 'ok  ' : 'no  ';
  const lines = [`${state}  ${id.padEnd(20)}  ${name}${isFree ? '' : ', charges'}`];
  if (reason) lines.push(`      ${''.padEnd(20)}  ${reason}`);
  for (const model of models) lines.push(`      ${''.padEnd(20)}  ${model.id}`);
  return lines;
}

function printReport(id: string, { ok, checks, models, server, ms }: ProbeReport, io: CommandIo): void {
  const facts = [server, models.length > 0 ? `${models.length} models` : null, `${Math.round(ms)} ms`];
  io.stdout(`${ok ? 'ok  ' : 'FAIL'}  ${id.padEnd(20)}  ${facts.filter(Boolean).join(', ')}\n`);
  for (const check of checks) {
    io.stdout(`      ${check.ok ? 'ok  ' : 'FAIL'} ${check.check}: ${check.detail}\n`);
    if (!check.ok && check.hint) io.stdout(`           ${check.hint}\n`);
  }
}
