import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { useStore } from 'zustand';
import { useView } from '../../app/view-store.ts';
import { IconArrowUp } from '../../ui/icons.ts';
import classes from './HistoryGrid.module.css';
import { HistoryTile } from './HistoryTile.tsx';
import { countPrepended, type HistoryColumns, indexOfSeq } from './history-columns.ts';
import { commandOfKey, type HistoryCommand } from './history-commands.ts';
import { useWantedCards } from './history-data.ts';
import {
  columnCountFor,
  type Direction,
  dayAt,
  dayLabel,
  daysBetween,
  entriesBetween,
  entryAtDistance,
  type HistoryLayout,
  layoutHistory,
  leftOf,
  neighbour,
} from './history-layout.ts';
import { ScrollSpace } from './scroll-space.ts';
import {
  clear,
  extendTo,
  keepWithin,
  moveTo,
  NOTHING_SELECTED,
  type SelectionStore,
  selectAll,
  toggle,
} from './selection.ts';

export interface HistoryGridProps {
  readonly columns: HistoryColumns;
  /** What `columns` are the entries of; another one begins at the top, or where one was in it. */
  readonly viewKey: string;
  /** Least width of a tile, CSS pixels; null: two columns, however wide. */
  readonly tileWidth: number | null;
  readonly hasDays: boolean;
  readonly isTrash: boolean;
  readonly selection: SelectionStore;
  /** Something over the grid leads from entry to entry: keep the current one in view, and take the focus afterwards. */
  readonly isFollowing: boolean;
  /** Whether going to an entry opens it when another one is open. */
  readonly opensOnMove: boolean;
  readonly onOpen: (seq: number) => void;
  readonly onCommand: (command: HistoryCommand, seqs: readonly number[]) => void;
}

/** Drawn above and below what is visible, pixels. */
const OVERSCAN_PX = 600;
/** Moved by less, what is drawn still covers what is visible. */
const REDRAW_PX = 240;
/** After the last leap of the scroll bar it is taken to rest. */
const LEAP_OVER_MS = 60;
const SETTLE_AFTER_MS = 180;
const END_PADDING_PX = 24;
/** Nearer to the top than this, new entries may come in. */
const TOP_PX = 60;

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Where one was in each view, for as long as the window is open. */
const positions = new Map<string, number>();

/** What is drawn: a strip of the list, and how the list lies in the element that scrolls. */
interface Strip {
  readonly top: number;
  readonly offset: number;
}

/**
 * The entries of a view as a grid. Any number of them: places are known for all, elements exist only for those that
 * are near.
 */
export function HistoryGrid(props: HistoryGridProps) {
  const { columns, viewKey, selection, isTrash } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [strip, setStrip] = useState<Strip>({ top: 0, offset: 0 });
  const [isLeaping, setLeaping] = useState(false);
  const [isAtTop, setAtTop] = useState(true);
  const [hovered, setHovered] = useState<number | null>(null);
  const { shown, heldBack } = useHeldColumns(columns, viewKey, isAtTop);
  const current = useStore(selection, (state) => state.current);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      const style = getComputedStyle(element);
      const width =
        element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      setSize((before) =>
        before.width === width && before.height === element.clientHeight
          ? before
          : { width, height: element.clientHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const columnCount = props.tileWidth === null ? 2 : columnCountFor(size.width, props.tileWidth);
  const layout = useMemo(
    () => layoutHistory(shown, { width: size.width, columnCount, hasDays: props.hasDays }),
    [shown, size.width, columnCount, props.hasDays],
  );
  const space = useMemo(
    () => new ScrollSpace(layout.totalHeight + END_PADDING_PX, size.height),
    [layout, size.height],
  );
  const isMeasured = size.width > 0;

  const draw = () => {
    setStrip({ top: space.top, offset: space.offset });
    setAtTop(space.top < TOP_PX);
    if (space.top > 0) positions.set(viewKey, space.top);
    else positions.delete(viewKey);
  };
  const scrollTo = (top: number) => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = space.moveTo(top);
    draw();
  };

  // Whatever changes around the list, what one looks at stays where it is.
  const placed = useRef<{
    viewKey: string;
    layout: HistoryLayout;
    shown: HistoryColumns;
    space: ScrollSpace;
  } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: places anew when the layout changed, and only then
  useLayoutEffect(() => {
    const before = placed.current;
    if (!isMeasured) return;
    placed.current = { viewKey, layout, shown, space };
    if (!before || before.viewKey !== viewKey) {
      // What is selected must be seen; in another view most of it is not.
      if (before) selection.setState(NOTHING_SELECTED);
      scrollTo(positions.get(viewKey) ?? 0);
      return;
    }
    if (before.shown !== shown) selection.setState((state) => keepWithin(state, before.shown, shown));
    scrollTo(topAfter(before, { layout, shown }));
  }, [viewKey, layout, space, isMeasured]);
  const timers = useRef<{ leap?: ReturnType<typeof setTimeout>; settle?: ReturnType<typeof setTimeout> }>({});
  useEffect(() => {
    const { current: running } = timers;
    return () => {
      clearTimeout(running.leap);
      clearTimeout(running.settle);
    };
  }, []);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const before = space.top;
    space.follow(element.scrollTop);
    const step = Math.abs(space.top - before);
    if (step > size.height) {
      setLeaping(true);
      clearTimeout(timers.current.leap);
      timers.current.leap = setTimeout(() => setLeaping(false), LEAP_OVER_MS);
    }
    const isFar = Math.abs(space.top - strip.top) > (isLeaping ? 0 : REDRAW_PX);
    if (isFar || space.offset !== strip.offset) draw();
    else if (space.top < TOP_PX !== isAtTop) setAtTop(space.top < TOP_PX);
    if (!space.isScaled) return;
    clearTimeout(timers.current.settle);
    timers.current.settle = setTimeout(() => {
      if (space.isDrifted) flushSync(() => scrollTo(space.top));
    }, SETTLE_AFTER_MS);
  };

  const drawn = useMemo(
    () =>
      isMeasured
        ? entriesBetween(layout, strip.top - OVERSCAN_PX, strip.top + size.height + OVERSCAN_PX)
        : [],
    [layout, strip.top, size.height, isMeasured],
  );
  const who = useRef({}).current;
  useWantedCards(
    who,
    useWantedOrder(drawn, { layout, shown, top: strip.top, height: size.height, isPaused: isLeaping }),
  );

  const currentIndex = current === null ? -1 : indexOfSeq(shown, current);
  const tabStop =
    currentIndex >= 0
      ? current
      : (shown.seq[drawn.find((i) => layout.y[i]! >= strip.top) ?? drawn[0] ?? -1] ?? null);
  const isCurrentDrawn = currentIndex < 0 || drawn.includes(currentIndex);

  const wantsFocus = useRef(false);
  const hasFocus = useRef(false);
  const { isFollowing } = props;
  useEffect(() => {
    if (!isFollowing) return;
    return () => {
      wantsFocus.current = true;
    };
  }, [isFollowing]);
  // After every drawing, because only then the tile is there; the focus of what lies over the grid is left alone.
  useEffect(() => {
    const isLost = hasFocus.current && document.activeElement === document.body;
    if (isFollowing || (!wantsFocus.current && !isLost) || current === null) return;
    wantsFocus.current = false;
    list.current
      ?.querySelector<HTMLElement>(`[data-seq="${current}"] > button`)
      ?.focus({ preventScroll: true });
  });

  const reveal = (index: number) => {
    const y = layout.y[index]!;
    const bottom = y + layout.height[index]!;
    if (y < space.top) scrollTo(y - 40);
    else if (bottom > space.top + size.height)
      scrollTo(Math.min(y - 8, bottom - size.height + END_PADDING_PX));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the entry, not the layout
  useEffect(() => {
    if (isFollowing && currentIndex >= 0) reveal(currentIndex);
  }, [isFollowing, current]);
  const goTo = (index: number, isRange: boolean) => {
    const seq = shown.seq[index];
    if (seq === undefined) return;
    reveal(index);
    wantsFocus.current = true;
    selection.setState((state) => (isRange ? extendTo(state, shown, seq) : moveTo(state, seq)));
    // With an image on the stage the arrows lead from one to the next.
    if (!isRange && props.opensOnMove && useView.getState().stage.kind === 'generation') props.onOpen(seq);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const from = currentIndex >= 0 ? currentIndex : tabStop === null ? -1 : indexOfSeq(shown, tabStop);
    if (from < 0) return;
    const handled = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    const isModified = event.ctrlKey || event.metaKey;
    const isOnControl = (event.target as HTMLElement).closest('[data-action]') !== null;
    const direction = DIRECTIONS[event.key];
    if (direction && !event.altKey && !isModified) {
      handled();
      goTo(neighbour(layout, from, direction), event.shiftKey);
      return;
    }
    if (event.altKey) return;
    const page = size.height * 0.9;
    switch (event.key) {
      case 'Home':
        handled();
        goTo(0, event.shiftKey);
        return;
      case 'End':
        handled();
        goTo(layout.length - 1, event.shiftKey);
        return;
      case 'PageUp':
      case 'PageDown':
        handled();
        goTo(entryAtDistance(layout, from, event.key === 'PageUp' ? -page : page), event.shiftKey);
        return;
      case 'Escape':
        if (selection.getState().selected.size === 0) return;
        handled();
        selection.setState(clear);
        return;
      case 'Enter':
        if (isOnControl || isModified) return;
        handled();
        props.onOpen(shown.seq[from]!);
        return;
      case 'a':
        if (!isModified) return;
        handled();
        selection.setState((state) => selectAll(state, shown));
        return;
    }
    if (isOnControl && event.key === ' ') return;
    const command = commandOfKey(event, isTrash);
    if (!command) return;
    handled();
    const { selected } = selection.getState();
    props.onCommand(command, command !== 'preview' && selected.size > 0 ? [...selected] : [shown.seq[from]!]);
  };

  const onClick = (event: MouseEvent<HTMLUListElement>) => {
    const target = event.target as HTMLElement;
    const seq = seqOf(target);
    if (seq === null) return;
    const action = target.closest('[data-action]')?.getAttribute('data-action');
    if (event.shiftKey) selection.setState((state) => extendTo(state, shown, seq));
    else if (action === 'select' || event.ctrlKey || event.metaKey)
      selection.setState((state) => toggle(state, seq));
    else if (action) props.onCommand(action as HistoryCommand, [seq]);
    else if (selection.getState().selected.size > 0) selection.setState((state) => toggle(state, seq));
    else {
      selection.setState((state) => moveTo(state, seq));
      props.onOpen(seq);
    }
  };

  const total = shown.length;
  // While the scroll bar leaps, the list stands still in the view and its content changes: the browser scrolls before
  // anything can be drawn at the new place, and would show nothing but blanks on the way.
  const isStandingStill = isLeaping && total > 0;
  const origin = isStandingStill ? strip.top : strip.offset;
  const dayIndex = isLeaping ? dayAt(layout, strip.top + 80) : -1;
  const now = new Date();
  const tile = (index: number, isOffstage: boolean) => {
    const seq = shown.seq[index]!;
    return (
      <HistoryTile
        key={seq}
        seq={seq}
        position={index + 1}
        total={total}
        x={leftOf(layout, index)}
        y={isOffstage ? strip.top - origin : layout.y[index]! - origin}
        width={layout.columnWidth}
        height={isOffstage ? 1 : layout.height[index]!}
        isTabStop={seq === tabStop}
        isHot={!isLeaping && (seq === hovered || seq === current)}
        isPassing={isLeaping}
        isTrash={isTrash}
        isOffstage={isOffstage}
        selection={selection}
      />
    );
  };

  return (
    <div className={classes.grid}>
      <div ref={scroller} className={`${classes.scroller} scroll`} onScroll={onScroll} data-scroller="">
        <div className={classes.canvas} style={{ height: total > 0 ? space.elementHeight : 0 }}>
          <ul
            ref={list}
            aria-label="History"
            className={classes.list}
            data-standing-still={isStandingStill || undefined}
            style={isStandingStill ? { height: size.height } : undefined}
            onKeyDown={onKeyDown}
            onClick={onClick}
            // A range that is drawn with Shift is not one of text.
            onMouseDown={(event) => event.shiftKey && event.preventDefault()}
            onPointerOver={(event) => setHovered(seqOf(event.target as HTMLElement))}
            onPointerLeave={() => setHovered(null)}
            onFocus={(event) => {
              hasFocus.current = true;
              const seq = seqOf(event.target);
              if (seq !== null && selection.getState().current === null)
                selection.setState((state) => moveTo(state, seq));
            }}
            onBlur={(event) => {
              if (!event.currentTarget.contains(event.relatedTarget)) hasFocus.current = false;
            }}
          >
            {daysBetween(layout, strip.top - OVERSCAN_PX, strip.top + size.height + OVERSCAN_PX).map(
              (heading) => (
                <li
                  key={`day ${heading.first}`}
                  role="presentation"
                  className={classes.day}
                  style={{ top: heading.y - origin }}
                >
                  {dayLabel(new Date(heading.at * 1000), now)}
                </li>
              ),
            )}
            {!isCurrentDrawn && tile(currentIndex, true)}
            {drawn.map((index) => tile(index, false))}
          </ul>
        </div>
      </div>
      {heldBack > 0 && (
        <button type="button" className={classes.news} onClick={() => scrollTo(0)}>
          <IconArrowUp size={14} />
          {heldBack} new
        </button>
      )}
      {dayIndex >= 0 && (
        <div className={classes.where} aria-hidden="true">
          {dayLabel(new Date(layout.days[dayIndex]!.at * 1000), now)}
        </div>
      )}
    </div>
  );
}

function seqOf(element: Element): number | null {
  const seq = element.closest('[data-seq]')?.getAttribute('data-seq');
  return seq === null || seq === undefined ? null : Number(seq);
}

/** New entries wait while one looks at something further down: nothing moves under one's eyes. */
function useHeldColumns(columns: HistoryColumns, viewKey: string, isAtTop: boolean) {
  const [held, setHeld] = useState({ columns, viewKey });
  const heldBack = useMemo(
    () => (columns === held.columns || viewKey !== held.viewKey ? 0 : countPrepended(held.columns, columns)),
    [columns, viewKey, held],
  );
  if (heldBack > 0 && !isAtTop) return { shown: held.columns, heldBack };
  if (held.columns !== columns || held.viewKey !== viewKey) setHeld({ columns, viewKey });
  return { shown: columns, heldBack: 0 };
}

/** How many entries are looked through for one that is in both lists. */
const ANCHORS_TRIED = 200;

/** Where the top of the view goes so that the first visible entry stays where it is. */
function topAfter(
  before: { readonly layout: HistoryLayout; readonly shown: HistoryColumns; readonly space: ScrollSpace },
  after: { readonly layout: HistoryLayout; readonly shown: HistoryColumns },
): number {
  const { top } = before.space;
  if (top < TOP_PX) return top;
  const [first = 0] = entriesBetween(before.layout, top, top + 10_000);
  for (let i = first; i < Math.min(before.shown.length, first + ANCHORS_TRIED); i++) {
    const at = indexOfSeq(after.shown, before.shown.seq[i]!);
    if (at >= 0) return after.layout.y[at]! + (top - before.layout.y[i]!);
  }
  return top;
}

/** The numbers of what is drawn, the visible first. Stays as it was while the scroll bar leaps. */
function useWantedOrder(
  drawn: readonly number[],
  at: {
    readonly layout: HistoryLayout;
    readonly shown: HistoryColumns;
    readonly top: number;
    readonly height: number;
    readonly isPaused: boolean;
  },
): readonly number[] {
  const { layout, shown, top, height, isPaused } = at;
  const last = useRef<readonly number[]>([]);
  return useMemo(() => {
    if (isPaused) return last.current;
    const isVisible = (i: number) => layout.y[i]! < top + height && layout.y[i]! + layout.height[i]! > top;
    const order = [...drawn.filter(isVisible), ...drawn.filter((i) => !isVisible(i))];
    last.current = order.map((i) => shown.seq[i]!);
    return last.current;
  }, [drawn, layout, shown, top, height, isPaused]);
}
