import type { EngineKind, EngineSettings, Price } from '@diorama/contracts';
import { Button, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconCoin, IconPencil } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import budgetClasses from './BudgetSection.module.css';
import pageClasses from './EnginesPage.module.css';
import { updatePrice } from './engine-settings-state.ts';
import { dateInWords, priceParts } from './money.ts';
import classes from './PricesSection.module.css';
import { draftOf, PRICE_FIELDS, type PriceDraft, priceOf } from './price-form.ts';

interface Row {
  readonly kind: EngineKind;
  readonly model: string;
  /** null: nobody knows it yet. */
  readonly price: Price | null;
  readonly isEdited: boolean;
}

/** Search appears where a table is longer than one glance. */
const SEARCH_FROM = 12;

/** The price table: what estimates are made from. */
export function PricesSection({ settings }: { readonly settings: EngineSettings }) {
  const [editing, setEditing] = useState<string | null>(null);
  const [words, setWords] = useState('');
  const kindName = (kind: EngineKind) => settings.kinds.find((one) => one.kind === kind)?.name ?? kind;
  const all = rowsOf(settings);
  const rows = all.filter(({ kind, model }) =>
    `${kindName(kind)} ${model}`.toLowerCase().includes(words.trim().toLowerCase()),
  );
  return (
    <>
      <div className={pageClasses.sectionHead}>
        <h2 className={pageClasses.sectionTitle}>Prices</h2>
        {all.length >= SEARCH_FROM && (
          <TextInput
            aria-label="Search models"
            placeholder="Search models"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
      </div>
      <p className={pageClasses.about}>
        Estimates are made from these. Services change their prices, so each has the day on which it was read;
        correct it here when yours is another.
      </p>
      {rows.length === 0 ? (
        <EmptyNote
          icon={<IconCoin size={20} />}
          title={all.length === 0 ? 'No prices yet' : 'No model is called so'}
        >
          {all.length === 0
            ? 'Connect a cloud service; the prices of its models are listed here.'
            : 'Try another word.'}
        </EmptyNote>
      ) : (
        <table className={budgetClasses.table}>
          <thead>
            <tr>
              <th>Model</th>
              <th>Price</th>
              <th className={classes.sourceColumn}>As of</th>
              <th className={classes.editColumn}>
                <span className="visually-hidden">Edit</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const key = `${row.kind} ${row.model}`;
              return editing === key ? (
                <tr key={key}>
                  <td colSpan={4}>
                    <PriceForm row={row} kindName={kindName(row.kind)} onDone={() => setEditing(null)} />
                  </td>
                </tr>
              ) : (
                <tr key={key}>
                  <td>
                    <span className={`${classes.model} ellipsis`} title={row.model}>
                      {row.model}
                    </span>
                    <span className={classes.kind}>{kindName(row.kind)}</span>
                  </td>
                  <td>{row.price ? priceParts(row.price).join(' + ') || 'free' : 'unknown'}</td>
                  <td className={classes.source}>
                    {row.price && (
                      <>
                        {dateInWords(row.price.asOf)}
                        <span className={`${classes.kind} ellipsis`} title={row.price.source}>
                          {row.isEdited ? 'yours' : row.price.source}
                        </span>
                      </>
                    )}
                  </td>
                  <td className={budgetClasses.right}>
                    <IconButton
                      label={`Edit the price of ${row.model}`}
                      size={26}
                      onClick={() => setEditing(key)}
                    >
                      <IconPencil size={14} />
                    </IconButton>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </>
  );
}

/** The table, and below it models that were found and have no price: those that an estimate is missing for. */
function rowsOf({ prices, connections, kinds }: EngineSettings): Row[] {
  const rows: Row[] = prices.map(({ kind, model, price, isEdited }) => ({ kind, model, price, isEdited }));
  const cloud = new Set(kinds.filter(({ location }) => location === 'cloud').map(({ kind }) => kind));
  for (const { kind, probe } of connections)
    for (const { id, price } of probe?.models ?? [])
      if (!price && cloud.has(kind) && !rows.some((row) => row.kind === kind && row.model === id))
        rows.push({ kind, model: id, price: null, isEdited: false });
  return rows;
}

function PriceForm(props: { readonly row: Row; readonly kindName: string; readonly onDone: () => void }) {
  const { row } = props;
  const [draft, setDraft] = useState<PriceDraft>(() => draftOf(row.price));
  const action = useAction();
  const send = async (price: Price | null) => {
    if (await action.run(() => updatePrice({ kind: row.kind, model: row.model, price }))) props.onDone();
  };
  return (
    <form
      className={classes.form}
      aria-label={`Price of ${row.model}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send(priceOf(draft, row.price, new Date()));
      }}
    >
      <p className={classes.formTitle}>
        {row.model} <span className={classes.kind}>{props.kindName}</span>
      </p>
      <div className={classes.fields}>
        {PRICE_FIELDS.map(({ name, label, unit }) => (
          <NumberInput
            key={name}
            label={label}
            prefix={unit}
            suffix={name === 'typicalSeconds' ? ' s' : ''}
            placeholder="–"
            hideControls
            allowNegative={false}
            min={0}
            max={name === 'typicalSeconds' ? 3_600 : 10_000}
            decimalScale={6}
            value={draft[name] ?? ''}
            onChange={(value) => {
              const { [name]: _gone, ...rest } = draft;
              setDraft(typeof value === 'number' ? { ...rest, [name]: value } : rest);
            }}
          />
        ))}
      </div>
      <Fault error={action.error} />
      <div className={classes.actions}>
        <Button type="submit" loading={action.busy}>
          Save
        </Button>
        <Button variant="subtle" color="gray" onClick={props.onDone}>
          Cancel
        </Button>
        {row.isEdited && (
          <Button
            variant="subtle"
            color="gray"
            className={classes.push ?? ''}
            disabled={action.busy}
            onClick={() => void send(null)}
          >
            Back to the price that comes with Diorama
          </Button>
        )}
      </div>
    </form>
  );
}
