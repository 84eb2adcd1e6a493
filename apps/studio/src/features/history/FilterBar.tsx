import { ASPECT_RATIOS, HISTORY_SORTS } from '@diorama/contracts';
import { Button, Menu, Popover, Slider, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useEngines } from '../../app/server-state.ts';
import {
  IconAdjustmentsHorizontal,
  IconArrowsSort,
  IconCheck,
  IconLayoutGrid,
  IconSearch,
  IconX,
} from '../../ui/icons.ts';
import { Topmost } from '../../ui/topmost.ts';
import classes from './FilterBar.module.css';
import { useFacets } from './history-data.ts';
import {
  dayOf,
  type HistorySort,
  type HistoryView,
  hasFilters,
  NO_FILTERS,
  SEARCH_DELAY_MS,
} from './history-view.ts';
import { TILE_WIDTH_MAX_PX, TILE_WIDTH_MIN_PX, useTileSize } from './tile-size.ts';

const SORT_WORDS: Readonly<Record<HistorySort, string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  cost: 'Most expensive',
  duration: 'Took longest',
};

const STATUS_WORDS = {
  succeeded: 'Finished',
  active: 'Being made',
  failed: 'Failed',
  canceled: 'Canceled',
} as const;

/** Search, filters, order and size of the tiles. */
export function FilterBar(props: {
  readonly view: HistoryView;
  readonly count: number | null;
  readonly onChange: (view: HistoryView) => void;
}) {
  const { view, onChange } = props;
  const facets = useFacets().data;
  const engines = useEngines().data?.engines ?? [];
  const { tileWidth } = useTileSize();
  const nameOf = (engine: string) => engines.find(({ id }) => id === engine)?.name ?? engine;
  const change = (changes: Partial<HistoryView>) => onChange({ ...view, ...changes });
  return (
    <div className={classes.bar}>
      <Search view={view} onChange={onChange} />
      <FilterMenu
        label="Engine"
        chosen={view.engine}
        options={(facets?.engines ?? []).map(({ engine, entries }) => ({
          value: engine,
          label: nameOf(engine),
          entries,
        }))}
        onChoose={(engine) => change({ engine })}
      />
      <FilterMenu
        label="Ratio"
        chosen={view.ratio}
        options={(facets?.ratios ?? []).map(({ ratio, entries }) => ({
          value: ratio,
          label: ratio === 'canvas' ? 'Canvas' : ratio,
          entries,
        }))}
        onChoose={(ratio) => change({ ratio: ASPECT_RATIOS.find((one) => one === ratio) ?? null })}
      />
      <FilterMenu
        label="Status"
        chosen={view.status}
        options={Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label }))}
        onChoose={(status) => change({ status: status as HistoryView['status'] })}
      />
      <DateFilter view={view} onChange={onChange} />
      {hasFilters(view) && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconX size={14} />}
          onClick={() => change(NO_FILTERS)}
        >
          Clear
        </Button>
      )}
      <span className={classes.count} aria-live="polite">
        {props.count !== null &&
          `${props.count.toLocaleString('en')} ${props.count === 1 ? 'entry' : 'entries'}`}
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconArrowsSort size={14} />}>
            {SORT_WORDS[view.sort]}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {HISTORY_SORTS.map((sort) => (
            <Menu.Item
              key={sort}
              rightSection={sort === view.sort ? <IconCheck size={14} /> : null}
              onClick={() => change({ sort })}
            >
              {SORT_WORDS[sort]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <IconLayoutGrid size={16} className={classes.sizeIcon} aria-hidden="true" />
      <Slider
        className={classes.size ?? ''}
        size={3}
        label={null}
        thumbLabel="Size of the tiles"
        min={TILE_WIDTH_MIN_PX}
        max={TILE_WIDTH_MAX_PX}
        step={8}
        value={tileWidth}
        onChange={(value) => useTileSize.setState({ tileWidth: value })}
      />
    </div>
  );
}

/** Asks when typing pauses; what is in the address comes back into the field. */
function Search({
  view,
  onChange,
}: {
  readonly view: HistoryView;
  readonly onChange: (view: HistoryView) => void;
}) {
  const [text, setText] = useState(view.q);
  const sent = useRef(view.q);
  useEffect(() => {
    if (view.q === sent.current) return;
    sent.current = view.q;
    setText(view.q);
  }, [view.q]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange({ ...view, q: text });
    }, SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, view, onChange]);
  return (
    <TextInput
      className={classes.search ?? ''}
      type="search"
      aria-label="Search the history"
      placeholder="Search prompts, tags and projects"
      maxLength={200}
      leftSection={<IconSearch size={14} />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      // Escape empties the field before it closes the page.
      data-mantine-stop-propagation={text !== '' || undefined}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && text !== '') setText('');
      }}
      data-autofocus=""
    />
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly entries?: number;
}

function FilterMenu(props: {
  readonly label: string;
  readonly chosen: string | null;
  readonly options: readonly Option[];
  readonly onChoose: (value: string | null) => void;
}) {
  const { chosen, options } = props;
  const label = options.find(({ value }) => value === chosen)?.label ?? chosen;
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-sm" variant={chosen ? 'light' : 'subtle'} color="gray">
          {label ? `${props.label}: ${label}` : props.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          rightSection={chosen === null ? <IconCheck size={14} /> : null}
          onClick={() => props.onChoose(null)}
        >
          Any
        </Menu.Item>
        {options.map((option) => (
          <Menu.Item
            key={option.value}
            rightSection={
              option.value === chosen ? (
                <IconCheck size={14} />
              ) : option.entries === undefined ? null : (
                <span className={classes.entries}>{option.entries.toLocaleString('en')}</span>
              )
            }
            onClick={() => props.onChoose(option.value)}
          >
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Days back from today, with their names. */
const SPANS = [
  ['Today', 0],
  ['Last 7 days', 6],
  ['Last 30 days', 29],
  ['Last 365 days', 364],
] as const;

function daysAgo(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() - days);
  return dayOf(date);
}

function DateFilter({
  view,
  onChange,
}: {
  readonly view: HistoryView;
  readonly onChange: (view: HistoryView) => void;
}) {
  const [opened, setOpened] = useState(false);
  const { from, to } = view;
  const span = to === null ? SPANS.find(([, days]) => from === daysAgo(days)) : undefined;
  const words = span
    ? span[0]
    : from && to
      ? from === to
        ? from
        : `${from} to ${to}`
      : from
        ? `from ${from}`
        : to
          ? `until ${to}`
          : null;
  const change = (changes: Partial<HistoryView>) => onChange({ ...view, ...changes });
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant={words ? 'light' : 'subtle'}
          color="gray"
          leftSection={<IconAdjustmentsHorizontal size={14} />}
          onClick={() => setOpened(!opened)}
        >
          {words ? `Date: ${words}` : 'Date'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Topmost />
        <div className={classes.dates}>
          {SPANS.map(([label, days]) => (
            <Button
              key={label}
              size="compact-sm"
              variant="subtle"
              color="gray"
              justify="flex-start"
              onClick={() => {
                change({ from: daysAgo(days), to: null });
                setOpened(false);
              }}
            >
              {label}
            </Button>
          ))}
          <TextInput
            type="date"
            label="From"
            max={to ?? undefined}
            value={from ?? ''}
            onChange={(event) => change({ from: event.currentTarget.value || null })}
          />
          <TextInput
            type="date"
            label="To"
            min={from ?? undefined}
            value={to ?? ''}
            onChange={(event) => change({ to: event.currentTarget.value || null })}
          />
          <Button size="compact-sm" disabled={!from && !to} onClick={() => change({ from: null, to: null })}>
            Any day
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
