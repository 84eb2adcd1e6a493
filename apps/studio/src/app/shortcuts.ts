import { saveProject } from '../features/projects/save-project.ts';
import { compareShown, rejectShown, starShown } from '../features/result/result-keys.ts';
import {
  deleteSelected,
  duplicateSelected,
  redo,
  select,
  toggleSelectedVisible,
  undo,
  useScene,
} from '../features/scene/scene-store.ts';
import { fitView } from '../features/viewport/fit-view.ts';
import { showViewport, type Tool, useView } from './view-store.ts';

interface Shortcut {
  /** As in `KeyboardEvent.key`, lower case; with `ctrl+` (also the command key) and `shift+` before it. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly group: 'Scene' | 'Viewport' | 'Image';
  readonly run: () => void;
  /** Works while typing, too. */
  readonly always?: boolean;
}

const tool = (name: Tool) => () => useView.setState({ tool: name });

/** Every key of the studio; the help lists the same table. Generate is bound where its readiness is known. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['ctrl+z'], label: 'Undo', group: 'Scene', run: () => void undo() },
  { keys: ['ctrl+shift+z', 'ctrl+y'], label: 'Redo', group: 'Scene', run: () => void redo() },
  { keys: ['ctrl+s'], label: 'Save project', group: 'Scene', run: () => void saveProject(), always: true },
  { keys: ['ctrl+d'], label: 'Duplicate', group: 'Scene', run: duplicateSelected },
  { keys: ['delete', 'backspace'], label: 'Delete', group: 'Scene', run: deleteSelected },
  { keys: ['h'], label: 'Hide or show', group: 'Scene', run: toggleSelectedVisible },
  { keys: ['q'], label: 'Select', group: 'Viewport', run: tool('select') },
  { keys: ['w'], label: 'Move', group: 'Viewport', run: tool('translate') },
  { keys: ['e'], label: 'Rotate', group: 'Viewport', run: tool('rotate') },
  { keys: ['r'], label: 'Scale', group: 'Viewport', run: tool('scale') },
  {
    keys: ['f'],
    label: 'Fit selection or everything',
    group: 'Viewport',
    run: () => fitView(useScene.getState().selection),
  },
  {
    keys: ['g'],
    label: 'Grid',
    group: 'Viewport',
    run: () => useView.setState(({ gridVisible }) => ({ gridVisible: !gridVisible })),
  },
  { keys: ['s'], label: 'Star the image', group: 'Image', run: starShown },
  { keys: ['x'], label: 'Reject the image', group: 'Image', run: rejectShown },
  { keys: ['c'], label: 'Compare the image', group: 'Image', run: compareShown },
  { keys: ['escape'], label: 'Back to 3D, or select nothing', group: 'Viewport', run: stepBack },
  { keys: ['?'], label: 'This help', group: 'Viewport', run: () => useView.setState({ helpOpen: true }) },
];

function stepBack(): void {
  if (useView.getState().stage.kind !== 'viewport') showViewport();
  else if (useView.getState().tool !== 'select') useView.setState({ tool: 'select' });
  else select([]);
}

/** The combination as in the table. */
export function combinationOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): string {
  const key = event.key.toLowerCase();
  // Shift is part of what a sign is typed with; only letters and named keys carry it as a modifier.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key));
  return `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`;
}

const EDITABLE =
  'input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable=true]';

/** Binds the keys to the window; returns how to unbind them. */
export function bindShortcuts(generate: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const combination = combinationOf(event);
    if (combination === 'ctrl+enter') {
      event.preventDefault();
      generate();
      return;
    }
    const target = event.target instanceof Element ? event.target : null;
    const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(combination));
    if (!shortcut) return;
    const isElsewhere = target?.closest(EDITABLE) || target?.closest('[role=dialog], [role=menu]');
    if (isElsewhere && !shortcut.always) return;
    // A slider has keys of its own, but taking back what was just dragged must work while it has the focus.
    if (target?.closest('[role=slider]') && !combination.startsWith('ctrl+')) return;
    event.preventDefault();
    shortcut.run();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
