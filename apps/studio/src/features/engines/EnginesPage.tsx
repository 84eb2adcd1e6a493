import { toDioramaError } from '@diorama/contracts';
import { Button, Skeleton, UnstyledButton } from '@mantine/core';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle, IconCoin, IconPlugConnected, IconWallet } from '../../ui/icons.ts';
import { useIsServerOwner } from '../account/session-state.ts';
import { BudgetSection } from './BudgetSection.tsx';
import { ConnectionsSection } from './ConnectionsSection.tsx';
import classes from './EnginesPage.module.css';
import { useEngineSettings } from './engine-settings-state.ts';
import { type EnginesSection, hideEngines, showEngines, useEnginesRoute } from './engines-route.ts';
import { PricesSection } from './PricesSection.tsx';

const SECTIONS: readonly { id: EnginesSection; label: string; Icon: typeof IconCoin }[] = [
  { id: 'engines', label: 'Engines', Icon: IconPlugConnected },
  { id: 'budget', label: 'Budget and spending', Icon: IconWallet },
  { id: 'prices', label: 'Prices', Icon: IconCoin },
];

/** Everything about engines that is not about one image: connections, keys, budget, prices, what was spent. */
export function EnginesPage() {
  const isServerOwner = useIsServerOwner();
  const route = useEnginesRoute() ?? { section: 'engines', connection: null };
  return (
    <Dialog
      onClose={hideEngines}
      title="Engines"
      size={920}
      padding={0}
      classNames={{
        content: classes.content ?? '',
        body: classes.modalBody ?? '',
        header: classes.header ?? '',
      }}
    >
      <nav className={classes.nav} aria-label="Sections of the page Engines">
        {SECTIONS.map(({ id, label, Icon }) => (
          <UnstyledButton
            key={id}
            className={classes.navItem ?? ''}
            aria-current={route.section === id ? 'page' : undefined}
            onClick={() => showEngines({ section: id })}
          >
            <Icon size={16} stroke={1.7} aria-hidden="true" />
            <span>{label}</span>
          </UnstyledButton>
        ))}
      </nav>
      <div className={`${classes.main} scroll`} key={route.section}>
        {isServerOwner ? (
          <Section section={route.section} connection={route.connection} />
        ) : (
          <EmptyNote icon={<IconPlugConnected size={20} />} title="Only owners of the server change this">
            Ask one of them to connect an engine. Those that are connected stand in the panel Generate.
          </EmptyNote>
        )}
      </div>
    </Dialog>
  );
}

function Section(props: { readonly section: EnginesSection; readonly connection: string | null }) {
  const { data: settings, error, isPending, refetch } = useEngineSettings();
  if (isPending)
    return (
      <div className={classes.loading} role="status" aria-label="Loading the engines">
        <Skeleton height={32} />
        <Skeleton height={72} />
        <Skeleton height={72} />
        <Skeleton height={72} />
      </div>
    );
  if (!settings) {
    const problem = toDioramaError(error);
    return (
      <EmptyNote
        icon={<IconAlertTriangle size={20} />}
        title="The engines could not be loaded"
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      >
        {problem.message.replace(/\.?$/, '.')} {problem.hint}
      </EmptyNote>
    );
  }
  switch (props.section) {
    case 'engines':
      return <ConnectionsSection settings={settings} opened={props.connection} />;
    case 'budget':
      return <BudgetSection settings={settings} />;
    case 'prices':
      return <PricesSection settings={settings} />;
  }
}
