/**
 * Every entry that a filter finds, in order: what is needed to lay out all of them before any card is read. Typed
 * arrays, because there may be hundreds of thousands.
 */
export interface HistoryColumns {
  readonly length: number;
  /** Order of arrival; what an entry is named by. */
  readonly seq: Float64Array<ArrayBuffer>;
  /** Width divided by height, in hundredths. */
  readonly ratio: Uint16Array<ArrayBuffer>;
  /** Seconds since 1970, UTC. */
  readonly created: Float64Array<ArrayBuffer>;
}

export const NO_ENTRIES: HistoryColumns = {
  length: 0,
  seq: new Float64Array(0),
  ratio: new Uint16Array(0),
  created: new Float64Array(0),
};

/**
 * Reads the answer of `GET /history/index`. Checked here and not by its schema, which takes several times as long for
 * columns of this length.
 *
 * @throws {TypeError} When it is not what was agreed.
 */
export function decodeColumns(answer: unknown): HistoryColumns {
  if (typeof answer !== 'object' || answer === null) throw new TypeError('The index is not an object.');
  const { seq, ratio, created } = answer as Record<string, unknown>;
  if (!Array.isArray(seq) || !Array.isArray(ratio) || !Array.isArray(created))
    throw new TypeError('The index has no columns.');
  const length = seq.length;
  if (ratio.length !== length || created.length !== length)
    throw new TypeError('The columns of the index are not of equal length.');
  return {
    length,
    seq: summed(seq),
    ratio: Uint16Array.from(ratio as unknown[], (value) => Math.min(0xffff, Math.max(1, wholeNumber(value)))),
    created: summed(created),
  };
}

function summed(differences: readonly unknown[]): Float64Array<ArrayBuffer> {
  const values = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < differences.length; i++) {
    sum += wholeNumber(differences[i]);
    values[i] = sum;
  }
  return values;
}

function wholeNumber(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new TypeError('A column of the index holds something that is no whole number.');
}

/** Where an entry is; -1 when it is not among them. */
export function indexOfSeq({ seq }: HistoryColumns, wanted: number): number {
  return seq.indexOf(wanted);
}

export interface NewEntry {
  readonly seq: number;
  readonly ratio: number;
  readonly created: number;
}

/** The same with an entry before all others. */
export function withFirst(columns: HistoryColumns, entry: NewEntry): HistoryColumns {
  const length = columns.length + 1;
  const next = {
    length,
    seq: new Float64Array(length),
    ratio: new Uint16Array(length),
    created: new Float64Array(length),
  };
  for (const name of ['seq', 'ratio', 'created'] as const) {
    next[name][0] = entry[name];
    next[name].set(columns[name], 1);
  }
  return next;
}

/** The same with the shape of one entry corrected; the very same when nothing changes. */
export function withRatio(columns: HistoryColumns, seq: number, ratio: number): HistoryColumns {
  const at = indexOfSeq(columns, seq);
  if (at < 0 || columns.ratio[at] === ratio) return columns;
  const next = columns.ratio.slice();
  next[at] = ratio;
  return { ...columns, ratio: next };
}

/** The same without some entries; the very same when none of them was there. */
export function without(columns: HistoryColumns, gone: ReadonlySet<number>): HistoryColumns {
  const kept: number[] = [];
  for (let i = 0; i < columns.length; i++) if (!gone.has(columns.seq[i]!)) kept.push(i);
  if (kept.length === columns.length) return columns;
  return {
    length: kept.length,
    seq: Float64Array.from(kept, (i) => columns.seq[i]!),
    ratio: Uint16Array.from(kept, (i) => columns.ratio[i]!),
    created: Float64Array.from(kept, (i) => columns.created[i]!),
  };
}

/** How many entries `next` has before all of `old`; 0 when it differs in any other way. */
export function countPrepended(old: HistoryColumns, next: HistoryColumns): number {
  const added = next.length - old.length;
  if (added <= 0) return 0;
  for (let i = 0; i < old.length; i++)
    if (old.seq[i] !== next.seq[i + added] || old.ratio[i] !== next.ratio[i + added]) return 0;
  return added;
}
