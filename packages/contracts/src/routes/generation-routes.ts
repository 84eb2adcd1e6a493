import { z } from 'zod';
import { assetIdSchema, assetSchema } from '../asset.ts';
import {
  generationPageSchema,
  generationPatchSchema,
  generationRequestSchema,
  generationSchema,
  retryRequestSchema,
} from '../generation.ts';
import { historyQuerySchema } from '../history.ts';
import { lookRequestSchema, lookResponseSchema } from '../look-request.ts';
import { idParams } from './id-params.ts';
import type { Routes } from './route.ts';

export const GENERATION_ROUTES = {
  describeAsset: {
    method: 'get',
    path: '/assets/{id}/info',
    access: 'member',
    summary: 'What a stored file is',
    status: 200,
    params: z.object({ id: assetIdSchema }),
    response: assetSchema,
  },
  readLook: {
    method: 'post',
    path: '/look',
    access: 'member',
    summary: 'What prompt and references would be understood to mean',
    status: 200,
    body: lookRequestSchema,
    response: lookResponseSchema,
  },
  createGeneration: {
    method: 'post',
    path: '/generations',
    access: 'member',
    summary: 'Start making an image; accepts an Idempotency-Key header',
    status: 202,
    body: generationRequestSchema,
    response: generationSchema,
  },
  listGenerations: {
    method: 'get',
    path: '/generations',
    access: 'member',
    summary: 'History with everything that is known of each entry',
    status: 200,
    query: historyQuerySchema,
    response: generationPageSchema,
  },
  getGeneration: {
    method: 'get',
    path: '/generations/{id}',
    access: 'member',
    summary: 'One generation',
    status: 200,
    params: idParams,
    response: generationSchema,
  },
  updateGeneration: {
    method: 'patch',
    path: '/generations/{id}',
    access: 'member',
    summary: 'Star, reject, tag, move to a project',
    status: 200,
    params: idParams,
    body: generationPatchSchema,
    response: generationSchema,
  },
  deleteGeneration: {
    method: 'delete',
    path: '/generations/{id}',
    access: 'member',
    summary: 'Delete for good, past the trash',
    status: 204,
    params: idParams,
  },
  cancelGeneration: {
    method: 'post',
    path: '/generations/{id}/cancel',
    access: 'member',
    summary: 'Stop a waiting or running generation; a finished one stays as it is',
    status: 200,
    params: idParams,
    response: generationSchema,
  },
  retryGeneration: {
    method: 'post',
    path: '/generations/{id}/retry',
    access: 'member',
    summary:
      'Make it again as a new generation, with the same request or without some inputs; accepts an Idempotency-Key header',
    status: 202,
    params: idParams,
    /** May be absent: then nothing is left out. */
    body: retryRequestSchema,
    response: generationSchema,
  },
} as const satisfies Routes;
