import {
  API_PREFIX,
  DioramaError,
  parseRequest,
  ROUTES,
  type RouteContract,
  type RouteName,
} from '@diorama/contracts';
import type { Hono } from 'hono';
import type { z } from 'zod';
import type { AppEnvironment } from './environment.ts';
import { readJsonBody } from './read-json.ts';

type Parsed<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined;
type Answer<R> = R extends { readonly response: infer S extends z.ZodType } ? z.input<S> : undefined;

export interface HandlerInput<R> {
  readonly params: Parsed<R, 'params'>;
  readonly query: Parsed<R, 'query'>;
  readonly body: Parsed<R, 'body'>;
  readonly headers: Headers;
}

/** One handler for each JSON route of the contracts, typed by its schemas. */
export type Handlers = {
  readonly [N in RouteName]: (input: HandlerInput<(typeof ROUTES)[N]>) => Promise<Answer<(typeof ROUTES)[N]>>;
};

/** Routes whose body may be left out: it says no more than the defaults then. */
export const ROUTES_WITHOUT_NEED_OF_A_BODY: ReadonlySet<RouteName> = new Set(['retryGeneration']);

/**
 * Registers every route of the contracts' table. The types make a missing handler a compile error.
 *
 * @param redact Has the last look at every answer.
 */
export function registerRoutes(
  app: Hono<AppEnvironment>,
  handlers: Handlers,
  redact: (json: string) => string,
): void {
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const route: RouteContract = ROUTES[name];
    // The table's schemas and the handler's types agree by construction; TypeScript cannot follow that through a loop.
    const handle = handlers[name] as (
      input: HandlerInput<unknown> & Record<string, unknown>,
    ) => Promise<unknown>;
    app.on(route.method.toUpperCase(), `${API_PREFIX}${toHonoPath(route.path)}`, async (c) => {
      const input = {
        params: (route.params && parseRequest(route.params, c.req.param())) as undefined,
        query: (route.query && parseRequest(route.query, readQuery(c.req.queries()))) as undefined,
        body: (route.body &&
          parseRequest(
            route.body,
            await readJsonBody(c.req.raw, { mayBeAbsent: ROUTES_WITHOUT_NEED_OF_A_BODY.has(name) }),
          )) as undefined,
        headers: c.req.raw.headers,
      };
      const answer = await handle(input);
      if (route.status === 204) return c.body(null, 204);
      return c.body(redact(JSON.stringify(answer)), route.status, {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
      });
    });
  }
}

/** `{id}` of OpenAPI to `:id` of Hono. */
function toHonoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function readQuery(queries: Record<string, string[]>): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, values] of Object.entries(queries)) {
    if (values.length > 1) throw new DioramaError('invalid-request', 'A query parameter is given twice.');
    query[name] = values[0]!;
  }
  return query;
}
