import {
  type Access,
  API_PREFIX,
  BYTE_ROUTES,
  problemSchema,
  ROUTES,
  type RouteContract,
  type RouteName,
} from '@diorama/contracts';
import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { VERSION } from '../config/version.ts';
import {
  BYTE_ROUTE_DESCRIPTIONS,
  type ByteRouteDescription,
  type ByteRouteName,
} from './openapi-byte-routes.ts';
import { ROUTES_WITHOUT_NEED_OF_A_BODY } from './register-routes.ts';

/**
 * The OpenAPI 3.1 document of everything below `/api/v1`. Loaded only when somebody asks for it: building it needs
 * more code than the rest of the API.
 */
export function buildOpenApiDocument(): object {
  const api = new OpenAPIHono();
  for (const [name, route] of Object.entries(ROUTES))
    api.openAPIRegistry.registerPath(describeJsonRoute(name, route));
  for (const name of Object.keys(BYTE_ROUTES) as ByteRouteName[])
    api.openAPIRegistry.registerPath(describeByteRoute(name, BYTE_ROUTE_DESCRIPTIONS[name]));
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES))
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Diorama',
      version: VERSION,
      description:
        'Turns a 3D scene, reference images and a prompt into an image. `x-access` of an operation says who may call it; while accounts are off, whoever reaches the server is its owner and may call all of them.',
      license: { name: 'MIT' },
    },
    servers: [{ url: API_PREFIX }],
  });
}

const SECURITY_SCHEMES = {
  apiToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token of an account, or the launch token of this start.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'diorama-session',
    description:
      'Set by signing in, or by the launch address. Its name goes on with a part that belongs to the installation, and begins with `__Host-` behind TLS.',
  },
} as const;

const TOKEN = { apiToken: [] };
const COOKIE = { cookie: [] };

/** What a caller shows for each level, and the level in words. */
const WHO: Readonly<
  Record<Access, { readonly security: Record<string, string[]>[]; readonly words: string }>
> = {
  public: { security: [], words: 'For everyone who reaches the server.' },
  community: {
    security: [TOKEN, COOKIE, {}],
    words: 'For everyone while the gallery is public, else for whoever is signed in.',
  },
  member: { security: [TOKEN, COOKIE], words: 'For whoever is signed in, also with an API token.' },
  session: { security: [COOKIE], words: 'For whoever is signed in with a password; not with an API token.' },
  owner: { security: [TOKEN, COOKIE], words: 'For owners of the server.' },
};

function describeAccess(
  access: Access,
): Pick<RouteConfig, 'security' | 'description'> & { 'x-access': Access } {
  return { security: WHO[access].security, description: WHO[access].words, 'x-access': access };
}

const ROUTES_WITH_IDEMPOTENCY_KEY: ReadonlySet<string> = new Set([
  'createGeneration',
  'retryGeneration',
  'publish',
  'shareToDiscord',
]);

const PROBLEM = {
  description: 'What went wrong, with a code, and what to do about it',
  content: { 'application/problem+json': { schema: problemSchema } },
};

function describeJsonRoute(name: string, route: RouteContract): RouteConfig {
  return {
    ...describeAccess(route.access),
    method: route.method,
    path: route.path,
    operationId: name,
    summary: route.summary,
    request: {
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(ROUTES_WITH_IDEMPOTENCY_KEY.has(name)
        ? { headers: z.object({ 'Idempotency-Key': z.string().min(1).max(200).optional() }) }
        : {}),
      ...(route.body
        ? {
            body: {
              required: !ROUTES_WITHOUT_NEED_OF_A_BODY.has(name as RouteName),
              content: { 'application/json': { schema: route.body } },
            },
          }
        : {}),
    },
    responses: {
      [route.status]: {
        description: route.summary,
        ...(route.response ? { content: { 'application/json': { schema: route.response } } } : {}),
      },
      default: PROBLEM,
    },
  };
}

function describeByteRoute(name: ByteRouteName, described: ByteRouteDescription): RouteConfig {
  const { method, path, access } = BYTE_ROUTES[name];
  return {
    ...describeAccess(access),
    method,
    path,
    operationId: name,
    ...described,
    responses: { ...described.responses, default: PROBLEM },
  };
}
