import { lazy, type ReactNode, useEffect, useState } from 'react';
import { onShutOut } from '../../app/api.ts';
import { usePageRoute } from '../../app/page-route.ts';
import { startWorkspace } from '../../app/start-workspace.ts';
import { Lazily } from '../../ui/Lazily.tsx';
import {
  LaunchTokenScreen,
  LinkScreen,
  SetupNeededScreen,
  SignInScreen,
  UnreachableScreen,
} from './EntryScreens.tsx';
import { entryLinkOf } from './entry-route.ts';
import { makeBrowserOwn } from './own-browser.ts';
import { refreshSession, useSession } from './session-state.ts';

const CommunityPage = lazy(() =>
  import('../community/CommunityPage.tsx').then((m) => ({ default: m.CommunityPage })),
);

/** Lets the workspace begin once the server says that one may come in; until then shows what is needed for that. */
export function AccessGate({ children }: { readonly children: ReactNode }) {
  const { data: session, isPending, refetch } = useSession();
  const route = usePageRoute((state) => state.route);
  const accountId = session?.needs === null && session.account ? session.account.id : null;
  const isReady = useOwnBrowser(accountId);

  useEffect(() => onShutOut(refreshSession), []);

  const link = entryLinkOf(route);
  if (link && session?.mode === 'accounts') return <LinkScreen key={link.token} link={link} />;
  if (isPending) return null;
  if (!session) return <UnreachableScreen onRetry={() => void refetch()} />;
  switch (session.needs) {
    case 'setup':
      return <SetupNeededScreen />;
    case 'launch-token':
      return <LaunchTokenScreen />;
    case 'sign-in':
      if (session.publicCommunity && route?.page === 'community')
        return (
          <Lazily>
            <CommunityPage />
          </Lazily>
        );
      return <SignInScreen publicCommunity={session.publicCommunity} />;
    case null:
      return isReady ? children : null;
  }
}

/** Whether the browser holds nothing of anybody else's, so that the workspace may begin. */
function useOwnBrowser(accountId: string | null): boolean {
  const [readyFor, setReadyFor] = useState<string | null>(null);
  useEffect(() => {
    if (accountId === null) return;
    void makeBrowserOwn(accountId).then((hadAnothers) => {
      // What was already read into memory goes with the page.
      if (hadAnothers) location.reload();
      else {
        startWorkspace();
        setReadyFor(accountId);
      }
    });
  }, [accountId]);
  return accountId !== null && readyFor === accountId;
}
