import { type EngineSettings, type LedgerEntry, type LedgerPage, toDioramaError } from '@diorama/contracts';
import { Button, NumberInput, Skeleton, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { showGeneration } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconAlertTriangle, IconChevronLeft, IconChevronRight, IconWallet } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import classes from './BudgetSection.module.css';
import { monthInWords, monthOf, shiftMonth } from './budget.ts';
import pageClasses from './EnginesPage.module.css';
import { updateSettings, useLedger } from './engine-settings-state.ts';
import { hideEngines } from './engines-route.ts';
import { basisInWords, costInWords, money } from './money.ts';

/** What may be spent, and what was. */
export function BudgetSection({ settings }: { readonly settings: EngineSettings }) {
  const [month, setMonth] = useState(() => monthOf(new Date()));
  const now = monthOf(new Date());
  return (
    <>
      <div className={pageClasses.sectionHead}>
        <h2 className={pageClasses.sectionTitle}>Budget</h2>
      </div>
      <p className={pageClasses.about}>
        Dollars for each calendar month (UTC). Before an image is made, its estimate is held back; an image
        that would go over the budget is not made.
      </p>
      <BudgetForm key={JSON.stringify(settings.budget)} settings={settings} />
      <div className={pageClasses.sectionHead}>
        <h2 className={pageClasses.sectionTitle}>Spending</h2>
        <div className={classes.months}>
          <IconButton label="Month before" size={26} onClick={() => setMonth(shiftMonth(month, -1))}>
            <IconChevronLeft size={15} />
          </IconButton>
          <span aria-live="polite">{monthInWords(month)}</span>
          <IconButton
            label="Month after"
            size={26}
            disabled={month >= now}
            onClick={() => setMonth(shiftMonth(month, 1))}
          >
            <IconChevronRight size={15} />
          </IconButton>
        </div>
      </div>
      <Spending month={month} settings={settings} />
    </>
  );
}

function BudgetForm({ settings }: { readonly settings: EngineSettings }) {
  const [total, setTotal] = useState<number | null>(settings.budget.monthlyTotal);
  const [perProject, setPerProject] = useState<number | null>(settings.budget.monthlyPerProject);
  const action = useAction();
  const isChanged =
    total !== settings.budget.monthlyTotal || perProject !== settings.budget.monthlyPerProject;
  return (
    <form
      className={classes.budget}
      aria-label="Budget"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(() =>
          updateSettings({ budget: { monthlyTotal: total, monthlyPerProject: perProject } }),
        );
      }}
    >
      <Amount label="Everything together" value={total} onChange={setTotal} />
      <Amount label="Each project" value={perProject} onChange={setPerProject} />
      <Button type="submit" disabled={!isChanged} loading={action.busy}>
        Save
      </Button>
      <Fault error={action.error} />
    </form>
  );
}

function Amount(props: {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}) {
  return (
    <NumberInput
      label={`${props.label}, per month`}
      placeholder="No limit"
      prefix="$"
      min={0}
      max={1_000_000}
      decimalScale={2}
      allowNegative={false}
      hideControls
      value={props.value ?? ''}
      onChange={(value) => props.onChange(typeof value === 'number' ? value : null)}
    />
  );
}

function Spending({ month, settings }: { readonly month: string; readonly settings: EngineSettings }) {
  const ledger = useLedger(month);
  const pages = ledger.data?.pages ?? [];
  const [first] = pages;
  if (ledger.isPending)
    return (
      <div className={pageClasses.loading} role="status" aria-label="Loading the spending">
        <Skeleton height={44} />
        <Skeleton height={120} />
      </div>
    );
  if (!first) {
    const problem = toDioramaError(ledger.error);
    return (
      <EmptyNote
        icon={<IconAlertTriangle size={20} />}
        title="The spending could not be loaded"
        action={<Button onClick={() => void ledger.refetch()}>Try again</Button>}
      >
        {problem.message.replace(/\.?$/, '.')} {problem.hint}
      </EmptyNote>
    );
  }
  const entries = pages.flatMap((page) => page.entries);
  const nameOf = (engine: string) => settings.connections.find(({ id }) => id === engine)?.name ?? engine;
  return (
    <>
      <Totals ledger={first} />
      {entries.length === 0 ? (
        <EmptyNote icon={<IconWallet size={20} />} title={`Nothing was spent in ${monthInWords(month)}`}>
          Every image that costs something is listed here, with what it cost.
        </EmptyNote>
      ) : (
        <>
          <div className={classes.shares}>
            <Shares title="By engine" totals={first.byEngine} nameOf={nameOf} />
            <Shares title="By project" totals={first.byProject} nameOf={(key) => key || 'No project'} />
          </div>
          <Entries entries={entries} nameOf={nameOf} />
          {ledger.hasNextPage && (
            <div className={classes.more}>
              <Button loading={ledger.isFetchingNextPage} onClick={() => void ledger.fetchNextPage()}>
                Show more
              </Button>
            </div>
          )}
        </>
      )}
    </>
  );
}

function Totals({ ledger }: { readonly ledger: LedgerPage }) {
  const { spent, reserved, budget } = ledger;
  const limit = budget.monthlyTotal;
  const used = limit === null || limit === 0 ? 0 : Math.min(1, spent / limit);
  const held = limit === null || limit === 0 ? 0 : Math.min(1 - used, reserved / limit);
  return (
    <div className={classes.totals}>
      <p className={classes.spent}>
        <strong>{money(spent)}</strong>
        <span>
          {limit === null ? 'spent' : `of ${money(limit)} spent`}
          {reserved > 0 && ` · ${money(reserved)} held back for what is being made`}
        </span>
      </p>
      {limit !== null && (
        // biome-ignore lint/a11y/useSemanticElements: browsers draw their own meter and cannot show what is held back
        <div
          className={classes.bar}
          role="meter"
          aria-label="Spent of the month's budget"
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(spent, limit)}
          aria-valuetext={`${money(spent)} of ${money(limit)}`}
          data-over={spent >= limit || undefined}
        >
          <i className={classes.used} style={{ width: `${used * 100}%` }} />
          <i className={classes.held} style={{ width: `${held * 100}%` }} />
        </div>
      )}
    </div>
  );
}

function Shares(props: {
  readonly title: string;
  readonly totals: LedgerPage['byEngine'];
  readonly nameOf: (key: string) => string;
}) {
  const max = Math.max(...props.totals.map(({ amount }) => amount), 1e-9);
  return (
    <section aria-label={props.title}>
      <h3 className={classes.subTitle}>{props.title}</h3>
      <ul className={classes.shareList}>
        {props.totals.map(({ key, amount, generations }) => (
          <li key={key}>
            <span className="ellipsis" title={props.nameOf(key)}>
              {props.nameOf(key)}
            </span>
            <span
              className={classes.amount}
              title={generations === 1 ? '1 request' : `${generations} requests`}
            >
              {money(amount)}
            </span>
            <i className={classes.share} style={{ width: `${(amount / max) * 100}%` }} aria-hidden="true" />
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATUS_WORDS: Readonly<Record<LedgerEntry['status'], string>> = {
  queued: 'waiting',
  running: 'running',
  succeeded: '',
  failed: 'failed',
  canceled: 'canceled',
};

function Entries(props: {
  readonly entries: readonly LedgerEntry[];
  readonly nameOf: (engine: string) => string;
}) {
  const open = (id: string) => {
    hideEngines();
    showGeneration(id);
  };
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th className={classes.dateColumn}>When</th>
          <th>Engine</th>
          <th>Project</th>
          <th className={`${classes.right} ${classes.narrow}`}>Images</th>
          <th className={`${classes.right} ${classes.costColumn}`}>Cost</th>
          <th className={classes.narrow}>
            <span className="visually-hidden">Image</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => (
          <tr key={entry.generation}>
            <td className={classes.when}>{whenInWords(entry.at)}</td>
            <td>
              <span className={`${classes.cell} ellipsis`} title={entry.model ?? undefined}>
                {props.nameOf(entry.engine)}
                {entry.model !== null && <span className={classes.model}> {entry.model}</span>}
              </span>
            </td>
            <td>
              <span className={`${classes.cell} ellipsis`} title={entry.project ?? undefined}>
                {entry.project ?? '–'}
              </span>
            </td>
            <td className={classes.right}>{entry.images}</td>
            <td className={classes.right} title={basisInWords(entry.cost)}>
              {costInWords(entry.cost)}
              {STATUS_WORDS[entry.status] !== '' && (
                <span className={classes.state}> {STATUS_WORDS[entry.status]}</span>
              )}
            </td>
            <td className={classes.right}>
              {entry.isInHistory ? (
                <UnstyledButton className={pageClasses.link ?? ''} onClick={() => open(entry.generation)}>
                  Show
                </UnstyledButton>
              ) : (
                <span className={classes.state}>deleted</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function whenInWords(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}
