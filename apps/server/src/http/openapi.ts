import {
  API_PREFIX,
  assetIdSchema,
  assetSchema,
  downloadQuerySchema,
  problemSchema,
  projectImportSchema,
  ROUTES,
  type RouteContract,
  type RouteName,
  recipeFileSchema,
  serverEventSchema,
} from '@diorama/contracts';
import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { PROJECT_MEDIA_TYPE } from '../archives/project-file.ts';
import { VERSION } from '../config/version.ts';
import { assetQuerySchema } from './asset-routes.ts';
import { ROUTES_WITHOUT_NEED_OF_A_BODY } from './register-routes.ts';
import { pictureQuerySchema } from './send-picture.ts';

type Responses = RouteConfig['responses'];

/**
 * The OpenAPI 3.1 document of everything below `/api/v1`. Loaded only when somebody asks for it: building it needs
 * more code than the rest of the API.
 */
export function buildOpenApiDocument(): object {
  const api = new OpenAPIHono();
  for (const [name, route] of Object.entries(ROUTES))
    api.openAPIRegistry.registerPath(describeJsonRoute(name, route));
  for (const route of byteRoutes()) api.openAPIRegistry.registerPath(route);
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES))
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Diorama',
      version: VERSION,
      description: 'Turns a 3D scene, reference images and a prompt into an image.',
      license: { name: 'MIT' },
    },
    servers: [{ url: API_PREFIX }],
    // One of them, or none while accounts are off.
    security: [...Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: [] })), {}],
  });
}

const SECURITY_SCHEMES = {
  apiToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token of an account, or the launch token of this start.',
  },
} as const;

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
  const answer: Responses = {
    [route.status]: {
      description: route.summary,
      ...(route.response ? { content: { 'application/json': { schema: route.response } } } : {}),
    },
    default: PROBLEM,
  };
  return {
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
    responses: answer,
  };
}

/** The routes that carry bytes, streams or this document itself. */
function byteRoutes(): RouteConfig[] {
  const bytes = z.string().describe('Raw bytes');
  const file = { description: 'The file', content: { '*/*': { schema: bytes } } };
  return [
    {
      method: 'post',
      path: '/assets',
      operationId: 'uploadAsset',
      summary:
        'Store an image (PNG, JPEG, WebP), a model (GLB) or a scene document; its bytes decide what it is',
      request: {
        body: {
          required: true,
          content: {
            'application/octet-stream': { schema: bytes },
            'multipart/form-data': { schema: z.object({ file: bytes }) },
          },
        },
      },
      responses: {
        201: {
          description: 'Stored; the same bytes give the same id',
          content: { 'application/json': { schema: assetSchema } },
        },
        default: PROBLEM,
      },
    },
    {
      method: 'get',
      path: '/assets/{id}',
      operationId: 'downloadAsset',
      summary: 'The bytes of a stored file, or a thumbnail; byte ranges and entity tags are honoured',
      request: { params: z.object({ id: assetIdSchema }), query: assetQuerySchema },
      responses: {
        200: file,
        206: file,
        304: { description: 'Not modified' },
        416: { description: 'The range lies outside the file' },
        default: PROBLEM,
      },
    },
    {
      method: 'get',
      path: '/generations/{id}/file',
      operationId: 'downloadImage',
      summary:
        'One image of a generation as PNG, JPEG, WebP or as it is stored, made smaller, with settings, a label or nothing inside; entity tags are honoured',
      request: { params: z.object({ id: z.uuid() }), query: downloadQuerySchema },
      responses: { 200: file, 304: { description: 'Not modified' }, default: PROBLEM },
    },
    {
      method: 'get',
      path: '/history/archives/{id}',
      operationId: 'downloadArchive',
      summary: 'The zip that was ordered; it can be fetched once',
      request: { params: z.object({ id: z.string() }) },
      responses: { 200: file, default: PROBLEM },
    },
    {
      method: 'get',
      path: '/projects/{id}/archive',
      operationId: 'exportProject',
      summary: 'A project with its history and every file that it needs, as one project file',
      request: { params: z.object({ id: z.uuid() }) },
      responses: { 200: file, default: PROBLEM },
    },
    {
      method: 'post',
      path: '/projects/archive',
      operationId: 'importProject',
      summary: 'Bring a project file into the account; what is there already stays as it is',
      request: {
        body: {
          required: true,
          content: {
            [PROJECT_MEDIA_TYPE]: { schema: bytes },
            'multipart/form-data': { schema: z.object({ file: bytes }) },
          },
        },
      },
      responses: {
        201: {
          description: 'Imported',
          content: { 'application/json': { schema: projectImportSchema } },
        },
        default: PROBLEM,
      },
    },
    {
      method: 'get',
      path: '/community/media/{id}',
      operationId: 'postImage',
      summary: 'The published picture of a post, whole or as a thumbnail; entity tags are honoured',
      request: { params: z.object({ id: z.string() }), query: pictureQuerySchema },
      responses: { 200: file, 304: { description: 'Not modified' }, default: PROBLEM },
    },
    {
      method: 'get',
      path: '/recipes/{id}/picture',
      operationId: 'recipePicture',
      summary: 'What a recipe makes, whole or as a thumbnail; entity tags are honoured',
      request: { params: z.object({ id: z.string() }), query: pictureQuerySchema },
      responses: { 200: file, 304: { description: 'Not modified' }, default: PROBLEM },
    },
    {
      method: 'get',
      path: '/recipes/{id}/file',
      operationId: 'recipeFile',
      summary: 'A recipe as a file, with its picture inside',
      request: { params: z.object({ id: z.string() }) },
      responses: {
        200: {
          description: 'The file',
          content: { 'application/json': { schema: recipeFileSchema } },
        },
        default: PROBLEM,
      },
    },
    {
      method: 'get',
      path: '/events',
      operationId: 'events',
      summary: 'Server-sent events; resumable by Last-Event-ID',
      request: { headers: z.object({ 'Last-Event-ID': z.string().optional() }) },
      responses: {
        200: {
          description: 'A stream without end. The event name is the type; each data line is one such object',
          content: { 'text/event-stream': { schema: serverEventSchema } },
        },
        default: PROBLEM,
      },
    },
    {
      method: 'get',
      path: '/openapi.json',
      operationId: 'openapi',
      summary: 'This document',
      responses: {
        200: {
          description: 'OpenAPI 3.1',
          content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
        },
        default: PROBLEM,
      },
    },
  ];
}
