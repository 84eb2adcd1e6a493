import { type AccountRole, BUILT_IN_OWNER_ID } from '@diorama/contracts';

/** Who makes a request. */
export interface Viewer {
  readonly userId: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly communityBanned: boolean;
  /** How it is known: nobody else can be here, a session's cookie, or an API token. */
  readonly via: 'built-in' | 'session' | 'token';
  /** Of the session; null for the others. */
  readonly sessionId: string | null;
  /** Of the API token; absent for the others. */
  readonly tokenId?: string;
}

/** Who everybody is while accounts are off. */
export const BUILT_IN_OWNER: Viewer = {
  userId: BUILT_IN_OWNER_ID,
  name: 'Owner',
  role: 'owner',
  communityBanned: false,
  via: 'built-in',
  sessionId: null,
};
