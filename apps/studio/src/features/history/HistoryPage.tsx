import { useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { hidePage, showPage, usePageRoute } from '../../app/page-route.ts';
import { useView } from '../../app/view-store.ts';
import { FullPage } from '../../ui/FullPage.tsx';
import { useTopmostEscape } from '../../ui/topmost.ts';
import { FilterBar } from './FilterBar.tsx';
import { HistoryBrowser } from './HistoryBrowser.tsx';
import classes from './HistoryPage.module.css';
import { HistorySidebar } from './HistorySidebar.tsx';
import { type HistoryView, NO_FILTERS, parseView, viewPath } from './history-view.ts';
import { clear, createSelection } from './selection.ts';
import { useTileSize } from './tile-size.ts';

const selection = createSelection();

/** The whole history over the whole window. What is shown stands in the address. */
export function HistoryPage() {
  const path = usePageRoute((state) => (state.route?.page === 'history' ? state.route.path : null));
  const view = useMemo(() => parseView(path ?? []), [path]);
  const tileWidth = useTileSize((state) => state.tileWidth);
  const selectsSome = useStore(selection, ({ selected }) => selected.size > 0);
  const [count, setCount] = useState<number | null>(null);
  const show = useCallback((next: HistoryView) => showPage('history', ...viewPath(next)), []);
  return (
    <FullPage title="History" bar={<FilterBar view={view} count={count} onChange={show} />}>
      <HistorySidebar view={view} onChange={show} />
      <div className={classes.main}>
        {selectsSome && <EscapeSelectsNothing />}
        <HistoryBrowser
          view={view}
          place="page"
          tileWidth={tileWidth}
          selection={selection}
          onClearFilters={() => show({ ...view, ...NO_FILTERS })}
          onGenerate={() => {
            hidePage();
            useView.setState({ tab: 'generate', rightOpen: true });
          }}
          onCount={setCount}
        />
      </div>
    </FullPage>
  );
}

/** While something is selected, Escape is for the selection, wherever on the page the focus is. */
function EscapeSelectsNothing() {
  useTopmostEscape(() => selection.setState(clear));
  return null;
}
