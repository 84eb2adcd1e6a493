import { Tooltip, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { IconAlertTriangle } from '../../ui/icons.ts';
import { isLow, leftInWords } from '../engines/budget.ts';
import type { EngineChoice } from '../engines/engine-choice.ts';
import { showEngines } from '../engines/engines-route.ts';
import { dateInWords, money } from '../engines/money.ts';
import classes from './GenerateLine.module.css';
import { durationInWords, type Remedy } from './readiness.ts';
import type { Outlook } from './use-readiness.ts';

const NOTES_SHOWN = 2;

/** What stands under the button: cost and time, or what is missing; then what the engine will not honour. */
export function GenerateLine(props: {
  readonly id: string;
  readonly ready: boolean;
  readonly reason: string | undefined;
  readonly remedy: Remedy | null;
  readonly notes: readonly string[];
  readonly choice: EngineChoice | undefined;
  readonly outlook: Outlook;
}) {
  const { ready, reason, remedy, choice, outlook } = props;
  if (!ready)
    return (
      <p id={props.id} className={classes.line} data-blocked aria-live="polite">
        <span>
          <IconAlertTriangle size={13} aria-hidden="true" /> {reason}
        </span>
        {remedy && (
          <UnstyledButton className={classes.link ?? ''} onClick={() => showEngines(remedy.route)}>
            {remedy.label}
          </UnstyledButton>
        )}
      </p>
    );
  return (
    <div id={props.id} className={classes.block} aria-live="polite">
      {choice && (
        <p className={classes.line}>
          <Cost choice={choice} outlook={outlook} />
          {outlook.timeMs !== null && <span>{durationInWords(outlook.timeMs)}</span>}
          {outlook.budget && isLow(outlook.budget) && (
            <span>
              <UnstyledButton
                className={classes.link ?? ''}
                onClick={() => showEngines({ section: 'budget' })}
              >
                {leftInWords(outlook.budget)}
              </UnstyledButton>
            </span>
          )}
        </p>
      )}
      <Notes notes={props.notes} />
    </div>
  );
}

function Cost({ choice, outlook }: { readonly choice: EngineChoice; readonly outlook: Outlook }) {
  if (choice.engine.isFree) return choice.engine.kind === 'builtin' ? null : <span>Free</span>;
  if (outlook.cost === null || !outlook.price)
    return (
      <Tooltip label="No price is known for this model. You can enter one on the page Engines." maw={260}>
        <UnstyledButton className={classes.link ?? ''} onClick={() => showEngines({ section: 'prices' })}>
          Price unknown
        </UnstyledButton>
      </Tooltip>
    );
  return (
    <Tooltip
      label={`An estimate. Price as of ${dateInWords(outlook.price.asOf)}: ${outlook.price.source}`}
      maw={280}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: date and source of the price must be readable without a mouse */}
      <span className={classes.cost} tabIndex={0}>
        ≈ {money(outlook.cost)}
        <span className="visually-hidden"> estimated</span>
      </span>
    </Tooltip>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  const [open, setOpen] = useState(false);
  if (notes.length === 0) return null;
  const shown = open || notes.length <= NOTES_SHOWN ? notes : notes.slice(0, NOTES_SHOWN - 1);
  return (
    <ul className={classes.notes}>
      {shown.map((note) => (
        <li key={note}>{note}</li>
      ))}
      {notes.length > NOTES_SHOWN && (
        <li>
          <UnstyledButton className={classes.link ?? ''} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Fewer notes' : `${notes.length - shown.length} more notes`}
          </UnstyledButton>
        </li>
      )}
    </ul>
  );
}
