import { API_PREFIX, DioramaError, type RouteContract } from '@diorama/contracts';
import { type Connection, send, toTransportError } from './connection.ts';

export type Schema = NonNullable<RouteContract['response']>;
export type Parsed<S extends Schema> = S['_zod']['output'];

type Part<R, K extends string> = R extends Record<K, infer S extends Schema> ? S['_zod']['input'] : never;

/** What a route takes: the parts that its contract has. */
export type CallInput<R> = ([Part<R, 'params'>] extends [never]
  ? unknown
  : { readonly params: Part<R, 'params'> }) &
  ([Part<R, 'query'>] extends [never] ? unknown : { readonly query?: Part<R, 'query'> }) &
  ([Part<R, 'body'>] extends [never] ? unknown : { readonly body: Part<R, 'body'> }) & {
    readonly signal?: AbortSignal;
    /** Sent as Idempotency-Key: repeating the call with the same key does not repeat its effect. */
    readonly idempotencyKey?: string;
  };

export type CallResult<R> = R extends { readonly response: infer S extends Schema } ? Parsed<S> : undefined;

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

/**
 * Calls one route of the contracts and validates its answer.
 *
 * @throws {DioramaError} The server's error, `network`, `canceled`, or `invalid-response`.
 */
export async function callRoute(
  connection: Connection,
  route: RouteContract,
  input: AnyInput,
): Promise<unknown> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (input.body !== undefined) headers['Content-Type'] = 'application/json';
  if (input.idempotencyKey !== undefined) headers['Idempotency-Key'] = input.idempotencyKey;
  const response = await send(connection, API_PREFIX + pathOf(route.path, input), {
    method: route.method.toUpperCase(),
    headers,
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
  if (!route.response) return undefined;
  return await readAnswer(response, route.response, input.signal);
}

export async function readAnswer<S extends Schema>(
  response: Response,
  schema: S,
  signal?: AbortSignal,
): Promise<Parsed<S>> {
  let text: string;
  try {
    text = await response.text();
  } catch (thrown) {
    throw toTransportError(thrown, signal);
  }
  return parseAnswer(text, schema);
}

/** @throws {DioramaError} `invalid-response`, naming the first field that is not as agreed. */
export function parseAnswer<S extends Schema>(text: string, schema: S): Parsed<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DioramaError('invalid-response', undefined, { cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data as Parsed<S>;
  throw new DioramaError('invalid-response', undefined, {
    details: { field: result.error.issues[0]?.path.join('.') ?? '' },
    cause: result.error,
  });
}

function pathOf(template: string, { params = {}, query = {} }: AnyInput): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) search.set(name, String(value));
  return search.size > 0 ? `${path}?${search}` : path;
}
