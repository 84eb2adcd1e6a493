import type { CommunitySettings } from '@diorama/contracts';
import { Button, Radio, Skeleton, Switch, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import classes from './CommunitySettingsForm.module.css';
import { type SettingsPatch, updateCommunitySettings, useCommunitySettings } from './community-state.ts';
import dialogClasses from './Dialog.module.css';
import { DIALOG_LAYER } from './dialog-layer.ts';
import { inviteAddress } from './invite-address.ts';
import { LoadFault } from './LoadFault.tsx';

const PUBLISHING: readonly { value: CommunitySettings['publishing']; label: string; about: string }[] = [
  { value: 'members', label: 'Everyone with an account', about: 'What is published is seen at once.' },
  {
    value: 'approved',
    label: 'Everyone, and you approve',
    about: 'Posts of members wait in Moderation until you approve them.',
  },
  { value: 'owner', label: 'Only owners of this server', about: 'Members look, like and comment.' },
  { value: 'off', label: 'Nobody', about: 'What was published stays to be seen; nothing new is added.' },
];

/** How the community of this server works. Every change holds at once. */
export function CommunitySettingsForm() {
  const { data: settings, error, isPending, refetch } = useCommunitySettings();
  return (
    <div className={`${classes.page} scroll`}>
      {isPending ? (
        <Skeleton height={220} />
      ) : !settings ? (
        <LoadFault title="The settings could not be loaded" error={error} onRetry={() => void refetch()} />
      ) : !settings.may.moderate ? (
        <EmptyNote title="Only owners of the server change this">
          Ask one of them for what you need.
        </EmptyNote>
      ) : (
        <Form settings={settings} />
      )}
    </div>
  );
}

function Form({ settings }: { readonly settings: CommunitySettings }) {
  const action = useAction();
  const change = (patch: SettingsPatch) => void action.run(() => updateCommunitySettings(patch));
  return (
    <>
      <Section title="Publishing">
        <Radio.Group
          label="Who may publish"
          value={settings.publishing}
          onChange={(value) => change({ publishing: value as CommunitySettings['publishing'] })}
        >
          <div className={classes.choices}>
            {PUBLISHING.map(({ value, label, about }) => (
              <Radio key={value} value={value} size="xs" color="amber" label={label} description={about} />
            ))}
          </div>
        </Radio.Group>
      </Section>
      <Section title="Looking and talking">
        <Switch
          color="amber"
          label="Gallery without an account"
          description="Everybody who reaches this server sees gallery, recipes and guide. Remixing, liking and comments need an account."
          checked={settings.isPublic}
          onChange={(event) => change({ isPublic: event.currentTarget.checked })}
        />
        <Switch
          color="amber"
          label="Comments"
          description="Members may say something about posts. Switched off, what was said stays to be read."
          checked={settings.comments}
          onChange={(event) => change({ comments: event.currentTarget.checked })}
        />
      </Section>
      <Section title="Discord">
        <Invite key={settings.discordInvite ?? ''} settings={settings} />
        <Webhook key={String(settings.discordWebhook)} settings={settings} />
        <Switch
          color="amber"
          label="Members may share to the channel"
          description="Else only owners of this server do."
          disabled={!settings.discordWebhook}
          checked={settings.discordForMembers}
          onChange={(event) => change({ discordForMembers: event.currentTarget.checked })}
        />
      </Section>
      <Fault error={action.error} />
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{title}</h2>
      {children}
    </section>
  );
}

function Invite({ settings }: { readonly settings: CommunitySettings }) {
  const [text, setText] = useState(settings.discordInvite ?? '');
  const action = useAction();
  const trimmed = text.trim();
  const isValid = trimmed === '' || inviteAddress(trimmed) !== null;
  const isChanged = trimmed !== (settings.discordInvite ?? '');
  return (
    <form
      className={classes.row}
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(() => updateCommunitySettings({ discordInvite: trimmed === '' ? null : trimmed }));
      }}
    >
      <TextInput
        label="Invitation link"
        description="Shown as a button in the community. Empty: no button."
        placeholder="https://discord.gg/…"
        maxLength={200}
        value={text}
        error={isValid ? null : 'A link to an invitation begins with https://discord.gg/'}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!isChanged || !isValid} loading={action.busy}>
        Save
      </Button>
      <Fault error={action.error} />
    </form>
  );
}

/** The address is a secret: whoever has it can write into the channel. It goes in, and never comes out again. */
function Webhook({ settings }: { readonly settings: CommunitySettings }) {
  const [address, setAddress] = useState('');
  const [removing, setRemoving] = useState(false);
  const action = useAction();
  const save = (discordWebhookUrl: string | null) =>
    action.run(() => updateCommunitySettings({ discordWebhookUrl }));
  return (
    <form
      className={classes.row}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void save(address.trim()).then((saved) => saved && setAddress(''));
      }}
    >
      <TextInput
        label="Webhook of the channel"
        description={
          settings.discordWebhook
            ? 'A webhook is set up. Its address is kept secret; put in another one to replace it.'
            : 'In Discord: settings of the channel, Integrations, Webhooks, Copy webhook URL.'
        }
        placeholder={settings.discordWebhook ? 'Set up' : 'https://discord.com/api/webhooks/…'}
        type="password"
        autoComplete="new-password"
        maxLength={400}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Button type="submit" disabled={address.trim() === ''} loading={action.busy}>
        {settings.discordWebhook ? 'Replace' : 'Set up'}
      </Button>
      {settings.discordWebhook && <Button onClick={() => setRemoving(true)}>Remove</Button>}
      <Fault error={action.error} />
      {removing && (
        <Dialog
          onClose={() => setRemoving(false)}
          zIndex={DIALOG_LAYER}
          title="Remove the webhook"
          size={420}
        >
          <div className={dialogClasses.form}>
            <p className={dialogClasses.text}>
              Nothing can be shared to the channel any more until another address is set up. Messages that are
              there stay.
            </p>
            <div className={dialogClasses.end}>
              <Button onClick={() => setRemoving(false)}>Keep it</Button>
              <Button
                color="red"
                variant="outline"
                loading={action.busy}
                onClick={() => void save(null).then((removed) => removed && setRemoving(false))}
              >
                Remove
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </form>
  );
}
