import { healthSchema } from '../health.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { COMMUNITY_ROUTES } from './community-routes.ts';
import { ENGINE_ROUTES } from './engine-routes.ts';
import { GENERATION_ROUTES } from './generation-routes.ts';
import { HISTORY_ROUTES } from './history-routes.ts';
import { RECIPE_ROUTES } from './recipe-routes.ts';
import type { Routes } from './route.ts';

export const API_PREFIX = '/api/v1';

/**
 * Every JSON route of the API, once. The server registers them (and the OpenAPI document follows), the client calls
 * them; neither can drift from the other. Uploads, downloads and the event stream carry bytes: see `BYTE_ROUTES`.
 */
export const ROUTES = {
  health: {
    method: 'get',
    path: '/health',
    access: 'public',
    summary: 'Is it up, and which version',
    status: 200,
    response: healthSchema,
  },
  ...GENERATION_ROUTES,
  ...HISTORY_ROUTES,
  ...ENGINE_ROUTES,
  ...ACCOUNT_ROUTES,
  ...COMMUNITY_ROUTES,
  ...RECIPE_ROUTES,
} as const satisfies Routes;

export type RouteName = keyof typeof ROUTES;
