import { Tabs } from '@mantine/core';
import { lazy, useEffect, useRef } from 'react';
import { useSharingDialog } from '../features/community/open-publish.ts';
import { CompareHost } from '../features/compare/CompareHost.tsx';
import { GeneratePanel } from '../features/generate/GeneratePanel.tsx';
import { submitGeneration } from '../features/generate/submissions.ts';
import { useReadiness } from '../features/generate/use-readiness.ts';
import { DropTarget } from '../features/import/DropTarget.tsx';
import { dropSampleHint } from '../features/import/open-scene.ts';
import { LineageHost } from '../features/lineage/LineageHost.tsx';
import { Properties } from '../features/properties/Properties.tsx';
import { RecallHost } from '../features/recall/RecallHost.tsx';
import { ResultView } from '../features/result/ResultView.tsx';
import { SceneTree } from '../features/scene/SceneTree.tsx';
import { Viewport } from '../features/viewport/Viewport.tsx';
import { Lazily } from '../ui/Lazily.tsx';
import classes from './App.module.css';
import { useOutcomeNotices } from './outcome-notices.ts';
import { type Page, usePageRoute } from './page-route.ts';
import { ServerAway } from './ServerAway.tsx';
import { bindShortcuts } from './shortcuts.ts';
import { TopBar } from './TopBar.tsx';
import { type SideTab, useView } from './view-store.ts';

const HistoryPanel = lazy(() =>
  import('../features/history/HistoryPanel.tsx').then((m) => ({ default: m.HistoryPanel })),
);
const CommunityPanel = lazy(() =>
  import('../features/community/CommunityPanel.tsx').then((m) => ({ default: m.CommunityPanel })),
);
const EnginesPage = lazy(() =>
  import('../features/engines/EnginesPage.tsx').then((m) => ({ default: m.EnginesPage })),
);
const HistoryPage = lazy(() =>
  import('../features/history/HistoryPage.tsx').then((m) => ({ default: m.HistoryPage })),
);
const CommunityPage = lazy(() =>
  import('../features/community/CommunityPage.tsx').then((m) => ({ default: m.CommunityPage })),
);
const CommunityDialogs = lazy(() =>
  import('../features/community/CommunityDialogs.tsx').then((m) => ({ default: m.CommunityDialogs })),
);
const AccountPage = lazy(() =>
  import('../features/account/AccountPage.tsx').then((m) => ({ default: m.AccountPage })),
);
const HelpDialog = lazy(() => import('./HelpDialog.tsx').then((m) => ({ default: m.HelpDialog })));

const PAGES_BY_NAME: Readonly<Record<Page, React.ReactNode>> = {
  engines: <EnginesPage />,
  history: <HistoryPage />,
  community: <CommunityPage />,
  account: <AccountPage />,
};

export function App() {
  const stage = useView((state) => state.stage);
  const leftOpen = useView((state) => state.leftOpen);
  const rightOpen = useView((state) => state.rightOpen);
  const helpOpen = useView((state) => state.helpOpen);
  const sharing = useSharingDialog((state) => state.dialog !== null);
  const page = usePageRoute((state) => state.route?.page ?? null);
  useGenerateShortcut();
  useRoomForViewport();
  useOutcomeNotices();
  useEffect(() => {
    if (page !== null) dropSampleHint();
  }, [page]);

  return (
    <div className={classes.app}>
      <TopBar />
      <ServerAway />
      <div className={classes.body}>
        {leftOpen && (
          <aside className={classes.left} aria-label="Scene and properties">
            <SceneTree />
            <Properties />
          </aside>
        )}
        <main className={classes.center}>
          <Viewport covered={stage.kind !== 'viewport'} />
          {stage.kind !== 'viewport' && <ResultView stage={stage} />}
        </main>
        {rightOpen && (
          <aside className={classes.right} aria-label="Images">
            <SideTabs />
          </aside>
        )}
      </div>
      <DropTarget />
      {page !== null && <Lazily key={page}>{PAGES_BY_NAME[page]}</Lazily>}
      {sharing && (
        <Lazily>
          <CommunityDialogs />
        </Lazily>
      )}
      <RecallHost />
      <LineageHost />
      <CompareHost />
      {helpOpen && (
        <Lazily>
          <HelpDialog />
        </Lazily>
      )}
    </div>
  );
}

function SideTabs() {
  const tab = useView((state) => state.tab);
  return (
    <Tabs
      value={tab}
      onChange={(value) => value && useView.setState({ tab: value as SideTab })}
      className={classes.tabs ?? ''}
      classNames={{ list: classes.tabList ?? '', tab: classes.tab ?? '', panel: classes.tabPanel ?? '' }}
    >
      <Tabs.List grow aria-label="Images">
        <Tabs.Tab value="generate">Generate</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
        <Tabs.Tab value="community">Community</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="generate">
        <GeneratePanel />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        {tab === 'history' && (
          <Lazily>
            <HistoryPanel />
          </Lazily>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="community">
        {tab === 'community' && (
          <Lazily>
            <CommunityPanel />
          </Lazily>
        )}
      </Tabs.Panel>
    </Tabs>
  );
}

/** Where both panels would cover the viewport, only the one for images stays open; the other is a click away. */
const NARROW = '(max-width: 900px)';

function useRoomForViewport(): void {
  useEffect(() => {
    const narrow = matchMedia(NARROW);
    const adapt = () => narrow.matches && useView.setState({ leftOpen: false });
    adapt();
    narrow.addEventListener('change', adapt);
    return () => narrow.removeEventListener('change', adapt);
  }, []);
}

function useGenerateShortcut(): void {
  const readiness = useReadiness();
  const latest = useRef(readiness);
  latest.current = readiness;
  useEffect(
    () =>
      bindShortcuts(() => {
        const { ready, choice } = latest.current;
        if (ready && choice) void submitGeneration(choice);
        else useView.setState({ tab: 'generate', rightOpen: true });
      }),
    [],
  );
}
