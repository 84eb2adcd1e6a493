import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { Logo } from '../../ui/Logo.tsx';
import { useAction } from '../../ui/use-action.ts';
import classes from './EntryForm.module.css';

export interface EntryField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'email' | 'password';
  /** For password managers. */
  readonly autoComplete: string;
  readonly description?: string;
  /** Below it nothing is sent. Default 1. */
  readonly charactersMin?: number;
}

/** A card in the middle of an empty window: what somebody sees who is not let in yet. */
export function EntryCard(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className={classes.screen}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Logo />
          <span>Diorama</span>
        </div>
        <h1 className={classes.title}>{props.title}</h1>
        {props.children}
      </div>
    </main>
  );
}

export function EntryForm(props: {
  readonly title: string;
  readonly about?: string;
  readonly fields: readonly EntryField[];
  readonly submit: string;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly footer?: ReactNode;
}) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const action = useAction();
  const isComplete = props.fields.every(
    ({ name, kind, charactersMin = 1 }) =>
      kind === 'text' || ((values[name] ?? '').trim() !== '' && (values[name] ?? '').length >= charactersMin),
  );
  return (
    <EntryCard title={props.title}>
      {props.about && <p className={classes.about}>{props.about}</p>}
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void action.run(() => props.onSubmit(values));
        }}
      >
        {props.fields.map((field, index) => {
          const Input = field.kind === 'password' ? PasswordInput : TextInput;
          return (
            <Input
              key={field.name}
              label={field.label}
              name={field.name}
              description={field.description}
              autoComplete={field.autoComplete}
              {...(field.kind === 'password' ? {} : { type: field.kind })}
              // The page has nothing else to do first.
              autoFocus={index === 0}
              required
              withAsterisk={false}
              value={values[field.name] ?? ''}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setValues((before) => ({ ...before, [field.name]: value }));
              }}
            />
          );
        })}
        <Fault error={action.error} />
        <Button type="submit" fullWidth loading={action.busy} disabled={!isComplete}>
          {props.submit}
        </Button>
      </form>
      {props.footer}
    </EntryCard>
  );
}
