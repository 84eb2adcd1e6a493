import type { EngineKindInfo, EngineSettings } from '@diorama/contracts';
import { Select, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useEngines } from '../../app/server-state.ts';
import { Fault } from '../../ui/Fault.tsx';
import { IconChevronRight } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { AddConnection } from './AddConnection.tsx';
import { ConnectionCard } from './ConnectionCard.tsx';
import classes from './ConnectionsSection.module.css';
import { LocationIcon } from './EnginePicker.tsx';
import pageClasses from './EnginesPage.module.css';
import { updateSettings } from './engine-settings-state.ts';
import { showEngines } from './engines-route.ts';

/** Connections to engines, and what can be connected. */
export function ConnectionsSection(props: {
  readonly settings: EngineSettings;
  /** Connection that is open for editing. */
  readonly opened: string | null;
}) {
  const { settings, opened } = props;
  const [adding, setAdding] = useState<EngineKindInfo | null>(null);
  const own = settings.kinds.filter(({ location }) => location === 'own-server');
  const cloud = settings.kinds.filter(({ location }) => location === 'cloud');
  const infoOf = (kind: string) => settings.kinds.find((info) => info.kind === kind);
  const added = (id: string) => {
    setAdding(null);
    showEngines({ connection: id });
  };

  return (
    <>
      <DefaultEngine settings={settings} />
      {settings.connections.length > 0 && (
        <>
          <div className={pageClasses.sectionHead}>
            <h2 className={pageClasses.sectionTitle}>Connected</h2>
          </div>
          <ul className={classes.list} aria-label="Connected engines">
            {settings.connections.map((connection) => (
              <li key={connection.id}>
                <ConnectionCard
                  connection={connection}
                  info={infoOf(connection.kind)}
                  open={opened === connection.id}
                  isDefault={settings.defaultEngine === connection.id}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {(
        [
          [
            'Cloud services',
            'They need a key of your own and bill you; the scene picture and prompt are sent to them.',
            cloud,
          ],
          [
            'Your own servers',
            'Programs that you run yourself. They need the address, and cost nothing.',
            own,
          ],
        ] as const
      ).map(([title, about, kinds]) => (
        <section key={title} aria-label={title}>
          <div className={pageClasses.sectionHead}>
            <h2 className={pageClasses.sectionTitle}>{title}</h2>
          </div>
          <p className={pageClasses.about}>{about}</p>
          <ul className={classes.list}>
            {kinds.map((info) => (
              <li key={info.kind}>
                {adding?.kind === info.kind ? (
                  <AddConnection info={info} onDone={added} onCancel={() => setAdding(null)} />
                ) : (
                  <KindRow info={info} onAdd={() => setAdding(info)} />
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function KindRow({ info, onAdd }: { readonly info: EngineKindInfo; readonly onAdd: () => void }) {
  const action = info.address === 'required' ? 'Add address' : 'Add key';
  return (
    <UnstyledButton className={classes.kind ?? ''} onClick={onAdd} aria-label={`${action}: ${info.name}`}>
      <span className={classes.kindIcon}>
        <LocationIcon location={info.location} size={17} />
      </span>
      <span className={classes.kindBody}>
        <span className={classes.kindName}>{info.name}</span>
        <span className={classes.kindSummary}>{info.summary}</span>
      </span>
      <span className={classes.kindAction}>
        {action}
        <IconChevronRight size={14} aria-hidden="true" />
      </span>
    </UnstyledButton>
  );
}

function DefaultEngine({ settings }: { readonly settings: EngineSettings }) {
  const { data } = useEngines();
  const action = useAction();
  const known = data?.engines ?? [];
  const choices = known.map(({ id, name, available }) => ({
    value: id,
    label: available ? name : `${name} (not available)`,
    disabled: !available,
  }));
  return (
    <div className={classes.default}>
      <Select
        label="New images begin with"
        description="What a fresh studio chooses. Everybody can choose another engine above the Generate button."
        className={classes.defaultSelect ?? ''}
        data={
          choices.some(({ value }) => value === settings.defaultEngine)
            ? choices
            : [...choices, { value: settings.defaultEngine, label: settings.defaultEngine }]
        }
        value={settings.defaultEngine}
        disabled={action.busy}
        onChange={(value) => value && void action.run(() => updateSettings({ defaultEngine: value }))}
      />
      <Fault error={action.error} />
    </div>
  );
}
