import type { Account, SessionState } from '@diorama/contracts';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { queryClient } from '../../app/server-state.ts';
import { forgetEverything } from './own-browser.ts';

const SESSION_KEY = ['session'];

/** Who asks, as the server sees it. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => client.getSession({ signal }),
    staleTime: 60_000,
  });
}

export function setSession(state: SessionState): void {
  queryClient.setQueryData(SESSION_KEY, state);
}

export function setAccount(account: Account): void {
  queryClient.setQueryData<SessionState>(SESSION_KEY, (state) => state && { ...state, account });
}

export function refreshSession(): void {
  void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
}

/** Whether the one who asks runs this server: engines, money, accounts, moderation. False until it is known. */
export function useIsServerOwner(): boolean {
  return useSession().data?.account?.role === 'owner';
}

/** Ends the session here; nothing of the work stays in the browser. */
export async function signOut(): Promise<void> {
  await client.signOut();
  await forgetEverything();
  location.reload();
}
