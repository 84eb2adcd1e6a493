import { useSession } from '../account/session-state.ts';

/** Of the one who looks at the community: whether there is an account, and whether it may take part. */
export function useCommunityViewer() {
  const session = useSession().data;
  const account = session?.needs === null ? session.account : null;
  return {
    /** False until it is known. */
    signedIn: account !== null && account !== undefined,
    /** May like and report; what else, the settings of the community say. */
    takesPart: account != null && !account.communityBanned && !account.disabled,
    isBanned: account?.communityBanned ?? false,
    isOwner: account?.role === 'owner',
    /** Who could sign in and has not. */
    isSignedOut: session !== undefined && session.needs !== null,
  };
}
