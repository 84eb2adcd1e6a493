import type { HistoryCard, LineageTree as Tree } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { assetUrl, client } from '../../app/api.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle, IconPhotoOff } from '../../ui/icons.ts';
import classes from './LineageTree.module.css';
import { howInWords, type LineageLayout, layOutLineage, neighbourOf } from './lineage-layout.ts';

/** Pixels: a picture with its line of words, and the way to the next one. */
const SIZES = {
  large: { width: 148, picture: 96, height: 136, columnGap: 112, rowGap: 20, padding: 24 },
  small: { width: 76, picture: 52, height: 72, columnGap: 96, rowGap: 10, padding: 8 },
} as const;

export function useLineage(id: string) {
  return useQuery({
    queryKey: ['lineage', id],
    queryFn: ({ signal }) => client.readLineage({ params: { id }, signal }),
    // What came of it may have grown since it was last looked at.
    staleTime: 0,
  });
}

/** What an entry came from and what came of it: pictures with lines, each line saying how. */
export function LineageTree(props: {
  readonly id: string;
  readonly size: keyof typeof SIZES;
  readonly onOpen: (id: string) => void;
  readonly onChanges: (before: string, after: string) => void;
}) {
  const { data, error, refetch } = useLineage(props.id);
  if (error)
    return (
      <EmptyNote
        icon={<IconAlertTriangle size={20} />}
        title="The lineage could not be read"
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (!data) return <Skeleton height={SIZES[props.size].height} radius="md" />;
  return <Drawn tree={data} {...props} />;
}

function Drawn(props: {
  readonly tree: Tree;
  readonly id: string;
  readonly size: keyof typeof SIZES;
  readonly onOpen: (id: string) => void;
  readonly onChanges: (before: string, after: string) => void;
}) {
  const { tree, id } = props;
  const size = SIZES[props.size];
  const layout = useMemo(() => layOutLineage(tree), [tree]);
  const cards = useMemo(() => new Map(tree.nodes.map((card) => [card.id, card])), [tree]);
  const root = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tree is scrolled to its entry anew
  useEffect(() => {
    root.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'center', inline: 'center' });
  }, [layout, id]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const from = (event.target as Element).closest<HTMLElement>('[data-entry]')?.dataset.entry;
    const to = from === undefined ? undefined : neighbourOf(layout, from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    root.current?.querySelector<HTMLElement>(`[data-entry="${to}"]`)?.focus();
  };
  const xOf = (column: number) => size.padding + column * (size.width + size.columnGap);
  const yOf = (row: number) => size.padding + row * (size.height + size.rowGap);
  const width = xOf(layout.columns - 1) + size.width + size.padding;
  const height = yOf(Math.max(0, layout.rows - 1)) + size.height + size.padding;
  const depth = new Map(layout.boxes.map((box) => [box.id, box]));

  return (
    <div className={`${classes.scroller} scroll`} data-size={props.size}>
      <div
        ref={root}
        className={classes.tree}
        role="tree"
        aria-label="Lineage"
        style={{ width, height }}
        onKeyDown={onKeyDown}
        tabIndex={-1}
      >
        <svg className={classes.lines} width={width} height={height} aria-hidden="true">
          {layout.lines.map(({ from, to, isTrunk }) => {
            const a = depth.get(from)!;
            const b = depth.get(to)!;
            const x1 = xOf(a.column) + size.width;
            const y1 = yOf(a.row) + size.picture / 2;
            const x2 = xOf(b.column);
            const y2 = yOf(b.row) + size.picture / 2;
            const bend = Math.max(24, (x2 - x1) / 2);
            return (
              <path
                key={`${from} ${to} ${isTrunk}`}
                className={classes.line}
                data-aside={!isTrunk || undefined}
                d={`M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`}
              />
            );
          })}
        </svg>
        {layout.lines.map(({ from, to, how, isTrunk }) => {
          const a = depth.get(from)!;
          const b = depth.get(to)!;
          if (!isTrunk && a.column >= b.column) return null;
          // Just before the picture that it leads to: there no two lines lie over each other.
          const left = xOf(b.column) - size.columnGap;
          const top = yOf(b.row) + size.picture / 2 + (isTrunk ? 0 : 18);
          return (
            <button
              key={`${from} ${to} ${how}`}
              type="button"
              className={classes.how}
              style={{ left, top, width: size.columnGap }}
              title="What changed"
              aria-label={`${howInWords(how)}: what changed`}
              tabIndex={-1}
              onClick={() => props.onChanges(from, to)}
            >
              <span>{howInWords(how)}</span>
            </button>
          );
        })}
        {layout.boxes.map((box) => (
          <Entry
            key={box.id}
            card={cards.get(box.id)!}
            level={box.column + 1}
            isCurrent={box.id === id}
            origin={originOf(layout, box.id)}
            style={{
              left: xOf(box.column),
              top: yOf(box.row),
              width: size.width,
              height: size.height,
              '--picture': `${size.picture}px`,
            }}
            onOpen={() => props.onOpen(box.id)}
          />
        ))}
      </div>
      {tree.truncated && <p className={classes.note}>More of the family exists than is shown.</p>}
    </div>
  );
}

function originOf({ lines }: LineageLayout, id: string): string | null {
  const line = lines.find(({ to, isTrunk }) => to === id && isTrunk);
  return line ? howInWords(line.how) : null;
}

function Entry(props: {
  readonly card: HistoryCard;
  readonly level: number;
  readonly isCurrent: boolean;
  readonly origin: string | null;
  readonly style: React.CSSProperties & { '--picture': string };
  readonly onOpen: () => void;
}) {
  const { card, isCurrent, origin } = props;
  const title = card.prompt.trim() || 'Without a prompt';
  return (
    <button
      type="button"
      role="treeitem"
      aria-level={props.level}
      aria-current={isCurrent || undefined}
      aria-label={[title, origin, STATUS_WORDS[card.status], isCurrent ? 'this one' : null]
        .filter(Boolean)
        .join(', ')}
      className={classes.entry}
      style={props.style}
      data-entry={card.id}
      tabIndex={isCurrent ? 0 : -1}
      title={title}
      onClick={props.onOpen}
    >
      <span className={classes.picture}>
        {card.cover ? (
          <img src={assetUrl(card.cover.asset, 240)} alt="" data-veiled={!card.cover.isOutput || undefined} />
        ) : (
          <IconPhotoOff size={18} aria-hidden="true" />
        )}
        {STATUS_WORDS[card.status] && <span className={classes.status}>{STATUS_WORDS[card.status]}</span>}
      </span>
      <span className={`${classes.title} ellipsis`}>{title}</span>
    </button>
  );
}

const STATUS_WORDS: Partial<Record<HistoryCard['status'], string>> = {
  queued: 'Waiting',
  running: 'Running',
  failed: 'Failed',
  canceled: 'Canceled',
};
