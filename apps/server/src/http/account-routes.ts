import type { ACCOUNT_ROUTES } from '@diorama/contracts';
import type { Handlers } from './register-routes.ts';

export function accountHandlers(_deps: object): Pick<Handlers, keyof typeof ACCOUNT_ROUTES> {
  return {} as Pick<Handlers, keyof typeof ACCOUNT_ROUTES>;
}
