import { Command, CommanderError } from 'commander';
import { addAccounts } from './commands/accounts.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEngines } from './commands/engines.ts';
import { addInspect } from './commands/inspect.ts';
import { addProject } from './commands/project.ts';
import { addRender } from './commands/render.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { Io } from './io.ts';
import { reportError } from './report-error.ts';
import { VERSION } from './version.ts';

/**
 * Runs the program in this process.
 *
 * @param args Without the name of the program.
 * @returns The exit code: 0 done, 1 failed, 2 bad usage, 130 canceled.
 */
export async function run(args: readonly string[], processIo: Io): Promise<number> {
  const io = hideSecrets(processIo);
  let code: number = EXIT.ok;
  const program = new Command('diorama')
    .description('Turns a 3D scene into an image, on this machine.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--verbose', 'show the details of a failure')
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr, outputError: () => {} })
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES);
  const finish = (exitCode: number) => {
    code = exitCode;
  };
  addRender(program, io, finish);
  addInspect(program, io, finish);
  addDoctor(program, io, finish);
  addEngines(program, io, finish);
  addAccounts(program, io, finish);
  addProject(program, io, finish);

  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (thrown) {
    const flags = {
      json: args.includes('--json'),
      verbose: args.includes('--verbose') || Boolean(io.env.DEBUG),
    };
    if (!(thrown instanceof CommanderError)) return reportError(thrown, io, flags);
    if (thrown.exitCode === 0) return EXIT.ok;
    // Without a command commander has printed the help.
    if (thrown.code === 'commander.help') return EXIT.usage;
    return reportError(new UsageError(sentence(thrown.message)), io, flags);
  }
}

const EXAMPLES = `
Examples:
  diorama render sample:perfume --prompt "soft studio light, pink marble plinth" -o perfume.png
  diorama render chair.glb --prompt "red leather, golden hour" --aspect-ratio 4:5 --quality high
  diorama render truck.glb --prompt "snow" --reference mood.jpg:style --aov depth,normal
  diorama render chair.glb --prompt "watercolour" --engine openai
  diorama inspect chair.glb
  diorama engines test`;

function sentence(message: string): string {
  const text = message.replace(/^error: /, '').split('\n')[0] ?? '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
