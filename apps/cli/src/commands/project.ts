import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { exportProjectFile, importProjectFile } from '@diorama/server';
import type { Command } from 'commander';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { requireWritable } from '../output/write-files.ts';
import { writeStream } from '../output/write-stream.ts';

interface ExportFlags {
  readonly output?: string;
  readonly account?: string;
  readonly json?: boolean;
}

type ImportFlags = Omit<ExportFlags, 'output'>;

export function addProject(program: Command, io: Io, finish: (code: number) => void): void {
  const project = program
    .command('project')
    .summary('take a project with its history to another machine')
    .description(
      'Projects are those of the data folder (DIORAMA_DATA_DIR, else ./data). A project file holds the scene, the history\nand every file that it needs.',
    );
  const dataDir = () => resolve(io.cwd, io.env.DIORAMA_DATA_DIR || 'data');

  project
    .command('export')
    .description('Writes a project to one file; a server may be running.')
    .argument('<name>', 'name or id of the project')
    .option('-o, --output <file.diorama>', 'where to write; beside the current folder when absent')
    .option('--account <email>', "whose project; the server's owner when absent")
    .option('--json', 'print one JSON object')
    .action(async (name: string, flags: ExportFlags) => {
      const found = await exportProjectFile(name, {
        dataDir: dataDir(),
        email: flags.account ?? null,
        signal: io.signal,
      });
      try {
        const output = flags.output ?? found.fileName;
        const path = resolve(io.cwd, output);
        await requireWritable([path]);
        const bytes = await writeStream(path, found.stream, io.signal);
        const { entries, missing } = found;
        if (missing > 0)
          io.stderr(`note: ${missing} files are gone from the data folder; \`diorama doctor\` tells more.\n`);
        if (flags.json) io.stdout(`${JSON.stringify({ path: output, entries, missing, bytes })}\n`);
        else {
          io.stderr(`${counted(entries, 'entry', 'entries')}, ${megabytes(bytes)}.\n`);
          io.stdout(`${output}\n`);
        }
      } finally {
        await found.close();
      }
      finish(EXIT.ok);
    });

  project
    .command('import')
    .description('Brings a project file into the data folder; no server may be running on it.')
    .argument('<file.diorama>', 'a file that was exported')
    .option('--account <email>', "into whose account; the server's owner's when absent")
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: ImportFlags) => {
      const path = resolve(io.cwd, file);
      const info = await stat(path).catch(() => null);
      if (!info?.isFile())
        throw new UsageError(
          `${basename(file)} is not a file that can be read.`,
          'Give the path of a project file.',
        );
      const imported = await importProjectFile(createReadStream(path), {
        dataDir: dataDir(),
        email: flags.account ?? null,
        signal: io.signal,
      });
      if (flags.json) {
        io.stdout(`${JSON.stringify(imported)}\n`);
      } else {
        const { project: made, entries, skipped, files } = imported;
        io.stdout(
          `${made.name}: ${counted(entries, 'entry', 'entries')} and ${counted(files, 'file', 'files')}${skipped > 0 ? `; ${counted(skipped, 'entry was', 'entries were')} here already` : ''}.\n`,
        );
      }
      finish(EXIT.ok);
    });
}

function counted(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
