import { type Client, createClient, assetUrl as urlOf } from '@diorama/client';
import {
  type AssetId,
  DioramaError,
  type EngineConnectionPatch,
  type ErrorCode,
  type engineSettingsPatchSchema,
  type GenerationRequestInput,
  type LookRequestInput,
  type newEngineConnectionSchema,
  type pricePatchSchema,
  type RetryOmission,
  ROUTES,
  type RouteName,
} from '@diorama/contracts';
import { setReachable } from './connection.ts';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What a schema takes, before its defaults. */
type InputOf<S extends { readonly _zod: { readonly input: unknown } }> = S['_zod']['input'];
export type NewConnection = InputOf<typeof newEngineConnectionSchema>;

/**
 * The server's API, one method for each route. Every call throws `DioramaError` and nothing else, and notes whether the
 * server answered: any answer, even a refusal, means that it is there.
 */
export const client: Client = watch(createClient());

function watch(unwatched: Client): Client {
  const names = [...Object.keys(ROUTES), 'uploadAsset'] as (RouteName | 'uploadAsset')[];
  const watchedCalls = names.map((name) => {
    const call = unwatched[name] as (...input: unknown[]) => Promise<unknown>;
    return [name, (...input: unknown[]) => watched(call(...input))];
  });
  return { ...unwatched, ...Object.fromEntries(watchedCalls) };
}

const shutOutListeners = new Set<() => void>();

/** Calls when an answer says that one is not let in any more. */
export function onShutOut(listener: () => void): () => void {
  shutOutListeners.add(listener);
  return () => shutOutListeners.delete(listener);
}

const SHUT_OUT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'signed-out',
  'launch-token-needed',
  'account-disabled',
]);

async function watched<T>(call: Promise<T>): Promise<T> {
  try {
    const result = await call;
    setReachable(true);
    return result;
  } catch (thrown) {
    if (thrown instanceof DioramaError && thrown.code !== 'canceled') setReachable(thrown.code !== 'network');
    if (thrown instanceof DioramaError && SHUT_OUT.has(thrown.code))
      for (const listener of shutOutListeners) listener();
    throw thrown;
  }
}

/** Address of a stored file; with a width, of a thumbnail of it. */
export function assetUrl(id: AssetId, width?: number): string {
  return urlOf(id, width === undefined ? {} : { width });
}

/** The calls that the studio makes most, with their input laid out flat; all others are made on `client`. */
export const api = {
  listEngines: (options: CallOptions = {}) => client.listEngines(options),
  readLook: (body: LookRequestInput, options: CallOptions = {}) => client.readLook({ body, ...options }),
  createGeneration: (body: GenerationRequestInput, options: CallOptions & { idempotencyKey: string }) =>
    client.createGeneration({ body, ...options }),
  listGenerations: (query: { limit: number; cursor?: string }, options: CallOptions = {}) =>
    client.listGenerations({ query, ...options }),
  getGeneration: (id: string, options: CallOptions = {}) =>
    client.getGeneration({ params: { id }, ...options }),
  setFavorite: (id: string, favorite: boolean) =>
    client.updateGeneration({ params: { id }, body: { favorite } }),
  deleteGeneration: (id: string) => client.deleteGeneration({ params: { id } }),
  cancelGeneration: (id: string) => client.cancelGeneration({ params: { id } }),
  /** A click is one retry, however often the request is sent on its way. */
  retryGeneration: (
    id: string,
    without: readonly RetryOmission[],
    options: CallOptions & { idempotencyKey: string },
  ) => client.retryGeneration({ params: { id }, body: { without: [...without] }, ...options }),
  getEngineSettings: (options: CallOptions = {}) => client.getEngineSettings(options),
  updateEngineSettings: (body: InputOf<typeof engineSettingsPatchSchema>) =>
    client.updateEngineSettings({ body }),
  addEngineConnection: (body: NewConnection) => client.addEngineConnection({ body }),
  updateEngineConnection: (id: string, body: EngineConnectionPatch) =>
    client.updateEngineConnection({ params: { id }, body }),
  deleteEngineConnection: (id: string) => client.deleteEngineConnection({ params: { id } }),
  testEngineConnection: (id: string, options: CallOptions = {}) =>
    client.testEngineConnection({ params: { id }, ...options }),
  updatePrice: (body: InputOf<typeof pricePatchSchema>) => client.updatePrice({ body }),
  readLedger: (query: { month?: string; cursor?: string; limit?: number }, options: CallOptions = {}) =>
    client.readLedger({ query, ...options }),
  uploadAsset: (file: Blob, options: CallOptions = {}) => client.uploadAsset(file, options),
  describeAsset: (id: AssetId, options: CallOptions = {}) =>
    client.describeAsset({ params: { id }, ...options }),
  /** False when the server does not have the file. */
  async hasAsset(id: AssetId, options: CallOptions = {}): Promise<boolean> {
    try {
      await api.describeAsset(id, options);
      return true;
    } catch (thrown) {
      if (isMissing(thrown)) return false;
      throw thrown;
    }
  },
};

/** A stored file's bytes; undefined when the server does not have it. */
export async function fetchAsset(id: AssetId, signal?: AbortSignal): Promise<Blob | undefined> {
  // Asked for first, so that a refusal comes as one of our errors.
  if (!(await api.hasAsset(id, signal ? { signal } : {}))) return undefined;
  try {
    const response = await fetch(assetUrl(id), { signal: signal ?? null });
    if (!response.ok) throw new DioramaError('storage-failed');
    return await response.blob();
  } catch (thrown) {
    if (thrown instanceof DioramaError) throw thrown;
    throw new DioramaError(signal?.aborted ? 'canceled' : 'network', undefined, { cause: thrown });
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof DioramaError && (thrown.code === 'not-found' || thrown.code === 'unknown-asset');
}
