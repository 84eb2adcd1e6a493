import { type Generation, type GenerationPage, isFinished, type ServerEvent } from '@diorama/contracts';
import { type InfiniteData, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { api } from './api.ts';

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, retry: 2, refetchOnWindowFocus: false } },
});

export const ENGINES_KEY = ['engines'];
const HISTORY_KEY = ['history'];
const generationKey = (id: string) => ['generation', id];
const PAGE_SIZE = 40;

export function useEngines() {
  return useQuery({ queryKey: ENGINES_KEY, queryFn: ({ signal }) => api.listEngines({ signal }) });
}

export function useHistory() {
  return useInfiniteQuery({
    queryKey: HISTORY_KEY,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.listGenerations(
        { limit: PAGE_SIZE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useGeneration(id: string) {
  return useQuery({
    queryKey: generationKey(id),
    queryFn: ({ signal }) => api.getGeneration(id, { signal }),
    staleTime: 10_000,
    initialData: () => findInHistory(id),
  });
}

/** Small pictures of what is being made, by generation id. Gone when it is finished. */
export const usePreviews = create<{ readonly byId: Readonly<Record<string, string>> }>(() => ({ byId: {} }));

type HistoryData = InfiniteData<GenerationPage, string | undefined>;

function findInHistory(id: string): Generation | undefined {
  const data = queryClient.getQueryData<HistoryData>(HISTORY_KEY);
  for (const page of data?.pages ?? []) {
    const found = page.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

const finishedListeners = new Set<(generation: Generation) => void>();

/** Calls when a generation that was seen waiting or running has come to its end. */
export function onGenerationFinished(listener: (generation: Generation) => void): () => void {
  finishedListeners.add(listener);
  return () => finishedListeners.delete(listener);
}

type ChangeListener = (generation: Generation, before: Generation | undefined) => void;
const changeListeners = new Set<ChangeListener>();

/** Calls for every news of a generation, with what was known of it before. */
export function onGenerationChanged(listener: ChangeListener): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

/** Puts the newest state of a generation where it is shown. */
export function rememberGeneration(generation: Generation): void {
  const before =
    queryClient.getQueryData<Generation>(generationKey(generation.id)) ?? findInHistory(generation.id);
  queryClient.setQueryData(generationKey(generation.id), generation);
  queryClient.setQueryData<HistoryData>(HISTORY_KEY, (data) => data && withGeneration(data, generation));
  for (const listener of changeListeners) listener(generation, before);
  if (!isFinished(generation.status)) return;
  dropPreview(generation.id);
  if (before && !isFinished(before.status)) for (const listener of finishedListeners) listener(generation);
}

export function forgetGeneration(id: string): void {
  dropPreview(id);
  queryClient.removeQueries({ queryKey: generationKey(id) });
  queryClient.setQueryData<HistoryData>(
    HISTORY_KEY,
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })),
      },
  );
}

/** Replaces it where it is; a new one comes first, because history is newest first. */
function withGeneration(data: HistoryData, generation: Generation): HistoryData {
  let found = false;
  const pages = data.pages.map((page) => {
    if (!page.items.some((item) => item.id === generation.id)) return page;
    found = true;
    return { ...page, items: page.items.map((item) => (item.id === generation.id ? generation : item)) };
  });
  if (found) return { ...data, pages };
  const [first, ...rest] = pages;
  // An update of an old one that has not been scrolled to yet must not jump to the top.
  if (!first || (first.items[0] && first.items[0].createdAt > generation.createdAt)) return data;
  return { ...data, pages: [{ ...first, items: [generation, ...first.items] }, ...rest] };
}

export function applyServerEvent(event: ServerEvent): void {
  switch (event.type) {
    case 'generation-updated':
      rememberGeneration(event.generation);
      break;
    case 'generation-deleted':
      forgetGeneration(event.id);
      break;
    case 'preview':
      usePreviews.setState(({ byId }) => ({ byId: { ...byId, [event.id]: event.image } }));
      break;
    case 'resync':
      refreshServerState();
      break;
  }
}

/** After a pause in the event stream anything may have happened. */
export function refreshServerState(): void {
  void queryClient.invalidateQueries();
}

function dropPreview(id: string): void {
  const { byId } = usePreviews.getState();
  if (!(id in byId)) return;
  const { [id]: _gone, ...rest } = byId;
  usePreviews.setState({ byId: rest });
}
