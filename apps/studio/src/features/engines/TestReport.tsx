import type { EngineKindInfo, ProbeReport } from '@diorama/contracts';
import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { IconCheck, IconX } from '../../ui/icons.ts';
import { capabilityWords } from './capability-words.ts';
import { agoInWords } from './connection-status.ts';
import { priceParts } from './money.ts';
import classes from './TestReport.module.css';

const MODELS_SHOWN = 5;

/** What the last test of a connection found. */
export function TestReport(props: {
  readonly probe: ProbeReport;
  readonly location: EngineKindInfo['location'];
}) {
  const { probe } = props;
  const [all, setAll] = useState(false);
  const models = all ? probe.models : probe.models.slice(0, MODELS_SHOWN);
  return (
    <div className={classes.report} data-ok={probe.ok || undefined}>
      <ul className={classes.checks} aria-label="Checks">
        {probe.checks.map(({ check, ok, detail, hint }) => (
          <li key={check} data-ok={ok || undefined}>
            {ok ? (
              <IconCheck size={14} aria-label="Good" className={classes.good ?? ''} />
            ) : (
              <IconX size={14} aria-label="Failed" className={classes.bad ?? ''} />
            )}
            <span className={classes.check}>{check}</span>
            <span className={classes.detail}>
              {detail}
              {!ok && hint !== '' && <span className={classes.hint}> {hint}</span>}
            </span>
          </li>
        ))}
      </ul>
      {models.length > 0 && (
        <ul className={classes.models} aria-label="Models">
          {models.map(({ id, name, capabilities, price, note }) => (
            <li key={id} title={note ?? undefined}>
              <span className={classes.modelName}>
                <span className="ellipsis">{name}</span>
                {name !== id && <span className={`${classes.modelId} ellipsis`}>{id}</span>}
              </span>
              <span className={classes.capabilities}>{capabilityWords(capabilities).join(' · ')}</span>
              {props.location === 'cloud' && (
                <span className={classes.price}>
                  {price ? (priceParts(price)[0] ?? 'free') : 'price unknown'}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <p className={classes.foot}>
        <span>
          Tested {agoInWords(new Date(probe.testedAt), new Date())}, {Math.round(probe.ms)} ms
          {probe.server !== null && ` · ${probe.server}`}
        </span>
        {probe.models.length > MODELS_SHOWN && (
          <UnstyledButton className={classes.more ?? ''} aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Fewer models' : `All ${probe.models.length} models`}
          </UnstyledButton>
        )}
      </p>
    </div>
  );
}
