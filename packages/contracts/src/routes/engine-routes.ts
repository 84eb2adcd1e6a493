import { z } from 'zod';
import { engineDescriptionSchema } from '../engine.ts';
import {
  engineConnectionPatchSchema,
  engineConnectionSchema,
  engineSettingsPatchSchema,
  engineSettingsSchema,
  newEngineConnectionSchema,
  pricePatchSchema,
  probeReportSchema,
} from '../engine-settings.ts';
import { ledgerPageSchema, ledgerQuerySchema } from '../ledger.ts';
import type { Routes } from './route.ts';

const connectionParams = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) });

export const ENGINE_ROUTES = {
  listEngines: {
    method: 'get',
    path: '/engines',
    access: 'member',
    summary: 'Engines with availability, reason, models and capabilities',
    status: 200,
    response: z.object({ engines: z.array(engineDescriptionSchema), default: z.string() }),
  },
  getEngineSettings: {
    method: 'get',
    path: '/settings/engines',
    access: 'owner',
    summary: 'Connections to engines, what can be connected, default engine, budget and prices; never a key',
    status: 200,
    response: engineSettingsSchema,
  },
  updateEngineSettings: {
    method: 'patch',
    path: '/settings/engines',
    access: 'owner',
    summary: 'Default engine and budget',
    status: 200,
    body: engineSettingsPatchSchema,
    response: engineSettingsSchema,
  },
  addEngineConnection: {
    method: 'post',
    path: '/settings/engines/connections',
    access: 'owner',
    summary: 'Connect an engine; its key is written only',
    status: 201,
    body: newEngineConnectionSchema,
    response: engineConnectionSchema,
  },
  updateEngineConnection: {
    method: 'patch',
    path: '/settings/engines/connections/{id}',
    access: 'owner',
    summary: 'Change a connection; what is absent stays',
    status: 200,
    params: connectionParams,
    body: engineConnectionPatchSchema,
    response: engineConnectionSchema,
  },
  deleteEngineConnection: {
    method: 'delete',
    path: '/settings/engines/connections/{id}',
    access: 'owner',
    summary: 'Remove a connection and its key',
    status: 204,
    params: connectionParams,
  },
  testEngineConnection: {
    method: 'post',
    path: '/settings/engines/connections/{id}/test',
    access: 'owner',
    summary: 'Call the engine without making an image: address, key, models',
    status: 200,
    params: connectionParams,
    response: probeReportSchema,
  },
  updatePrice: {
    method: 'put',
    path: '/settings/prices',
    access: 'owner',
    summary: 'Enter the price of a model, or go back to the one that comes with Diorama',
    status: 200,
    body: pricePatchSchema,
    response: engineSettingsSchema,
  },
  readLedger: {
    method: 'get',
    path: '/ledger',
    access: 'owner',
    summary: 'What was spent in a month, by engine and project, with every charged generation',
    status: 200,
    query: ledgerQuerySchema,
    response: ledgerPageSchema,
  },
} as const satisfies Routes;
