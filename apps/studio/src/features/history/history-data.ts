import { type Generation, type HistoryCard, outputSize } from '@diorama/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { client } from '../../app/api.ts';
import {
  onGenerationChanged,
  onGenerationForgotten,
  onHistoryChanged,
  queryClient,
} from '../../app/server-state.ts';
import { PROJECTS_KEY } from '../projects/projects-key.ts';
import { type CachedCard, CardCache } from './card-cache.ts';
import { type HistoryColumns, withFirst, without, withRatio } from './history-columns.ts';
import { type IndexQuery, movesEntry, takesEveryNewEntry } from './history-view.ts';
import { loadIndex } from './load-index.ts';

const INDEX_KEY = ['history-index'];
const FACETS_KEY = ['history-facets'];
const BOARDS_KEY = ['boards'];
const STORAGE_KEY = ['storage'];

/** Every view that was typed on the way to the one that was meant would stay otherwise. */
const INDEX_KEPT_MS = 15_000;

/** The entries of a view; those of the view before while they are loaded. */
export function useHistoryIndex(query: IndexQuery) {
  return useQuery({
    queryKey: [...INDEX_KEY, query],
    queryFn: ({ signal }) => loadIndex(query, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: INDEX_KEPT_MS,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}

export function useFacets() {
  return useQuery({
    queryKey: FACETS_KEY,
    queryFn: ({ signal }) => client.readHistoryFacets({ signal }),
  });
}

export function useBoards() {
  return useQuery({
    queryKey: BOARDS_KEY,
    queryFn: async ({ signal }) => (await client.listBoards({ signal })).boards,
  });
}

export function useStorageUse() {
  return useQuery({ queryKey: STORAGE_KEY, queryFn: ({ signal }) => client.readStorage({ signal }) });
}

/** The cards of all views. */
export const cards = new CardCache({
  fetchCards: async (seqs, signal) =>
    (await client.readHistoryCards({ query: { seqs: seqs.join(',') as never }, signal })).items,
});

export function useCard(seq: number): CachedCard | undefined {
  return useSyncExternalStore(
    (listener) => cards.subscribe(seq, listener),
    () => cards.get(seq),
  );
}

/** Has the cards of some entries fetched as long as the component is there. */
export function useWantedCards(who: unknown, seqs: readonly number[]): void {
  useEffect(() => {
    cards.want(who, seqs);
  }, [who, seqs]);
  useEffect(() => () => cards.want(who, []), [who]);
}

/** As much of a generation as its card shows; the same as the server makes of it. */
function cardOf(generation: Generation): HistoryCard {
  const { request, outputs } = generation;
  const [output] = outputs;
  const capture = request.canvas?.capture;
  const size =
    output ?? outputSize(request.aspectRatio, request.size, request.canvas?.viewportRatio ?? undefined);
  return {
    id: generation.id,
    seq: generation.seq,
    status: generation.status,
    prompt: request.prompt,
    engine: request.engine,
    model: request.model,
    seed: output?.seed ?? request.seed ?? 0,
    project: generation.project,
    cover: output
      ? { asset: output.asset, isOutput: true }
      : capture
        ? { asset: capture, isOutput: false }
        : null,
    width: size.width,
    height: size.height,
    images: outputs.length,
    favorite: generation.favorite,
    rejected: generation.rejected,
    tags: generation.tags,
    errorCode: generation.error?.code ?? null,
    cost: generation.cost ?? null,
    fraction: generation.progress.fraction,
    createdAt: generation.createdAt,
    deletedAt: generation.deletedAt,
  };
}

function changeIndexes(change: (columns: HistoryColumns, query: IndexQuery) => HistoryColumns): void {
  for (const [key, columns] of queryClient.getQueriesData<HistoryColumns>({ queryKey: INDEX_KEY })) {
    if (!columns) continue;
    const next = change(columns, key[1] as IndexQuery);
    if (next !== columns) queryClient.setQueryData(key, next);
  }
}

/** Takes entries out of every view that is not the trash, or of every view. */
export function removeFromIndexes(seqs: ReadonlySet<number>, from: 'all' | 'all-but-trash' | 'trash'): void {
  changeIndexes((columns, query) => {
    const isTrash = query.trash === 'true';
    return from === 'all' || (from === 'trash') === isTrash ? without(columns, seqs) : columns;
  });
}

/** Long enough for a burst of changes to be one reading. */
const RELOAD_AFTER_MS = 300;
/** Changes that never stop must not keep the view from changing. */
const RELOAD_WITHIN_MS = 2_000;

let reloadTimer: ReturnType<typeof setTimeout> | undefined;
let reloadAsked = 0;
let isEverythingAsked = false;

/**
 * Has the views, their numbers and their cards read again soon.
 *
 * @param how `filtered` leaves out the view of everything: new entries were put into it already, and it is the
 * largest.
 */
export function reloadHistorySoon(how: 'all' | 'filtered' = 'all'): void {
  const now = performance.now();
  if (reloadTimer === undefined) reloadAsked = now;
  // What is being read now may have been asked for before the change.
  isEverythingAsked ||= how === 'all' || queryClient.isFetching({ queryKey: INDEX_KEY }) > 0;
  clearTimeout(reloadTimer);
  reloadTimer = setTimeout(
    reload,
    Math.max(0, Math.min(RELOAD_AFTER_MS, reloadAsked + RELOAD_WITHIN_MS - now)),
  );
}

function reload(): void {
  const everything = isEverythingAsked;
  reloadTimer = undefined;
  isEverythingAsked = false;
  void queryClient.invalidateQueries({
    queryKey: INDEX_KEY,
    predicate: ({ queryKey }) => everything || !takesEveryNewEntry(queryKey[1] as IndexQuery),
  });
  for (const queryKey of [FACETS_KEY, BOARDS_KEY, PROJECTS_KEY, STORAGE_KEY])
    void queryClient.invalidateQueries({ queryKey });
}

onHistoryChanged(() => {
  cards.invalidate();
  reloadHistorySoon();
});

onGenerationChanged((generation, before) => {
  const card = cardOf(generation);
  const cached = cards.get(card.seq);
  const known = cached && cached !== 'gone' ? cached : before ? cardOf(before) : null;
  if (cached) cards.put(card);
  const ratio = Math.round((card.width * 100) / card.height);
  const created = Math.floor(Date.parse(card.createdAt) / 1000);
  let isNew = false;
  changeIndexes((columns, query) => {
    if (card.deletedAt === null && takesEveryNewEntry(query) && card.seq > (columns.seq[0] ?? -1)) {
      isNew = true;
      return withFirst(columns, { seq: card.seq, ratio, created });
    }
    return withRatio(columns, card.seq, ratio);
  });
  if (isNew) cards.put(card);
  const boardsDiffer = before !== undefined && before.boards.join() !== generation.boards.join();
  if (isNew || boardsDiffer) reloadHistorySoon('filtered');
  else if (!known) reloadHistorySoon();
  else if (movesEntry(known, card))
    reloadHistorySoon(known.deletedAt === card.deletedAt ? 'filtered' : 'all');
});

onGenerationForgotten((id) => {
  const seq = cards.seqOf(id);
  if (seq === undefined) {
    reloadHistorySoon();
    return;
  }
  removeFromIndexes(new Set([seq]), 'all');
  cards.drop(seq);
  reloadHistorySoon();
});
