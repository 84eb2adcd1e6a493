import { LIMITS } from '@diorama/contracts';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import classes from './AccountPage.module.css';
import { setAccount, signOut, useSession } from './session-state.ts';

export function ProfileSection() {
  const account = useSession().data?.account;
  if (!account) return null;
  return (
    <>
      <section className={classes.section}>
        <h2 className={classes.heading}>You</h2>
        <p className={classes.about}>
          {account.email} · {account.role === 'owner' ? 'Owner of this server' : 'Member'}
        </p>
        <NameForm key={account.name} name={account.name} />
      </section>
      <section className={classes.section}>
        <h2 className={classes.heading}>Password</h2>
        <p className={classes.about}>With a new password you are signed out everywhere else.</p>
        <PasswordForm />
      </section>
      <section className={classes.section}>
        <h2 className={classes.heading}>Sign out</h2>
        <p className={classes.about}>
          The scene and the panel of this browser are cleared; your history stays on the server. Generate or
          save the scene first if you want to find it again.
        </p>
        <div>
          <Button variant="default" onClick={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </section>
    </>
  );
}

function NameForm({ name: before }: { readonly name: string }) {
  const [name, setName] = useState(before);
  const action = useAction();
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(async () => setAccount(await client.updateAccount({ body: { name } })));
      }}
    >
      <TextInput
        label="Name"
        description="Others see it beside what you publish."
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Fault error={action.error} />
      <div>
        <Button type="submit" loading={action.busy} disabled={name.trim() === '' || name.trim() === before}>
          Save
        </Button>
      </div>
    </form>
  );
}

function PasswordForm() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const action = useAction();
  const change = async () => {
    const changed = await action.run(() => client.changePassword({ body: { current, next } }));
    if (!changed) return;
    setCurrent('');
    setNext('');
    notifications.show({ message: 'Your password is changed.' });
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password"
        description={`At least ${LIMITS.passwordCharactersMin} characters.`}
        autoComplete="new-password"
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
      />
      <Fault error={action.error} />
      <div>
        <Button
          type="submit"
          loading={action.busy}
          disabled={current === '' || next.length < LIMITS.passwordCharactersMin}
        >
          Change password
        </Button>
      </div>
    </form>
  );
}
