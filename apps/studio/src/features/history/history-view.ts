import {
  ASPECT_RATIOS,
  type AspectRatio,
  HISTORY_SORTS,
  type HistoryCard,
  type HistoryFilter,
  LIMITS,
} from '@diorama/contracts';

export type HistorySort = (typeof HISTORY_SORTS)[number];

/** A part of the history that the side bar leads to. */
export type HistorySection =
  | { readonly kind: 'all' | 'starred' | 'rejected' | 'failed' | 'trash' }
  | { readonly kind: 'project' | 'board' | 'tag'; readonly value: string };

const STATUSES = ['succeeded', 'failed', 'canceled', 'active'] as const;
type Status = (typeof STATUSES)[number];

/** What of the history is shown, in which order. Stands in the address of the page. */
export interface HistoryView {
  readonly section: HistorySection;
  readonly q: string;
  readonly engine: string | null;
  readonly ratio: AspectRatio | null;
  readonly status: Status | null;
  /** Days in the calendar of whoever looks, `2026-03-10`; both are part of it. */
  readonly from: string | null;
  readonly to: string | null;
  readonly sort: HistorySort;
}

export const EVERYTHING: HistoryView = {
  section: { kind: 'all' },
  q: '',
  engine: null,
  ratio: null,
  status: null,
  from: null,
  to: null,
  sort: 'newest',
};

/** What the filters are when nobody set one; section and order stay. */
export const NO_FILTERS = {
  q: '',
  engine: null,
  ratio: null,
  status: null,
  from: null,
  to: null,
} as const satisfies Partial<HistoryView>;

export function hasFilters(view: HistoryView): boolean {
  return Object.entries(NO_FILTERS).some(([name, none]) => view[name as keyof typeof NO_FILTERS] !== none);
}

/** A search that is being typed is not asked for at each letter. */
export const SEARCH_DELAY_MS = 150;

const PLAIN_SECTIONS = ['all', 'starred', 'rejected', 'failed', 'trash'] as const;
const NAMED_SECTIONS = ['project', 'board', 'tag'] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Parts of the page's address: `starred`, `project=<id>`, `q=golden hour`, `sort=oldest`. Reads what it can. */
export function parseView(path: readonly string[]): HistoryView {
  let view = EVERYTHING;
  for (const part of path) {
    const plain = PLAIN_SECTIONS.find((kind) => kind === part);
    if (plain) view = { ...view, section: { kind: plain } };
    const at = part.indexOf('=');
    if (at > 0) view = { ...view, ...readPart(part.slice(0, at), part.slice(at + 1)) };
  }
  return view;
}

function readPart(name: string, value: string): Partial<HistoryView> {
  const section = NAMED_SECTIONS.find((kind) => kind === name);
  if (section) return isSectionValue(section, value) ? { section: { kind: section, value } } : {};
  switch (name) {
    case 'q':
      return { q: value.slice(0, 200) };
    case 'engine':
      return value && value.length <= 64 ? { engine: value } : {};
    case 'ratio':
      return { ratio: ASPECT_RATIOS.find((ratio) => ratio === value) ?? null };
    case 'status':
      return { status: STATUSES.find((status) => status === value) ?? null };
    case 'sort':
      return { sort: HISTORY_SORTS.find((sort) => sort === value) ?? 'newest' };
    case 'from':
    case 'to':
      return startOfDay(value) ? { [name]: value } : {};
    default:
      return {};
  }
}

function isSectionValue(kind: (typeof NAMED_SECTIONS)[number], value: string): boolean {
  if (kind === 'tag') return value.length > 0 && value.length <= LIMITS.tagCharacters;
  return UUID.test(value) || (kind === 'project' && value === 'none');
}

export function viewPath(view: HistoryView): string[] {
  const { section } = view;
  const path =
    'value' in section ? [`${section.kind}=${section.value}`] : section.kind === 'all' ? [] : [section.kind];
  for (const name of ['q', 'engine', 'ratio', 'status', 'from', 'to'] as const)
    if (view[name]) path.push(`${name}=${view[name]}`);
  if (view.sort !== 'newest') path.push(`sort=${view.sort}`);
  return path;
}

export type IndexQuery = HistoryFilter & { readonly sort: HistorySort };

/** What to ask the server for. */
export function queryOf(view: HistoryView): IndexQuery {
  const { section, q, engine, ratio, status, from, to, sort } = view;
  const begin = from ? startOfDay(from) : null;
  const end = to ? startOfDay(to, 1) : null;
  return {
    ...(q.trim() === '' ? {} : { q: q.trim() }),
    ...(engine ? { engine } : {}),
    ...(ratio ? { ratio } : {}),
    ...(status ? { status } : {}),
    ...(begin ? { from: begin.toISOString() } : {}),
    ...(end ? { to: end.toISOString() } : {}),
    ...sectionQuery(section, status),
    sort,
  };
}

function sectionQuery(section: HistorySection, status: Status | null): HistoryFilter {
  switch (section.kind) {
    case 'all':
      return {};
    case 'starred':
      return { favorite: 'true' };
    case 'rejected':
      return { rejected: 'true' };
    case 'failed':
      // The menu may ask for another state; it is the later word.
      return status ? {} : { status: 'failed' };
    case 'trash':
      return { trash: 'true' };
    case 'project':
      return { project: section.value as HistoryFilter['project'] };
    case 'board':
      return { board: section.value };
    case 'tag':
      return { tag: section.value };
  }
}

/** Midnight where one is; null for what is no day. @param plusDays Midnight so many days later. */
function startOfDay(day: string, plusDays = 0): Date | null {
  if (!DAY.test(day)) return null;
  const [year, month, date] = day.split('-').map(Number);
  const begin = new Date(year!, month! - 1, date! + plusDays);
  // February 30 is no day, but a date all the same.
  return plusDays === 0 && begin.getMonth() !== month! - 1 ? null : begin;
}

export function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whether new entries belong at the top without asking the server. */
export function takesEveryNewEntry(query: IndexQuery): boolean {
  return query.sort === 'newest' && Object.keys(query).length === 1;
}

/** Whether a change from one card to the other may bring it into, or out of, some part of the history. */
export function movesEntry(before: HistoryCard, after: HistoryCard): boolean {
  return (
    statusGroup(before) !== statusGroup(after) ||
    before.favorite !== after.favorite ||
    before.rejected !== after.rejected ||
    before.project?.id !== after.project?.id ||
    before.deletedAt !== after.deletedAt ||
    before.tags.join('\n') !== after.tags.join('\n')
  );
}

const statusGroup = ({ status }: HistoryCard) =>
  status === 'queued' || status === 'running' ? 'active' : status;
