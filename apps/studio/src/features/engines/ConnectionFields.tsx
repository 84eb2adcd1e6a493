import type { EngineKindInfo } from '@diorama/contracts';
import { PasswordInput, Switch, TextInput } from '@mantine/core';

/** What was typed is not thrown away with the whole dialog by an Escape; an empty field lets it through. */
const keepsTyped = (value: string) => ({ 'data-mantine-stop-propagation': value !== '' || undefined });

interface FieldProps {
  readonly info: EngineKindInfo;
  readonly value: string;
  readonly fault: string | null;
  readonly onChange: (value: string) => void;
  /** Takes the focus when it appears, because the person has just asked for it. */
  readonly focus?: boolean;
}

export function AddressField({ info, value, fault, onChange, focus }: FieldProps) {
  return (
    <TextInput
      label="Address"
      type="url"
      inputMode="url"
      placeholder={info.defaultAddress}
      description={info.address === 'required' ? 'Of the server, with its port.' : undefined}
      value={value}
      error={fault}
      maxLength={500}
      {...keepsTyped(value)}
      autoComplete="off"
      spellCheck={false}
      data-autofocus={focus || undefined}
      ref={focus ? takeFocus : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Written only: what is saved never comes back, so the field always begins empty. */
export function KeyField({ info, value, fault, onChange, focus }: FieldProps) {
  return (
    <PasswordInput
      label={info.key === 'optional' ? `${info.keyLabel} (if the server wants one)` : info.keyLabel}
      description="Kept encrypted on the Diorama server. It is never shown again."
      value={value}
      error={fault}
      {...keepsTyped(value)}
      // Password managers offer and store logins; this is none.
      autoComplete="new-password"
      spellCheck={false}
      ref={focus ? takeFocus : undefined}
      visibilityToggleButtonProps={{ 'aria-label': 'Show what was typed' }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function PrivateSwitch(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}) {
  return (
    <Switch
      label="This address may be private"
      description="Switch it on only for a server of your own: it lets Diorama call this one host inside your network, which is otherwise forbidden so that nobody can use Diorama to reach your other machines."
      checked={props.checked}
      disabled={props.disabled ?? false}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}

function takeFocus(input: HTMLInputElement | null): void {
  input?.focus();
}
