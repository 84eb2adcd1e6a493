import { createStore, type StoreApi } from 'zustand/vanilla';
import { type HistoryColumns, indexOfSeq } from './history-columns.ts';

/** What is selected in a list of the history, by number. */
export interface Selection {
  readonly selected: ReadonlySet<number>;
  /** Where the keys are; null before the first move. */
  readonly current: number | null;
  /** Where a range begins. */
  readonly anchor: number | null;
  /** What was selected before the range that is being drawn. */
  readonly base: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();
export const NOTHING_SELECTED: Selection = { selected: NONE, current: null, anchor: null, base: NONE };

export type SelectionStore = StoreApi<Selection>;

export function createSelection(): SelectionStore {
  return createStore<Selection>(() => NOTHING_SELECTED);
}

/** Goes to an entry; what is selected stays. */
export function moveTo(selection: Selection, seq: number): Selection {
  return { ...selection, current: seq, anchor: seq, base: selection.selected };
}

export function toggle(selection: Selection, seq: number): Selection {
  const selected = new Set(selection.selected);
  if (!selected.delete(seq)) selected.add(seq);
  return { selected, current: seq, anchor: seq, base: selected };
}

/** Everything from where the range began to an entry; replaces the range drawn before from the same place. */
export function extendTo(selection: Selection, columns: HistoryColumns, seq: number): Selection {
  const from = selection.anchor === null ? -1 : indexOfSeq(columns, selection.anchor);
  const to = indexOfSeq(columns, seq);
  if (to < 0) return selection;
  const begin = from < 0 ? to : Math.min(from, to);
  const end = from < 0 ? to : Math.max(from, to);
  const selected = new Set(selection.base);
  for (let i = begin; i <= end; i++) selected.add(columns.seq[i]!);
  return { ...selection, selected, current: seq, anchor: from < 0 ? seq : selection.anchor };
}

export function selectAll(selection: Selection, columns: HistoryColumns): Selection {
  const selected = new Set(columns.seq);
  return { ...selection, selected, base: selected };
}

export function clear(selection: Selection): Selection {
  return { ...selection, selected: NONE, base: NONE };
}

/** The same for a list from which entries have gone: none of them stays selected, the place in the list stays. */
export function keepWithin(selection: Selection, before: HistoryColumns, after: HistoryColumns): Selection {
  const { current } = selection;
  let kept = selection;
  if (selection.selected.size > 0) {
    const there = new Set(after.seq);
    const selected = new Set([...selection.selected].filter((seq) => there.has(seq)));
    if (selected.size < selection.selected.size) kept = { ...kept, selected, base: selected };
  }
  if (current === null || indexOfSeq(after, current) >= 0) return kept;
  const at = indexOfSeq(before, current);
  const next = at < 0 ? null : (after.seq[Math.min(at, after.length - 1)] ?? null);
  return { ...kept, current: next, anchor: next };
}
