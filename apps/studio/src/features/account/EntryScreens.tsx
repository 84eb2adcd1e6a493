import { LIMITS } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { hidePage, showPage } from '../../app/page-route.ts';
import classes from './EntryForm.module.css';
import { EntryCard, type EntryField, EntryForm } from './EntryForm.tsx';
import type { EntryLink } from './entry-route.ts';
import { refreshSession, setSession } from './session-state.ts';

const NAME: EntryField = { name: 'name', label: 'Name', kind: 'text', autoComplete: 'name' };
const EMAIL: EntryField = { name: 'email', label: 'Email', kind: 'email', autoComplete: 'username' };
const PASSWORD: EntryField = {
  name: 'password',
  label: 'Password',
  kind: 'password',
  autoComplete: 'current-password',
};
const NEW_PASSWORD: EntryField = {
  ...PASSWORD,
  autoComplete: 'new-password',
  description: `At least ${LIMITS.passwordCharactersMin} characters.`,
  charactersMin: LIMITS.passwordCharactersMin,
};

const field = (values: Readonly<Record<string, string>>, name: string): string => values[name] ?? '';

export function SignInScreen({ publicCommunity }: { readonly publicCommunity: boolean }) {
  return (
    <EntryForm
      title="Sign in"
      fields={[EMAIL, PASSWORD]}
      submit="Sign in"
      onSubmit={async (values) =>
        setSession(
          await client.signIn({
            body: { email: field(values, 'email'), password: field(values, 'password') },
          }),
        )
      }
      footer={
        <p className={classes.footer}>
          No account, or the password forgotten? The owner of this server can give you a link.
          {publicCommunity && (
            <>
              {' '}
              <button type="button" className={classes.link} onClick={() => showPage('community')}>
                Look at the gallery
              </button>
            </>
          )}
        </p>
      }
    />
  );
}

/** Shown while nobody owns the server; the link with the token stands in its log. */
export function SetupNeededScreen() {
  const [token, setToken] = useState<string | null>(null);
  if (token !== null) return <LinkScreen link={{ kind: 'setup', token }} />;
  return (
    <EntryForm
      title="This server has no owner yet"
      about="When it started, it printed an address for its owner. Open that address, or enter the code at its end."
      fields={[{ name: 'token', label: 'Code', kind: 'password', autoComplete: 'off' }]}
      submit="Continue"
      onSubmit={async (values) => setToken(field(values, 'token').trim().replace(/^.*\//, ''))}
    />
  );
}

export function LaunchTokenScreen() {
  return (
    <EntryCard title="This browser has not been let in yet">
      <p className={classes.about}>
        Other people use this machine too, so Diorama opens only by the address that it printed when it
        started. Open that address once; afterwards this browser is known.
      </p>
    </EntryCard>
  );
}

export function UnreachableScreen({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <EntryCard title="The server does not answer">
      <p className={classes.about}>Check that Diorama is running. Nothing of yours is lost.</p>
      <Button onClick={onRetry}>Try again</Button>
    </EntryCard>
  );
}

/** What a one-time link opens. */
export function LinkScreen({ link }: { readonly link: EntryLink }) {
  const [done, setDone] = useState(false);
  const { token } = link;
  if (done)
    return (
      <EntryCard title="Your password is changed">
        <p className={classes.about}>You are signed out everywhere else. Sign in with the new one.</p>
        <Button
          onClick={() => {
            hidePage();
            refreshSession();
          }}
        >
          Sign in
        </Button>
      </EntryCard>
    );
  switch (link.kind) {
    case 'setup':
      return (
        <EntryForm
          title="Become the owner"
          about="You look after engines, budget, accounts and the community. Everything that was made here before is yours."
          fields={[NAME, EMAIL, NEW_PASSWORD]}
          submit="Create account"
          onSubmit={async (values) => {
            setSession(await client.setUp({ body: { token, ...person(values) } }));
            hidePage();
          }}
        />
      );
    case 'join':
      return (
        <EntryForm
          title="Join this server"
          about="Your images, scenes and history are yours alone until you publish something."
          fields={[NAME, EMAIL, NEW_PASSWORD]}
          submit="Create account"
          onSubmit={async (values) => {
            setSession(await client.join({ body: { token, ...person(values) } }));
            hidePage();
          }}
        />
      );
    case 'password':
      return (
        <EntryForm
          title="Choose a new password"
          fields={[{ ...NEW_PASSWORD, label: 'New password' }]}
          submit="Change password"
          onSubmit={async (values) => {
            await client.choosePassword({ body: { token, password: field(values, 'password') } });
            setDone(true);
          }}
        />
      );
  }
}

function person(values: Readonly<Record<string, string>>) {
  return {
    name: field(values, 'name'),
    email: field(values, 'email'),
    password: field(values, 'password'),
  };
}
