import {
  assetIdSchema,
  assetSchema,
  type BYTE_ROUTES,
  downloadQuerySchema,
  projectImportSchema,
  recipeFileSchema,
  serverEventSchema,
} from '@diorama/contracts';
import { type RouteConfig, z } from '@hono/zod-openapi';
import { PROJECT_MEDIA_TYPE } from '../archives/project-file.ts';
import { assetQuerySchema } from './asset-routes.ts';
import { pictureQuerySchema } from './send-picture.ts';

export type ByteRouteName = keyof typeof BYTE_ROUTES;

/** What `BYTE_ROUTES` does not say of a route: it takes and gives no JSON that a schema of the contracts could tell. */
export interface ByteRouteDescription extends Pick<RouteConfig, 'request' | 'responses'> {
  readonly summary: string;
}

const bytes = z.string().describe('Raw bytes');
const file = { description: 'The file', content: { '*/*': { schema: bytes } } };

/** The routes that carry bytes, streams or the OpenAPI document itself. The types make a missing one a compile error. */
export const BYTE_ROUTE_DESCRIPTIONS: Readonly<Record<ByteRouteName, ByteRouteDescription>> = {
  uploadAsset: {
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
    },
  },
  downloadAsset: {
    summary: 'The bytes of a stored file, or a thumbnail; byte ranges and entity tags are honoured',
    request: { params: z.object({ id: assetIdSchema }), query: assetQuerySchema },
    responses: {
      200: file,
      206: file,
      304: { description: 'Not modified' },
      416: { description: 'The range lies outside the file' },
    },
  },
  downloadImage: {
    summary:
      'One image of a generation as PNG, JPEG, WebP or as it is stored, made smaller, with settings, a label or nothing inside; entity tags are honoured',
    request: { params: z.object({ id: z.uuid() }), query: downloadQuerySchema },
    responses: { 200: file, 304: { description: 'Not modified' } },
  },
  downloadArchive: {
    summary: 'The zip that was ordered; it can be fetched once',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: file },
  },
  exportProject: {
    summary: 'A project with its history and every file that it needs, as one project file',
    request: { params: z.object({ id: z.uuid() }) },
    responses: { 200: file },
  },
  importProject: {
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
    },
  },
  postImage: {
    summary: 'The published picture of a post, whole or as a thumbnail; entity tags are honoured',
    request: { params: z.object({ id: z.string() }), query: pictureQuerySchema },
    responses: { 200: file, 304: { description: 'Not modified' } },
  },
  recipePicture: {
    summary: 'What a recipe makes, whole or as a thumbnail; entity tags are honoured',
    request: { params: z.object({ id: z.string() }), query: pictureQuerySchema },
    responses: { 200: file, 304: { description: 'Not modified' } },
  },
  recipeFile: {
    summary: 'A recipe as a file, with its picture inside',
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: {
        description: 'The file',
        content: { 'application/json': { schema: recipeFileSchema } },
      },
    },
  },
  events: {
    summary: 'Server-sent events; resumable by Last-Event-ID',
    request: { headers: z.object({ 'Last-Event-ID': z.string().optional() }) },
    responses: {
      200: {
        description: 'A stream without end. The event name is the type; each data line is one such object',
        content: { 'text/event-stream': { schema: serverEventSchema } },
      },
    },
  },
  openapi: {
    summary: 'This document',
    responses: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
      },
    },
  },
};
