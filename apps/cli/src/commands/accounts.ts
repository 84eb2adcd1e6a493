import { resolve } from 'node:path';
import { type AccountAdministration, openAccountAdministration } from '@diorama/server';
import type { Command } from 'commander';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { CommandIo } from '../io.ts';

const WHERE =
  'They are those of the data folder (DIORAMA_DATA_DIR, else ./data); a server may be running on it. Passwords are\nasked for, or read from standard input.';

export function addAccounts(program: Command, io: CommandIo, finish: (code: number) => void): void {
  const accounts = program
    .command('accounts')
    .summary('list accounts, set the first owner, reset passwords')
    .description(WHERE);

  const withAccounts = async (
    use: (administration: AccountAdministration) => Promise<void>,
    { mayCreate = false } = {},
  ): Promise<void> => {
    const dataDir = resolve(io.cwd, io.env.DIORAMA_DATA_DIR || 'data');
    const administration = await openAccountAdministration(dataDir, { mayCreate });
    try {
      await use(administration);
      finish(EXIT.ok);
    } finally {
      await administration.close();
    }
  };
  const askPassword = async (): Promise<string> => {
    if (!io.readSecret) throw new UsageError('A password cannot be asked for here.');
    const password = await io.readSecret('Password');
    io.hide(password);
    return password;
  };

  accounts
    .command('list')
    .description('Lists everyone who has an account.')
    .option('--json', 'print one JSON object')
    .action((flags: { json?: boolean }) =>
      withAccounts(async (administration) => {
        const found = await administration.list();
        if (flags.json) {
          io.stdout(`${JSON.stringify({ accounts: found })}\n`);
          return;
        }
        for (const { email, name, role, disabled, canSignIn } of found) {
          const state = disabled ? 'disabled' : canSignIn ? 'active' : 'no password';
          io.stdout(`${role.padEnd(6)}  ${state.padEnd(11)}  ${(email ?? '-').padEnd(30)}  ${name}\n`);
        }
      }),
    );

  accounts
    .command('set-owner')
    .description(
      'Gives the first owner an email address and a password, before anybody can reach the server.',
    )
    .requiredOption('--email <email>', 'what the owner signs in with')
    .option('--name <name>', 'how others see the owner; else the part before the @')
    .action(({ email, name }: { email: string; name?: string }) =>
      withAccounts(
        async (administration) => {
          const password = await askPassword();
          const owner = await administration.setOwner({ email, name: name ?? null, password });
          io.stdout(`${owner.name} <${owner.email}> is the owner and can sign in.\n`);
        },
        { mayCreate: true },
      ),
    );

  accounts
    .command('reset-password')
    .description('Gives somebody a new password and signs them out everywhere.')
    .requiredOption('--email <email>', 'whose password')
    .action(({ email }: { email: string }) =>
      withAccounts(async (administration) => {
        const account = await administration.resetPassword(email, await askPassword());
        io.stdout(`${account.name} <${account.email}> has a new password.\n`);
      }),
    );

  for (const [command, disabled, description, done] of [
    [
      'disable',
      true,
      'Lets somebody sign in no more, and signs them out. Everything of theirs is kept.',
      'disabled',
    ],
    ['enable', false, 'Lets somebody sign in again.', 'enabled'],
  ] as const)
    accounts
      .command(command)
      .description(description)
      .requiredOption('--email <email>', 'whose account')
      .action(({ email }: { email: string }) =>
        withAccounts(async (administration) => {
          const account = await administration.setDisabled(email, disabled);
          io.stdout(`${account.name} <${account.email}> is ${done}.\n`);
        }),
      );
}
