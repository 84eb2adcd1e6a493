import type { Account } from '@diorama/contracts';
import { Button, Menu, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconDots } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import classes from './AccountPage.module.css';
import { whenInWords } from './account-words.ts';
import { Listed } from './Listed.tsx';
import { OnceShown } from './OnceShown.tsx';
import { useSession } from './session-state.ts';

interface IssuedLink {
  readonly about: string;
  readonly url: string;
}

/** Who has an account here, and who may get one. */
export function MembersSection() {
  const accounts = useQuery({
    queryKey: ['accounts'],
    queryFn: async ({ signal }) => (await client.listAccounts({ signal })).accounts,
    // Somebody may be joining with the link right now.
    staleTime: 0,
    refetchInterval: 15_000,
  });
  const links = useQuery({
    queryKey: ['account-links'],
    queryFn: async ({ signal }) => (await client.listAccountLinks({ signal })).links,
    staleTime: 0,
    refetchInterval: 15_000,
  });
  const ownId = useSession().data?.account?.id;
  const [issued, setIssued] = useState<IssuedLink | null>(null);
  const [role, setRole] = useState<'member' | 'owner'>('member');
  const action = useAction();
  const change = (work: () => Promise<unknown>) =>
    void action.run(async () => {
      await work();
      await Promise.all([accounts.refetch(), links.refetch()]);
    });
  const invite = () =>
    change(async () => {
      const { url } = await client.invite({ body: { role } });
      setIssued({ about: 'Pass this link on. It works once, for seven days, and is not shown again.', url });
    });
  const reset = (account: Account) =>
    change(async () => {
      const { url } = await client.resetPassword({ params: { id: account.id } });
      setIssued({
        about: `Pass this link on to ${account.name}. It works once and is not shown again.`,
        url,
      });
    });
  return (
    <>
      <section className={classes.section}>
        <h2 className={classes.heading}>Members</h2>
        {issued && <OnceShown about={issued.about} secret={issued.url} onDone={() => setIssued(null)} />}
        <Fault error={action.error} />
        <Listed query={accounts} label="Members" empty="There are none.">
          {(account) => (
            <li key={account.id} className={classes.item}>
              <div className={classes.grow}>
                <p className={classes.name}>
                  <bdi>{account.name}</bdi>
                </p>
                <p className={classes.small}>
                  {account.email} · since {whenInWords(account.createdAt)}
                </p>
              </div>
              {account.communityBanned && <span className={classes.badge}>Banned from the community</span>}
              {account.disabled && (
                <span className={classes.badge} data-tone="danger">
                  Disabled
                </span>
              )}
              <span className={classes.badge}>{account.role === 'owner' ? 'Owner' : 'Member'}</span>
              {account.id !== ownId && (
                <AccountMenu
                  account={account}
                  onPatch={(body) => change(() => client.manageAccount({ params: { id: account.id }, body }))}
                  onReset={() => reset(account)}
                />
              )}
            </li>
          )}
        </Listed>
      </section>
      <section className={classes.section}>
        <h2 className={classes.heading}>Invite somebody</h2>
        <p className={classes.about}>
          This server sends no mail: you get a link and pass it on. Whoever opens it chooses name, email and
          password.
        </p>
        <div className={classes.row}>
          <Select
            label="As"
            data={[
              { value: 'member', label: 'Member' },
              { value: 'owner', label: 'Owner of the server' },
            ]}
            value={role}
            allowDeselect={false}
            onChange={(value) => setRole(value === 'owner' ? 'owner' : 'member')}
          />
          <Button loading={action.busy} onClick={invite}>
            Make an invitation
          </Button>
        </div>
        <Listed query={links} label="Open links" empty="No link is open.">
          {(link) => (
            <li key={link.id} className={classes.item}>
              <div className={classes.grow}>
                <p className={classes.name}>
                  {link.kind === 'invitation'
                    ? `Invitation as ${link.role ?? 'member'}`
                    : `New password for ${link.account?.name ?? 'somebody'}`}
                </p>
                <p className={classes.small}>
                  Made {whenInWords(link.createdAt)} · ends {whenInWords(link.expiresAt)}
                </p>
              </div>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => change(() => client.withdrawAccountLink({ params: { id: link.id } }))}
              >
                Withdraw
              </Button>
            </li>
          )}
        </Listed>
      </section>
    </>
  );
}

function AccountMenu(props: {
  readonly account: Account;
  readonly onPatch: (body: {
    role?: 'owner' | 'member';
    disabled?: boolean;
    communityBanned?: boolean;
  }) => void;
  readonly onReset: () => void;
}) {
  const { account, onPatch } = props;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconButton label={`Manage ${account.name}`}>
          <IconDots size={16} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onPatch({ role: account.role === 'owner' ? 'member' : 'owner' })}>
          {account.role === 'owner' ? 'Make a member' : 'Make an owner of the server'}
        </Menu.Item>
        <Menu.Item onClick={props.onReset}>Link for a new password</Menu.Item>
        <Menu.Item onClick={() => onPatch({ communityBanned: !account.communityBanned })}>
          {account.communityBanned ? 'Let into the community again' : 'Ban from the community'}
        </Menu.Item>
        <Menu.Item
          {...(account.disabled ? {} : { color: 'red' })}
          onClick={() => onPatch({ disabled: !account.disabled })}
        >
          {account.disabled ? 'Enable' : 'Disable: signs out everywhere, keeps everything'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
