import { type Asset, type AssetId, ROUTES, type RouteName } from '@diorama/contracts';
import { type AssetUrlOptions, assetUrl } from './asset-url.ts';
import { type CallInput, type CallResult, callRoute } from './call-route.ts';
import type { Connection } from './connection.ts';
import { type SubscribeOptions, subscribe } from './subscribe.ts';
import { type UploadOptions, uploadAsset } from './upload-asset.ts';

export interface ClientOptions {
  /** Default: the page's own origin in a browser, http://127.0.0.1:4270 elsewhere. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
}

type Routes = typeof ROUTES;

type Call<R> = (
  // The argument may be left out where nothing in it is required.
  ...input: Record<never, never> extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]
) => Promise<CallResult<R>>;

/**
 * One method for each route of the API, plus uploads, addresses of files, and events. Every method throws
 * `DioramaError` and nothing else.
 */
export type Client = { readonly [N in RouteName]: Call<Routes[N]> } & {
  uploadAsset(file: Blob, options?: UploadOptions): Promise<Asset>;
  /** Address of a stored file, for `<img>` and links. */
  assetUrl(id: AssetId, options?: AssetUrlOptions): string;
  subscribe(options: SubscribeOptions): () => void;
};

const DEFAULT_BASE_URL = 'http://127.0.0.1:4270';

/**
 * A client of the API.
 *
 * @example
 * const client = createClient();
 * const generation = await client.createGeneration({ body: { prompt: 'golden hour' } });
 */
export function createClient(options: ClientOptions = {}): Client {
  const connection: Connection = {
    baseUrl: (options.baseUrl ?? defaultBaseUrl()).replace(/\/+$/, ''),
    // Looked up at each call: a page may replace it, and detached from its global the browser's own refuses to run.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
  const calls = Object.entries(ROUTES).map(([name, route]) => [
    name,
    (input: object = {}) => callRoute(connection, route, input),
  ]);
  return {
    ...(Object.fromEntries(calls) as { [N in RouteName]: Call<Routes[N]> }),
    uploadAsset: (file, uploadOptions) => uploadAsset(connection, file, uploadOptions),
    assetUrl: (id, urlOptions) => `${connection.baseUrl}${assetUrl(id, urlOptions)}`,
    subscribe: (subscribeOptions) => subscribe(connection, subscribeOptions),
  };
}

function defaultBaseUrl(): string {
  return typeof location === 'undefined' ? DEFAULT_BASE_URL : location.origin;
}
