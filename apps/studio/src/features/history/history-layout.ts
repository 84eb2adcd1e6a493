import type { HistoryColumns } from './history-columns.ts';

/** A heading over the entries of a day. */
export interface DayHeading {
  /** CSS pixels from the top of the list. */
  readonly y: number;
  /** First entry below it. */
  readonly first: number;
  /** Seconds since 1970, UTC, of that entry. */
  readonly at: number;
}

/**
 * Where every entry is, in CSS pixels from the upper left of the list. `y` never falls from one entry to the next,
 * because each goes to the column that ends highest: so what is visible is found by bisection.
 */
export interface HistoryLayout {
  readonly length: number;
  readonly columnCount: number;
  readonly columnWidth: number;
  readonly column: Uint8Array;
  readonly y: Float64Array;
  readonly height: Uint16Array;
  /** Of the tallest entry. */
  readonly tallest: number;
  readonly days: readonly DayHeading[];
  readonly totalHeight: number;
}

export interface LayoutOptions {
  /** Of the list, CSS pixels. */
  readonly width: number;
  readonly columnCount: number;
  /** A heading for each day; of use where the order is by time. */
  readonly hasDays: boolean;
}

export const GAP_PX = 8;
const DAY_HEIGHT_PX = 30;
/** A story or a cinema strip would otherwise fill the panel or shrink to a line. */
const CARD_RATIO_MIN = 50;
const CARD_RATIO_MAX = 240;
const COLUMNS_MAX = 64;

export function columnCountFor(width: number, tileWidth: number): number {
  return Math.max(1, Math.min(COLUMNS_MAX, Math.floor((width + GAP_PX) / (tileWidth + GAP_PX))));
}

export function layoutHistory(entries: HistoryColumns, options: LayoutOptions): HistoryLayout {
  const { length } = entries;
  const columnCount = Math.max(1, Math.min(COLUMNS_MAX, options.columnCount));
  const columnWidth = Math.max(24, Math.floor((options.width - GAP_PX * (columnCount - 1)) / columnCount));
  const column = new Uint8Array(length);
  const y = new Float64Array(length);
  const height = new Uint16Array(length);
  const ends = new Float64Array(columnCount);
  const days: DayHeading[] = [];
  const day = new LocalDay();
  let tallest = 0;
  for (let i = 0; i < length; i++) {
    if (options.hasDays && !day.contains(entries.created[i]!)) {
      day.moveTo(entries.created[i]!);
      const top = highest(ends);
      days.push({ y: top, first: i, at: entries.created[i]! });
      ends.fill(top + DAY_HEIGHT_PX);
    }
    let shortest = 0;
    for (let c = 1; c < columnCount; c++) if (ends[c]! < ends[shortest]!) shortest = c;
    const ratio = Math.min(CARD_RATIO_MAX, Math.max(CARD_RATIO_MIN, entries.ratio[i]!));
    const tall = Math.max(1, Math.round((columnWidth * 100) / ratio));
    column[i] = shortest;
    y[i] = ends[shortest]!;
    height[i] = tall;
    if (tall > tallest) tallest = tall;
    ends[shortest] = ends[shortest]! + tall + GAP_PX;
  }
  return {
    length,
    columnCount,
    columnWidth,
    column,
    y,
    height,
    tallest,
    days,
    totalHeight: length === 0 ? 0 : highest(ends) - GAP_PX,
  };
}

function highest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The calendar day that a moment lies in. Kept until one lies outside: asking `Date` each time costs far more. */
class LocalDay {
  #begin = 0;
  #end = 0;

  contains(seconds: number): boolean {
    return seconds >= this.#begin && seconds < this.#end;
  }

  moveTo(seconds: number): void {
    const midnight = new Date(seconds * 1000);
    midnight.setHours(0, 0, 0, 0);
    this.#begin = midnight.getTime() / 1000;
    midnight.setDate(midnight.getDate() + 1);
    this.#end = midnight.getTime() / 1000;
  }
}

export function leftOf(layout: HistoryLayout, index: number): number {
  return layout.column[index]! * (layout.columnWidth + GAP_PX);
}

/** The first entry whose top is at or below a height. */
function firstFrom(layout: HistoryLayout, y: number): number {
  let low = 0;
  let high = layout.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (layout.y[middle]! < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries that touch a strip of the list, in order. */
export function entriesBetween(layout: HistoryLayout, top: number, bottom: number): number[] {
  const found: number[] = [];
  for (let i = firstFrom(layout, top - layout.tallest); i < layout.length && layout.y[i]! < bottom; i++)
    if (layout.y[i]! + layout.height[i]! > top) found.push(i);
  return found;
}

/** Number of the day that a height lies in; -1 without days. */
export function dayAt({ days }: HistoryLayout, y: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]!.y <= y) low = middle + 1;
    else high = middle;
  }
  return Math.max(days.length === 0 ? -1 : 0, low - 1);
}

/** The headings that touch a strip of the list. */
export function daysBetween(layout: HistoryLayout, top: number, bottom: number): DayHeading[] {
  const found: DayHeading[] = [];
  for (let i = Math.max(0, dayAt(layout, top)); i < layout.days.length; i++) {
    const heading = layout.days[i]!;
    if (heading.y >= bottom) break;
    if (heading.y + DAY_HEIGHT_PX > top) found.push(heading);
  }
  return found;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** How much a step aside counts against a step up or down. */
const ASIDE_WEIGHT = 0.5;

/** The entry that an arrow key leads to: the next or previous one, or the nearest above or below. */
export function neighbour(layout: HistoryLayout, index: number, direction: Direction): number {
  if (direction === 'left') return Math.max(0, index - 1);
  if (direction === 'right') return Math.min(layout.length - 1, index + 1);
  const aside = (other: number) => Math.abs(leftOf(layout, other) - leftOf(layout, index)) * ASIDE_WEIGHT;
  let best = index;
  let least = Number.POSITIVE_INFINITY;
  if (direction === 'down') {
    const bottom = layout.y[index]! + layout.height[index]!;
    for (let i = index + 1; i < layout.length && layout.y[i]! - bottom < least; i++) {
      if (layout.y[i]! < bottom) continue;
      const distance = layout.y[i]! - bottom + aside(i);
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }
  const top = layout.y[index]!;
  for (let i = index - 1; i >= 0 && top - layout.y[i]! - layout.tallest < least; i--) {
    const above = top - (layout.y[i]! + layout.height[i]!);
    if (above < 0) continue;
    const distance = above + aside(i);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** The entry nearest to an entry moved up or down by so many pixels, in its column where there is one. */
export function entryAtDistance(layout: HistoryLayout, index: number, distance: number): number {
  if (layout.length === 0) return -1;
  const y = layout.y[index]! + distance;
  if (y <= 0) return 0;
  if (y >= layout.totalHeight) return layout.length - 1;
  const near = entriesBetween(layout, y - layout.tallest, y + layout.tallest);
  let best = Math.min(layout.length - 1, firstFrom(layout, y));
  let least = Number.POSITIVE_INFINITY;
  for (const i of near) {
    const away =
      Math.abs(layout.y[i]! - y) + Math.abs(layout.column[i]! - layout.column[index]!) * layout.tallest;
    if (away < least) [best, least] = [i, away];
  }
  return best;
}

export function dayLabel(day: Date, now: Date): string {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return day.toLocaleDateString('en', {
    weekday: days < 7 ? 'long' : undefined,
    day: 'numeric',
    month: 'long',
    year: day.getFullYear() === now.getFullYear() ? undefined : 'numeric',
  });
}
