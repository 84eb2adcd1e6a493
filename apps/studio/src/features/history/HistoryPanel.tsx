import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { showPage } from '../../app/page-route.ts';
import { useView } from '../../app/view-store.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconArrowsMaximize, IconSearch } from '../../ui/icons.ts';
import { HistoryBrowser } from './HistoryBrowser.tsx';
import classes from './HistoryPanel.module.css';
import { EVERYTHING, type HistoryView, SEARCH_DELAY_MS, viewPath } from './history-view.ts';
import { createSelection } from './selection.ts';

const SECTIONS = [
  { value: 'all', label: 'All' },
  { value: 'starred', label: 'Starred' },
  { value: 'failed', label: 'Failed' },
] as const;
type PanelSection = (typeof SECTIONS)[number]['value'];

/** Kept while the window is open: going to Generate and back must not lose what was found. */
let remembered: { readonly q: string; readonly section: PanelSection } = { q: '', section: 'all' };
const selection = createSelection();

/** Everything that was ever made here, beside the viewport. */
export function HistoryPanel() {
  const [{ q, section }, setState] = useState(remembered);
  const change = (changes: Partial<typeof remembered>) => {
    remembered = { q, section, ...changes };
    setState(remembered);
  };
  const [typed] = useDebouncedValue(q, SEARCH_DELAY_MS);
  const view: HistoryView = { ...EVERYTHING, section: { kind: section }, q: typed };
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <TextInput
          className={classes.search ?? ''}
          type="search"
          aria-label="Search the history"
          placeholder="Search prompts and tags"
          maxLength={200}
          leftSection={<IconSearch size={14} />}
          value={q}
          onChange={(event) => change({ q: event.currentTarget.value })}
        />
        <IconButton label="Open the whole history" onClick={() => showPage('history', ...viewPath(view))}>
          <IconArrowsMaximize size={16} />
        </IconButton>
      </div>
      <SegmentedControl
        className={classes.sections ?? ''}
        aria-label="Part of the history"
        data={[...SECTIONS]}
        value={section}
        onChange={(value) => change({ section: value as PanelSection })}
      />
      <HistoryBrowser
        view={view}
        place="panel"
        tileWidth={null}
        selection={selection}
        onClearFilters={() => change({ q: '' })}
        onGenerate={() => useView.setState({ tab: 'generate' })}
      />
    </div>
  );
}
