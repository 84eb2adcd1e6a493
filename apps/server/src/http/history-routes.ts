import type { HISTORY_ROUTES } from '@diorama/contracts';
import type { Handlers } from './register-routes.ts';

export function historyHandlers(_deps: object): Pick<Handlers, keyof typeof HISTORY_ROUTES> {
  return {} as Pick<Handlers, keyof typeof HISTORY_ROUTES>;
}
