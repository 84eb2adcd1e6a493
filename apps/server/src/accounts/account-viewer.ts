import type { Selectable } from 'kysely';
import type { UsersTable } from '../storage/schema.ts';
import type { Viewer } from './viewer.ts';

/** What a viewer is made of, to be selected where `users` is joined. */
export const VIEWER_COLUMNS = [
  'users.id',
  'users.name',
  'users.role',
  'users.disabled',
  'users.community_banned',
] as const;

/** Somebody who showed a session or a token that works; whether the account may still be used stands beside. */
export interface KnownViewer {
  readonly viewer: Viewer;
  readonly disabled: boolean;
}

/** @param how By which session or token it is known. */
export function toKnownViewer(
  row: Pick<Selectable<UsersTable>, 'id' | 'name' | 'role' | 'disabled' | 'community_banned'>,
  how: Pick<Viewer, 'via' | 'sessionId' | 'tokenId'>,
): KnownViewer {
  return {
    viewer: {
      userId: row.id,
      name: row.name,
      role: row.role,
      communityBanned: row.community_banned === 1,
      ...how,
    },
    disabled: row.disabled === 1,
  };
}
