import {
  type Access,
  API_PREFIX,
  BYTE_ROUTES,
  DioramaError,
  parseRequest,
  ROUTES,
  type RouteContract,
  type RouteName,
} from '@diorama/contracts';
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { type AccessControl, requireAccess } from '../accounts/access-control.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { AppEnvironment } from './environment.ts';
import { framed } from './framed.ts';
import { JsonText } from './json-text.ts';
import { readJsonBody } from './read-json.ts';

type Parsed<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined;
type Answer<R> = R extends { readonly response: infer S extends z.ZodType } ? z.input<S> : undefined;

/** Nobody needs to be known where everybody may ask. */
type ViewerOf<R> = R extends { readonly access: 'public' | 'community' } ? Viewer | null : Viewer;

export interface HandlerInput<R> {
  readonly viewer: ViewerOf<R>;
  readonly params: Parsed<R, 'params'>;
  readonly query: Parsed<R, 'query'>;
  readonly body: Parsed<R, 'body'>;
  readonly request: Request;
  /** Filled by the handler: what the answer carries besides its body. */
  readonly answerHeaders: Headers;
}

export interface AccessDependencies {
  readonly access: AccessControl;
  readonly isCommunityPublic: () => Promise<boolean>;
}

/** One handler for each JSON route of the contracts, typed by its schemas. */
export type Handlers = {
  readonly [N in RouteName]: (
    input: HandlerInput<(typeof ROUTES)[N]>,
  ) => Promise<Answer<(typeof ROUTES)[N]> | JsonText>;
};

/** Routes whose body may be left out: it says no more than the defaults then. */
export const ROUTES_WITHOUT_NEED_OF_A_BODY: ReadonlySet<RouteName> = new Set(['retryGeneration']);

/**
 * Registers every route of the contracts' table. The types make a missing handler a compile error.
 *
 * @param deps.redact Has the last look at every answer.
 */
export function registerRoutes(
  app: Hono<AppEnvironment>,
  handlers: Handlers,
  deps: AccessDependencies & { readonly redact: (json: string) => string },
): void {
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const route: RouteContract = ROUTES[name];
    // The table's schemas and the handler's types agree by construction; TypeScript cannot follow that through a loop.
    const handle = handlers[name] as unknown as (input: Record<string, unknown>) => Promise<unknown>;
    app.on(route.method.toUpperCase(), `${API_PREFIX}${toHonoPath(route.path)}`, async (c) => {
      const viewer = await admit(c, route.access, deps);
      // Most routes have nothing to say here, and a plain record is passed on faster.
      let answerHeaders: Headers | null = null;
      const input = {
        viewer,
        params: (route.params && parseRequest(route.params, c.req.param())) as undefined,
        query: (route.query && parseRequest(route.query, readQuery(c.req.queries()))) as undefined,
        body: (route.body &&
          parseRequest(
            route.body,
            await readJsonBody(c.req.raw, { mayBeAbsent: ROUTES_WITHOUT_NEED_OF_A_BODY.has(name) }),
            route.invalidBody,
          )) as undefined,
        request: c.req.raw,
        get answerHeaders() {
          answerHeaders ??= new Headers({ 'Cache-Control': 'no-store' });
          return answerHeaders;
        },
      };
      const answer = await handle(input);
      const hasBody = route.status !== 204;
      const json = answer instanceof JsonText ? answer.text : JSON.stringify(answer);
      const body = hasBody ? deps.redact(json) : null;
      const added = answerHeaders as Headers | null;
      if (added === null)
        return framed(c, body, { status: route.status, headers: hasBody ? JSON_HEADERS : NO_STORE });
      if (hasBody) added.set('Content-Type', 'application/json');
      return new Response(body, { status: route.status, headers: added });
    });
  }
}

type ByteRouteName = keyof typeof BYTE_ROUTES;

/** Registers one of the routes that carry bytes; like the others, it is reached only by who may call it. */
export function registerByteRoute<N extends ByteRouteName>(
  app: Hono<AppEnvironment>,
  name: N,
  deps: AccessDependencies,
  handle: (
    c: Context<AppEnvironment>,
    input: { readonly viewer: ViewerOf<(typeof BYTE_ROUTES)[N]>; readonly params: Record<string, string> },
  ) => Promise<Response>,
): void {
  const route = BYTE_ROUTES[name];
  app.on(route.method.toUpperCase(), `${API_PREFIX}${toHonoPath(route.path)}`, async (c) => {
    const viewer = await admit(c, route.access, deps);
    return await handle(c, {
      viewer: viewer as ViewerOf<(typeof BYTE_ROUTES)[N]>,
      params: c.req.param() as Record<string, string>,
    });
  });
}

async function admit(
  c: Context<AppEnvironment>,
  level: Access,
  { access, isCommunityPublic }: AccessDependencies,
): Promise<Viewer | null> {
  const viewer = await access.viewerOf(c.req.raw).catch((thrown: unknown) => {
    // Whoever may not come in can still be told so, and sign in as somebody else.
    if (level === 'public' && thrown instanceof DioramaError) return null;
    throw thrown;
  });
  c.set('viewer', viewer);
  await requireAccess(level, viewer, isCommunityPublic);
  return viewer;
}

const NO_STORE = { 'Cache-Control': 'no-store' };
const JSON_HEADERS = { ...NO_STORE, 'Content-Type': 'application/json' };

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
