import { UnstyledButton } from '@mantine/core';
import { showPage, usePageRoute } from '../../app/page-route.ts';
import { FullPage } from '../../ui/FullPage.tsx';
import { IconDeviceDesktop, IconHistory, IconKey, IconUserCircle, IconUsers } from '../../ui/icons.ts';
import classes from './AccountPage.module.css';
import { AuditSection } from './AuditSection.tsx';
import { DevicesSection } from './DevicesSection.tsx';
import { MembersSection } from './MembersSection.tsx';
import { ProfileSection } from './ProfileSection.tsx';
import { useSession } from './session-state.ts';
import { TokensSection } from './TokensSection.tsx';

const SECTIONS = [
  { id: 'profile', label: 'You', Icon: IconUserCircle, isForOwners: false },
  { id: 'devices', label: 'Where you are signed in', Icon: IconDeviceDesktop, isForOwners: false },
  { id: 'tokens', label: 'API tokens', Icon: IconKey, isForOwners: false },
  { id: 'members', label: 'Members', Icon: IconUsers, isForOwners: true },
  { id: 'log', label: 'Log', Icon: IconHistory, isForOwners: true },
] as const;

type SectionId = (typeof SECTIONS)[number]['id'];

/** One's own account, and for owners of the server everybody else's. */
export function AccountPage() {
  const route = usePageRoute((state) => state.route);
  const { data: session } = useSession();
  if (!session?.account) return null;
  if (session.mode !== 'accounts')
    return (
      <FullPage title="Account">
        <div className={classes.main}>
          <div className={classes.section}>
            <h2 className={classes.heading}>There are no accounts on this server</h2>
            <p className={classes.about}>
              Whoever reaches it is its owner, so it can be reached from this machine only. To let others in,
              start it with <code>DIORAMA_ACCOUNTS=on</code>; it then prints an address at which you choose
              your password. Everything that was made until then stays yours.
            </p>
          </div>
        </div>
      </FullPage>
    );
  const isOwner = session.account.role === 'owner';
  const sections = SECTIONS.filter((section) => isOwner || !section.isForOwners);
  const current = sections.find(({ id }) => id === route?.path[0]) ?? sections[0]!;
  return (
    <FullPage title="Account">
      <nav className={classes.nav} aria-label="Sections of the page Account">
        {sections.map(({ id, label, Icon }) => (
          <UnstyledButton
            key={id}
            className={classes.navItem ?? ''}
            aria-current={current.id === id ? 'page' : undefined}
            onClick={() => showPage('account', id)}
          >
            <Icon size={16} stroke={1.7} aria-hidden="true" />
            <span>{label}</span>
          </UnstyledButton>
        ))}
      </nav>
      <div className={`${classes.main} scroll`} key={current.id}>
        <Section id={current.id} />
      </div>
    </FullPage>
  );
}

function Section({ id }: { readonly id: SectionId }) {
  switch (id) {
    case 'profile':
      return <ProfileSection />;
    case 'devices':
      return <DevicesSection />;
    case 'tokens':
      return <TokensSection />;
    case 'members':
      return <MembersSection />;
    case 'log':
      return <AuditSection />;
  }
}
