import type { COMMUNITY_ROUTES } from '@diorama/contracts';
import type { Handlers } from './register-routes.ts';

export function communityHandlers(_deps: object): Pick<Handlers, keyof typeof COMMUNITY_ROUTES> {
  return {} as Pick<Handlers, keyof typeof COMMUNITY_ROUTES>;
}
