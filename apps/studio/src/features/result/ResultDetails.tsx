import type { Generation, Output } from '@diorama/contracts';
import { Popover, UnstyledButton } from '@mantine/core';
import { lazy } from 'react';
import { useEngines } from '../../app/server-state.ts';
import { showGeneration } from '../../app/view-store.ts';
import { IconExternalLink, IconListDetails } from '../../ui/icons.ts';
import { Lazily } from '../../ui/Lazily.tsx';
import { basisInWords, costInWords } from '../engines/money.ts';
import { openChanges, openLineage } from '../lineage/open-lineage.ts';
import { alignmentInWords } from './alignment-words.ts';
import classes from './ResultDetails.module.css';
import { tookInWords } from './result-words.ts';

const LineageTree = lazy(() =>
  import('../lineage/LineageTree.tsx').then((m) => ({ default: m.LineageTree })),
);

/** Behind one button: what made the image, what it cost and what was done to it. */
export function ResultDetails(props: { readonly generation: Generation; readonly output: Output }) {
  const { generation, output } = props;
  return (
    <Popover position="top" width={340} withinPortal={false} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.button ?? ''}>
          <IconListDetails size={14} aria-hidden="true" />
          Details
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={`${classes.dropdown} scroll`}>
        <Facts generation={generation} output={output} />
        <div className={classes.family}>
          <div className={classes.familyHead}>
            <span>Lineage</span>
            <button type="button" className={classes.link} onClick={() => openLineage(generation.id)}>
              Show all of it
            </button>
          </div>
          <Lazily>
            <LineageTree
              id={generation.id}
              size="small"
              onOpen={(id) => showGeneration(id)}
              onChanges={openChanges}
            />
          </Lazily>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Facts({ generation, output }: { readonly generation: Generation; readonly output: Output }) {
  const { data } = useEngines();
  const { request, cost, modelUsed, timings, warnings } = generation;
  const engine = data?.engines.find(({ id }) => id === request.engine);
  const asked = engine?.models.find(({ id }) => id === request.model)?.name ?? request.model;
  const total = timings.total;
  const waiting = timings.waiting;
  return (
    <dl className={classes.facts} aria-label="Details of the image">
      <dt>Engine</dt>
      <dd>{engine?.name ?? request.engine}</dd>
      {(asked ?? modelUsed) && (
        <>
          <dt>Model</dt>
          <dd>
            {asked ?? modelUsed}
            {modelUsed && asked && modelUsed !== request.model && (
              <span className={classes.more}>The service says it used {modelUsed}.</span>
            )}
          </dd>
        </>
      )}
      <dt>Size</dt>
      <dd>
        {output.width} × {output.height}
      </dd>
      <dt>Seed</dt>
      <dd>{output.seed}</dd>
      {cost ? (
        <>
          <dt>Cost</dt>
          <dd>
            {costInWords(cost)}
            <span className={classes.more}>{basisInWords(cost)}</span>
          </dd>
        </>
      ) : (
        engine?.isFree && (
          <>
            <dt>Cost</dt>
            <dd>Free</dd>
          </>
        )
      )}
      {total !== undefined && (
        <>
          <dt>Time</dt>
          <dd>
            {tookInWords(total)}
            {waiting !== undefined && waiting >= 1_000 && (
              <span className={classes.more}>{tookInWords(waiting)} of it waiting.</span>
            )}
          </dd>
        </>
      )}
      {output.alignment && (
        <>
          <dt>Alignment</dt>
          <dd>{alignmentInWords(output.alignment)}</dd>
        </>
      )}
      {output.raw && (
        <>
          <dt>File as it came</dt>
          <dd>
            <a href={output.raw.url} target="_blank" rel="noreferrer" className={classes.link}>
              Open
              <IconExternalLink size={12} aria-hidden="true" />
            </a>
          </dd>
        </>
      )}
      {request.geometryStrength !== null && (
        <>
          <dt>Geometry</dt>
          <dd>{Math.round(request.geometryStrength * 100)} %</dd>
        </>
      )}
      {warnings.length > 0 && (
        <>
          <dt>Notes</dt>
          <dd>
            {warnings.map(({ code, message }) => (
              <span key={`${code} ${message}`} className={classes.warning}>
                {message}
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}
