import type { ACCOUNT_ROUTES, SessionState } from '@diorama/contracts';
import type { Handlers } from './register-routes.ts';

export function accountHandlers(_deps: object): Pick<Handlers, keyof typeof ACCOUNT_ROUTES> {
  return {
    getSession: async ({ viewer }): Promise<SessionState> => ({
      mode: 'local',
      needs: null,
      account: viewer && {
        id: viewer.userId,
        name: viewer.name,
        email: null,
        role: viewer.role,
        disabled: false,
        communityBanned: false,
        createdAt: new Date(0).toISOString(),
      },
      publicCommunity: false,
    }),
  } as Pick<Handlers, keyof typeof ACCOUNT_ROUTES>;
}
