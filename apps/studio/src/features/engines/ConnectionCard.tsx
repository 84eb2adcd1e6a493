import type { EngineConnection, EngineKindInfo } from '@diorama/contracts';
import { Switch, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { IconChevronRight, IconLock } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import classes from './ConnectionCard.module.css';
import { ConnectionEditor } from './ConnectionEditor.tsx';
import { connectionStatus } from './connection-status.ts';
import { LocationIcon } from './EnginePicker.tsx';
import { updateConnection } from './engine-settings-state.ts';
import { showEngines } from './engines-route.ts';

/** One connection: how it stands, and opened, all that can be set. */
export function ConnectionCard(props: {
  readonly connection: EngineConnection;
  readonly info: EngineKindInfo | undefined;
  readonly open: boolean;
  readonly isDefault: boolean;
}) {
  const { connection, info, open } = props;
  const { id, name, enabled, source } = connection;
  const status = connectionStatus(connection, new Date());
  const isFromEnvironment = source === 'environment';
  const toggling = useAction();
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) card.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  const bodyId = `connection-${id}`;

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid of this shape in every browser
    <div ref={card} className={classes.card} data-open={open || undefined} role="group" aria-label={name}>
      <div className={classes.head}>
        <UnstyledButton
          className={classes.toggle ?? ''}
          aria-expanded={open}
          aria-controls={open ? bodyId : undefined}
          onClick={() => showEngines({ connection: open ? null : id })}
        >
          <IconChevronRight size={14} className={classes.chevron ?? ''} data-open={open || undefined} />
          <span className={classes.headIcon}>
            <LocationIcon location={info?.location ?? 'cloud'} size={17} />
          </span>
          <span className={classes.names}>
            <span className={classes.firstLine}>
              <span className={`${classes.name} ellipsis`} title={name}>
                {name}
              </span>
              {info && info.name !== name && <span className={classes.badge}>{info.name}</span>}
              {props.isDefault && <span className={classes.badge}>Default</span>}
              {isFromEnvironment && (
                <span className={classes.badge}>
                  <IconLock size={11} aria-hidden="true" /> Environment
                </span>
              )}
            </span>
            <span className={classes.status}>
              <i className={classes.dot} data-tone={status.tone} aria-hidden="true" />
              <span className="ellipsis" title={status.words}>
                {status.words}
              </span>
            </span>
          </span>
        </UnstyledButton>
        <Switch
          aria-label={`Use ${name}`}
          checked={enabled}
          disabled={isFromEnvironment || toggling.busy}
          onChange={(event) => {
            const wanted = event.currentTarget.checked;
            void toggling.run(() => updateConnection(id, { enabled: wanted }));
          }}
        />
      </div>
      <Fault error={toggling.error} />
      {open && (
        <div id={bodyId}>
          <ConnectionEditor connection={connection} info={info} />
        </div>
      )}
    </div>
  );
}
