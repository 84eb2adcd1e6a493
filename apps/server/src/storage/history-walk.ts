import type { SQLInputValue } from 'node:sqlite';
import { DioramaError, type HistoryFilter, type HistoryQuery } from '@diorama/contracts';
import type { Reads } from './database.ts';
import { foldText } from './fold-text.ts';

export type Sort = HistoryQuery['sort'];

/** What of an account's history is walked through, and in which order. */
export interface WalkOptions {
  readonly ownerId: string;
  readonly filter: HistoryFilter;
  readonly sort: Sort;
  /** Of the entry after which it goes on; from `cursorAfter`. */
  readonly cursor?: string | undefined;
  /** Absent: all. */
  readonly limit?: number;
}

/** A statement over `entries e`, with the parameters of its parts in their order. */
export interface Walk {
  readonly source: string;
  readonly conditions: string;
  /** Empty where the source gives it. */
  readonly order: string;
  readonly parameters: readonly SQLInputValue[];
  /** The whole result is sorted, however little of it is taken: better asked for once than in parts. */
  readonly isSorted: boolean;
}

/**
 * Of a word that so few entries hold, they are taken from the search index. More frequent ones are sooner found by
 * walking in the order of the list: a page is full after a few steps.
 */
const RARE_MATCHES = 200;
/** Letters in a row that the search index knows. */
const GRAM = 3;

/**
 * Walks along the index that fits the narrowest of the filters, checking the rest entry by entry. Chosen here and not by
 * the planner of the database: it knows nothing of how many entries a value has, and a wrong guess is a walk through
 * everything.
 */
export function planWalk(reads: Reads, options: WalkOptions): Walk {
  const { ownerId, filter, sort } = options;
  const words = wordsOf(filter.q).map((word) => ({ word, isInName: isInProjectName(reads, ownerId, word) }));
  const rare = words.length === 0 ? null : rareMatches(reads, words);
  const conditions: string[] = [];
  const parameters: SQLInputValue[] = [];
  const must = (condition: string, ...values: SQLInputValue[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };

  let source: string;
  let seq = 'e.seq';
  let isNarrow = true;
  const inTrash = filter.trash === 'true';
  if (rare !== null) {
    source = 'json_each(?) found CROSS JOIN entries e ON e.seq = found.value';
    parameters.push(JSON.stringify(rare));
  } else if (inTrash) source = 'entries e INDEXED BY entries_trash';
  else if (filter.board !== undefined) {
    source = 'board_entries b CROSS JOIN entries e ON e.seq = b.seq';
    seq = 'b.seq';
    must('b.board_id = ?', filter.board);
  } else if (filter.favorite === 'true') source = 'entries e INDEXED BY entries_favorite';
  else if (filter.rejected === 'true') source = 'entries e INDEXED BY entries_rejected';
  else if (filter.status !== undefined && filter.status !== 'succeeded')
    source = 'entries e INDEXED BY entries_status';
  else if (filter.tag !== undefined) {
    source = 'entry_tags t CROSS JOIN entries e ON e.seq = t.seq';
    seq = 't.seq';
    must('t.owner_id = ? AND t.tag = ?', ownerId, tagOf(filter.tag));
  } else {
    isNarrow = false;
    source = `entries e INDEXED BY ${wideIndex(filter, sort)}`;
  }

  must('e.owner_id = ?', ownerId);
  must(inTrash ? 'e.deleted_at IS NOT NULL' : 'e.deleted_at IS NULL');
  if (filter.board !== undefined && seq !== 'b.seq')
    must('EXISTS (SELECT 1 FROM board_entries b WHERE b.board_id = ? AND b.seq = e.seq)', filter.board);
  if (filter.tag !== undefined && seq !== 't.seq')
    must(
      'EXISTS (SELECT 1 FROM entry_tags t WHERE t.owner_id = ? AND t.tag = ? AND t.seq = e.seq)',
      ownerId,
      tagOf(filter.tag),
    );
  // Literals: an index over some of the rows is only used where the statement itself says that no others are wanted.
  if (filter.favorite !== undefined) must(`e.favorite = ${filter.favorite === 'true' ? 1 : 0}`);
  if (filter.rejected !== undefined) must(`e.rejected = ${filter.rejected === 'true' ? 1 : 0}`);
  if (filter.status === 'active') must("e.status IN ('queued', 'running')");
  else if (filter.status !== undefined) must('e.status = ?', filter.status);
  if (filter.project === 'none') must('e.project_id IS NULL');
  else if (filter.project !== undefined) must('e.project_id = ?', filter.project);
  if (filter.engine !== undefined) must('e.engine = ?', filter.engine);
  if (filter.ratio !== undefined) must('e.aspect_ratio = ?', filter.ratio);
  if (filter.from !== undefined) must('e.created_at >= ?', new Date(filter.from).toISOString());
  if (filter.to !== undefined) must('e.created_at < ?', new Date(filter.to).toISOString());
  for (const { word, isInName } of words) {
    const inText = 'instr((SELECT text FROM entry_texts WHERE entry_texts.seq = e.seq), ?) > 0';
    if (isInName)
      must(
        `(${inText} OR e.project_id IN (SELECT id FROM projects WHERE owner_id = ? AND instr(name_folded, ?) > 0))`,
        word,
        ownerId,
        word,
      );
    else must(inText, word);
  }

  const { column } = SORTS[sort];
  const after = options.cursor === undefined ? null : parseCursor(options.cursor, sort);
  if (rare !== null && column === null) {
    // Handed over in their order, they come back in it: the first of them that fit are the page.
    const forward = sort === 'oldest' ? 1 : -1;
    const ahead = after === null ? rare : rare.filter((one) => (one - after.seq) * forward > 0);
    parameters[0] = JSON.stringify(ahead.toSorted((one, other) => (one - other) * forward));
    return { source, conditions: conditions.join(' AND '), order: '', parameters, isSorted: false };
  }
  if (after !== null) {
    if (column === null) must(`${seq} ${sort === 'oldest' ? '>' : '<'} ?`, after.seq);
    else must(`(e.${column}, e.seq) < (?, ?)`, after.value, after.seq);
  }
  return {
    source,
    conditions: conditions.join(' AND '),
    order:
      column === null
        ? `ORDER BY ${seq} ${sort === 'oldest' ? 'ASC' : 'DESC'}`
        : `ORDER BY e.${column} DESC, e.seq DESC`,
    parameters,
    isSorted: column === null ? filter.status === 'active' : isNarrow,
  };
}

const SORTS = {
  newest: { column: null, index: 'entries_live' },
  oldest: { column: null, index: 'entries_live' },
  cost: { column: 'cost_amount', index: 'entries_cost' },
  duration: { column: 'duration_ms', index: 'entries_duration' },
} as const satisfies Record<Sort, { column: string | null; index: string }>;

/** Values that very many entries may share: worth an index only where it also gives the order. */
function wideIndex(filter: HistoryFilter, sort: Sort): string {
  if (SORTS[sort].column !== null) return SORTS[sort].index;
  if (filter.project !== undefined && filter.project !== 'none') return 'entries_project';
  if (filter.engine !== undefined) return 'entries_engine';
  if (filter.ratio !== undefined) return 'entries_ratio';
  return SORTS[sort].index;
}

/** Runs a walk. The text of the statement is the same for every page, so it is compiled once. */
export function runWalk<Row>(
  reads: Reads,
  walk: Walk,
  select: { readonly columns: string; readonly join?: string; readonly limit?: number },
): Row[] {
  const { columns, join = '', limit } = select;
  const limited = limit === undefined ? '' : ' LIMIT ?';
  const values = limit === undefined ? walk.parameters : [...walk.parameters, limit];
  const plain = `${walk.source} WHERE ${walk.conditions} ${walk.order}${limited}`;
  if (!walk.isSorted)
    return reads.all<Row>(
      `SELECT ${columns} FROM ${walk.source} ${join} WHERE ${walk.conditions} ${walk.order}${limited}`,
      ...values,
    );
  // What has to be sorted is sorted by itself first: the columns of those that are not taken need not be made.
  const order = walk.order.replace(/\b[bt]\.seq/, 'e.seq');
  return reads.all<Row>(
    `SELECT ${columns} FROM (SELECT e.seq AS taken FROM ${plain}) CROSS JOIN entries e ON e.seq = taken ${join}
      ${order}`,
    ...values,
  );
}

/** What the next page begins after. */
export function cursorAfter(
  row: { readonly seq: number; readonly cost_amount: number; readonly duration_ms: number },
  sort: Sort,
): string {
  const { column } = SORTS[sort];
  return column === null ? String(row.seq) : `${row[column]}_${row.seq}`;
}

function parseCursor(cursor: string, sort: Sort): { seq: number; value: number } {
  const [, value, seq] = /^(?:(\d{1,20}(?:\.\d{1,30})?(?:e[+-]\d{1,3})?)_)?(\d{1,15})$/.exec(cursor) ?? [];
  if (seq === undefined || (value === undefined) !== (SORTS[sort].column === null))
    throw new DioramaError('invalid-request', 'cursor: is not the cursor of a page.', {
      details: { issues: [{ field: 'cursor', message: 'is not the cursor of a page' }] },
    });
  return { seq: Number(seq), value: Number(value ?? 0) };
}

/** Control characters part words: a query of the search index ends at some of them. */
function wordsOf(q: string | undefined): string[] {
  return [...new Set(foldText(q ?? '').split(/[\s\p{Cc}]+/u))].filter(Boolean);
}

function tagOf(tag: string): string {
  return foldText(tag.trim()).replace(/\s+/g, ' ');
}

/** What is in the name of a project is in all its entries; the texts do not know of it. */
function isInProjectName(reads: Reads, ownerId: string, word: string): boolean {
  return (
    reads.get(
      'SELECT 1 FROM projects WHERE owner_id = ? AND instr(name_folded, ?) > 0 LIMIT 1',
      ownerId,
      word,
    ) !== undefined
  );
}

/** The entries that may hold all words when they are few, in any order; null when they are many, or nobody can say. */
function rareMatches(
  reads: Reads,
  words: readonly { readonly word: string; readonly isInName: boolean }[],
): number[] | null {
  const grams = new Set<string>();
  for (const { word, isInName } of words) {
    const letters = [...word];
    if (isInName) continue;
    for (let at = 0; at + GRAM <= letters.length; at += 1) grams.add(letters.slice(at, at + GRAM).join(''));
  }
  if (grams.size === 0) return null;
  return matchesOf(reads, [...grams].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND '));
}

/** What searches found lately, by the state of the database in which they did: pages of one search follow each other. */
const found = new WeakMap<Reads, Map<string, { readonly version: number; readonly seqs: number[] | null }>>();
const SEARCHES_KEPT = 50;

function matchesOf(reads: Reads, query: string): number[] | null {
  const { version } = reads.get<{ version: number }>(
    'SELECT data_version AS version FROM pragma_data_version',
  )!;
  const kept = found.get(reads) ?? new Map<string, { version: number; seqs: number[] | null }>();
  found.set(reads, kept);
  const known = kept.get(query);
  // A word that was frequent once is walked for, however few entries are left: that is only slower.
  if (known && (known.seqs === null || known.version === version)) return known.seqs;
  const rows = reads.all<{ rowid: number }>(
    'SELECT rowid FROM entry_search WHERE entry_search MATCH ? LIMIT ?',
    query,
    RARE_MATCHES + 1,
  );
  const seqs = rows.length > RARE_MATCHES ? null : rows.map(({ rowid }) => rowid);
  kept.delete(query);
  if (kept.size >= SEARCHES_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(query, { version, seqs });
  return seqs;
}
