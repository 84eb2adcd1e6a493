import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import classes from './AccountPage.module.css';
import { whenInWords } from './account-words.ts';
import { Listed } from './Listed.tsx';
import { OnceShown } from './OnceShown.tsx';

const LIVES = [
  { value: '30', label: '30 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
];

export function TokensSection() {
  const tokens = useQuery({
    queryKey: ['account-tokens'],
    queryFn: async ({ signal }) => (await client.listApiTokens({ signal })).tokens,
  });
  const [name, setName] = useState('');
  const [days, setDays] = useState('30');
  const [issued, setIssued] = useState<string | null>(null);
  const action = useAction();
  const create = () =>
    void action.run(async () => {
      const { token } = await client.createApiToken({
        body: { name, expiresInDays: days === '' ? null : Number(days) },
      });
      setIssued(token);
      setName('');
      await tokens.refetch();
    });
  const revoke = (id: string) =>
    void action.run(async () => {
      await client.revokeApiToken({ params: { id } });
      await tokens.refetch();
    });
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>API tokens</h2>
      <p className={classes.about}>
        A program that sends one as <code>Authorization: Bearer …</code> works in your name. It cannot change
        your password or make tokens of its own.
      </p>
      {issued !== null && (
        <OnceShown
          about="Copy the token now. It is not shown again."
          secret={issued}
          onDone={() => setIssued(null)}
        />
      )}
      <form
        className={classes.row}
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <TextInput
          label="What it is for"
          placeholder="Render farm"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Works for"
          data={LIVES}
          value={days}
          allowDeselect={false}
          onChange={(value) => setDays(value ?? '')}
        />
        <Button type="submit" loading={action.busy} disabled={name.trim() === ''}>
          Make a token
        </Button>
      </form>
      <Fault error={action.error} />
      <Listed query={tokens} label="API tokens" empty="There are none.">
        {(token) => (
          <li key={token.id} className={classes.item}>
            <div className={classes.grow}>
              <p className={classes.name}>{token.name}</p>
              <p className={classes.small}>
                Made {whenInWords(token.createdAt)} ·{' '}
                {token.lastUsedAt === null ? 'never used' : `last used ${whenInWords(token.lastUsedAt)}`}
                {token.expiresAt !== null && ` · ends ${whenInWords(token.expiresAt)}`}
              </p>
            </div>
            <Button size="compact-sm" variant="default" onClick={() => revoke(token.id)}>
              Revoke
            </Button>
          </li>
        )}
      </Listed>
    </section>
  );
}
