import { type Generation, type GenerationPage, isFinished, type ServerEvent } from '@diorama/contracts';
import { QueryClient, useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { api, client } from './api.ts';

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, retry: 2, refetchOnWindowFocus: false } },
});

export const ENGINES_KEY = ['engines'];
const LATEST_KEY = ['generations', 'latest'];
const ACTIVE_KEY = ['generations', 'active'];
const generationKey = (id: string) => ['generation', id];

/** Enough to tell how fast the engines have been lately. */
const LATEST_COUNT = 30;
/** As many as one call gives; no queue is longer for long. */
const ACTIVE_COUNT = 100;

export function useEngines() {
  return useQuery({ queryKey: ENGINES_KEY, queryFn: ({ signal }) => api.listEngines({ signal }) });
}

/** The newest generations, whatever became of them. */
export function useLatestGenerations(): readonly Generation[] {
  const { data } = useQuery({
    queryKey: LATEST_KEY,
    queryFn: async ({ signal }) => api.listGenerations({ limit: LATEST_COUNT }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data?.items ?? [];
}

/** Everything that waits or is being made, newest first. */
export function useActiveGenerations(): readonly Generation[] {
  const { data } = useQuery({
    queryKey: ACTIVE_KEY,
    queryFn: async ({ signal }) =>
      client.listGenerations({ query: { status: 'active', limit: ACTIVE_COUNT }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data?.items ?? [];
}

export function useGeneration(id: string) {
  return useQuery({
    queryKey: generationKey(id),
    queryFn: ({ signal }) => api.getGeneration(id, { signal }),
    staleTime: 10_000,
    initialData: () => knownGeneration(id),
  });
}

/** Small pictures of what is being made, by generation id. Gone when it is finished. */
export const usePreviews = create<{ readonly byId: Readonly<Record<string, string>> }>(() => ({ byId: {} }));

/** The newest state of a generation that has been seen; undefined when it has to be asked for. */
export function knownGeneration(id: string): Generation | undefined {
  const own = queryClient.getQueryData<Generation>(generationKey(id));
  if (own) return own;
  for (const key of [ACTIVE_KEY, LATEST_KEY]) {
    const found = queryClient.getQueryData<GenerationPage>(key)?.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Registers listeners of one kind and calls them. */
function createSignal<Arguments extends readonly unknown[]>() {
  const listeners = new Set<(...args: Arguments) => void>();
  return {
    /** @returns Ends the subscription. */
    listen(listener: (...args: Arguments) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(...args: Arguments): void {
      for (const listener of listeners) listener(...args);
    },
  };
}

const finished = createSignal<[Generation]>();
const changed = createSignal<[generation: Generation, before: Generation | undefined]>();
const forgotten = createSignal<[id: string]>();
const manyChanged = createSignal<[]>();

/** Calls when a generation that was seen waiting or running has come to its end. */
export const onGenerationFinished = finished.listen;

/** Calls for every news of a generation, with what was known of it before. */
export const onGenerationChanged = changed.listen;

/** Calls when a generation was deleted for good. */
export const onGenerationForgotten = forgotten.listen;

/** Calls when entries of the history may have changed that nobody names. */
export const onHistoryChanged = manyChanged.listen;

/** Puts the newest state of a generation where it is shown. */
export function rememberGeneration(generation: Generation): void {
  const before = knownGeneration(generation.id);
  queryClient.setQueryData(generationKey(generation.id), generation);
  const trashed = generation.deletedAt !== null;
  putIntoList(LATEST_KEY, generation, !trashed, LATEST_COUNT);
  putIntoList(ACTIVE_KEY, generation, !trashed && !isFinished(generation.status), ACTIVE_COUNT);
  changed.send(generation, before);
  if (!isFinished(generation.status)) return;
  dropPreview(generation.id);
  if (before && !isFinished(before.status)) finished.send(generation);
}

function forgetGeneration(id: string): void {
  dropPreview(id);
  queryClient.removeQueries({ queryKey: generationKey(id) });
  for (const key of [LATEST_KEY, ACTIVE_KEY])
    queryClient.setQueryData<GenerationPage>(
      key,
      (page) => page && { ...page, items: page.items.filter((item) => item.id !== id) },
    );
  forgotten.send(id);
}

/** Replaces it where it is; a new one comes first, because the lists are newest first. */
function putIntoList(
  key: readonly string[],
  generation: Generation,
  belongs: boolean,
  lengthMax: number,
): void {
  queryClient.setQueryData<GenerationPage>(
    key,
    (page) => page && withGeneration(page, generation, belongs, lengthMax),
  );
}

function withGeneration(
  page: GenerationPage,
  generation: Generation,
  belongs: boolean,
  lengthMax: number,
): GenerationPage {
  const { items } = page;
  const at = items.findIndex((item) => item.id === generation.id);
  if (!belongs) return at < 0 ? page : { ...page, items: items.filter((item) => item.id !== generation.id) };
  if (at >= 0) return { ...page, items: items.with(at, generation) };
  // An update of an old one that is not in the list must not push newer ones out.
  const place = items.findIndex((item) => item.seq < generation.seq);
  const next = place < 0 ? [...items, generation] : items.toSpliced(place, 0, generation);
  return { ...page, items: next.slice(0, lengthMax) };
}

export function applyServerEvent(event: ServerEvent): void {
  switch (event.type) {
    case 'generation-updated':
      rememberGeneration(event.generation);
      break;
    case 'generation-deleted':
      forgetGeneration(event.id);
      break;
    case 'history-changed':
      for (const queryKey of [['generation'], LATEST_KEY, ACTIVE_KEY])
        void queryClient.invalidateQueries({ queryKey });
      manyChanged.send();
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
  manyChanged.send();
}

function dropPreview(id: string): void {
  const { byId } = usePreviews.getState();
  if (!(id in byId)) return;
  const { [id]: _gone, ...rest } = byId;
  usePreviews.setState({ byId: rest });
}
