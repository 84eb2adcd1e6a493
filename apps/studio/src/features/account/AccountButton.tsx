import { Menu } from '@mantine/core';
import { showPage } from '../../app/page-route.ts';
import classes from './AccountButton.module.css';
import { initialsOf } from './account-words.ts';
import { signOut, useSession } from './session-state.ts';

/** Who one is, at the end of the top bar; nothing while the server knows no accounts. */
export function AccountButton() {
  const { data: session } = useSession();
  const account = session?.account;
  if (session?.mode !== 'accounts' || !account) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={classes.button} aria-label={`Account of ${account.name}`}>
          {initialsOf(account.name)}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{account.name}</bdi>
        </Menu.Label>
        <Menu.Item onClick={() => showPage('account')}>Account</Menu.Item>
        {account.role === 'owner' && (
          <Menu.Item onClick={() => showPage('account', 'members')}>Members</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
