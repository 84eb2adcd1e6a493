import { z } from 'zod';
import { assetIdSchema, assetSchema } from './asset.ts';
import { engineDescriptionSchema } from './engine.ts';
import {
  engineConnectionPatchSchema,
  engineConnectionSchema,
  engineSettingsPatchSchema,
  engineSettingsSchema,
  newEngineConnectionSchema,
  pricePatchSchema,
  probeReportSchema,
} from './engine-settings.ts';
import {
  generationPageSchema,
  generationRequestSchema,
  generationSchema,
  retryRequestSchema,
} from './generation.ts';
import { healthSchema } from './health.ts';
import { ledgerPageSchema, ledgerQuerySchema } from './ledger.ts';
import { lookRequestSchema, lookResponseSchema } from './look-request.ts';

export const API_PREFIX = '/api/v1';

const idParams = z.object({ id: z.uuid() });
const connectionParams = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) });

export const historyQuerySchema = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  /** Words to find in prompts. */
  q: z.string().max(200).optional(),
  favorite: z.enum(['true', 'false']).optional(),
  engine: z.string().max(64).optional(),
});

/**
 * Every JSON route of the API, once. The server registers them (and the OpenAPI document follows), the client calls
 * them; neither can drift from the other. Uploads, downloads and the event stream carry bytes and are described
 * beside their handlers.
 */
export const ROUTES = {
  health: {
    method: 'get',
    path: '/health',
    summary: 'Is it up, and which version',
    status: 200,
    response: healthSchema,
  },
  listEngines: {
    method: 'get',
    path: '/engines',
    summary: 'Engines with availability, reason, models and capabilities',
    status: 200,
    response: z.object({ engines: z.array(engineDescriptionSchema), default: z.string() }),
  },
  describeAsset: {
    method: 'get',
    path: '/assets/{id}/info',
    summary: 'What a stored file is',
    status: 200,
    params: z.object({ id: assetIdSchema }),
    response: assetSchema,
  },
  readLook: {
    method: 'post',
    path: '/look',
    summary: 'What prompt and references would be understood to mean',
    status: 200,
    body: lookRequestSchema,
    response: lookResponseSchema,
  },
  createGeneration: {
    method: 'post',
    path: '/generations',
    summary: 'Start making an image; accepts an Idempotency-Key header',
    status: 202,
    body: generationRequestSchema,
    response: generationSchema,
  },
  listGenerations: {
    method: 'get',
    path: '/generations',
    summary: 'History, newest first',
    status: 200,
    query: historyQuerySchema,
    response: generationPageSchema,
  },
  getGeneration: {
    method: 'get',
    path: '/generations/{id}',
    summary: 'One generation',
    status: 200,
    params: idParams,
    response: generationSchema,
  },
  updateGeneration: {
    method: 'patch',
    path: '/generations/{id}',
    summary: 'Mark as favourite',
    status: 200,
    params: idParams,
    body: z.object({ favorite: z.boolean() }),
    response: generationSchema,
  },
  deleteGeneration: {
    method: 'delete',
    path: '/generations/{id}',
    summary: 'Delete from history',
    status: 204,
    params: idParams,
  },
  cancelGeneration: {
    method: 'post',
    path: '/generations/{id}/cancel',
    summary: 'Stop a waiting or running generation; a finished one stays as it is',
    status: 200,
    params: idParams,
    response: generationSchema,
  },
  retryGeneration: {
    method: 'post',
    path: '/generations/{id}/retry',
    summary:
      'Make it again as a new generation, with the same request or without some inputs; accepts an Idempotency-Key header',
    status: 202,
    params: idParams,
    /** May be absent: then nothing is left out. */
    body: retryRequestSchema,
    response: generationSchema,
  },
  getEngineSettings: {
    method: 'get',
    path: '/settings/engines',
    summary: 'Connections to engines, what can be connected, default engine, budget and prices; never a key',
    status: 200,
    response: engineSettingsSchema,
  },
  updateEngineSettings: {
    method: 'patch',
    path: '/settings/engines',
    summary: 'Default engine and budget',
    status: 200,
    body: engineSettingsPatchSchema,
    response: engineSettingsSchema,
  },
  addEngineConnection: {
    method: 'post',
    path: '/settings/engines/connections',
    summary: 'Connect an engine; its key is written only',
    status: 201,
    body: newEngineConnectionSchema,
    response: engineConnectionSchema,
  },
  updateEngineConnection: {
    method: 'patch',
    path: '/settings/engines/connections/{id}',
    summary: 'Change a connection; what is absent stays',
    status: 200,
    params: connectionParams,
    body: engineConnectionPatchSchema,
    response: engineConnectionSchema,
  },
  deleteEngineConnection: {
    method: 'delete',
    path: '/settings/engines/connections/{id}',
    summary: 'Remove a connection and its key',
    status: 204,
    params: connectionParams,
  },
  testEngineConnection: {
    method: 'post',
    path: '/settings/engines/connections/{id}/test',
    summary: 'Call the engine without making an image: address, key, models',
    status: 200,
    params: connectionParams,
    response: probeReportSchema,
  },
  updatePrice: {
    method: 'put',
    path: '/settings/prices',
    summary: 'Enter the price of a model, or go back to the one that comes with Diorama',
    status: 200,
    body: pricePatchSchema,
    response: engineSettingsSchema,
  },
  readLedger: {
    method: 'get',
    path: '/ledger',
    summary: 'What was spent in a month, by engine and project, with every charged generation',
    status: 200,
    query: ledgerQuerySchema,
    response: ledgerPageSchema,
  },
} as const satisfies Record<string, RouteContract>;

export interface RouteContract {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI style, below `API_PREFIX`. */
  readonly path: string;
  readonly summary: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response?: z.ZodType;
}

export type RouteName = keyof typeof ROUTES;
