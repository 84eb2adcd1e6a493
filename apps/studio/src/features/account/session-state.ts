import type { SessionState } from '@diorama/contracts';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { queryClient } from '../../app/server-state.ts';

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

/** Whether the one who asks runs this server: engines, money, accounts, moderation. False until it is known. */
export function useIsServerOwner(): boolean {
  return useSession().data?.account?.role === 'owner';
}
