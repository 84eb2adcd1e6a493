import type { z } from 'zod';
import type { ErrorCode } from '../error-codes.ts';

/**
 * Who may call a route, before any question of whose record it is:
 * - `public`: everyone who reaches the server.
 * - `community`: everyone while the gallery is public, else like `member`.
 * - `member`: whoever is signed in, also with an API token.
 * - `session`: whoever is signed in with a password. A token must not be able to make itself at home.
 * - `owner`: owners of the server.
 *
 * While accounts are off, whoever gets past the door is the built-in owner and may call all of them.
 */
export const ACCESS_LEVELS = ['public', 'community', 'member', 'session', 'owner'] as const;
export type Access = (typeof ACCESS_LEVELS)[number];

/** A route that takes and gives JSON. */
export interface RouteContract {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI style, below `API_PREFIX`. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Code of a body that does not fit its schema; absent: `invalid-request`, or the code of the field. */
  readonly invalidBody?: ErrorCode;
  readonly response?: z.ZodType;
}

export type Routes = Readonly<Record<string, RouteContract>>;
