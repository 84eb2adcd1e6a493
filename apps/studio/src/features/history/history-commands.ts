/** What can be done with entries of the history, by a key or a button. */
export type HistoryCommand =
  | 'preview'
  | 'star'
  | 'reject'
  | 'compare'
  | 'tag'
  | 'board'
  | 'project'
  | 'download'
  | 'retry'
  | 'trash'
  | 'restore'
  | 'purge';

const COMMANDS_BY_KEY: Readonly<Record<string, HistoryCommand>> = {
  ' ': 'preview',
  s: 'star',
  x: 'reject',
  c: 'compare',
  t: 'tag',
  b: 'board',
  delete: 'trash',
  backspace: 'trash',
};

const IN_TRASH: ReadonlySet<HistoryCommand> = new Set(['preview', 'compare', 'purge', 'restore']);

/** What a key does in the grid; null for a key that does nothing there. */
export function commandOfKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  isTrash: boolean,
): HistoryCommand | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const command = COMMANDS_BY_KEY[event.key.toLowerCase()] ?? null;
  if (!isTrash) return command;
  if (command === 'trash') return 'purge';
  return command && IN_TRASH.has(command) ? command : null;
}

/** For the help: keys and what they do. */
export const HISTORY_KEYS: readonly (readonly [keys: string, effect: string])[] = [
  ['← ↑ → ↓', 'Move'],
  ['Enter', 'Open'],
  ['Space', 'Look at it large'],
  ['S', 'Star'],
  ['X', 'Reject'],
  ['C', 'Compare'],
  ['T', 'Tag'],
  ['B', 'Add to a board'],
  ['Del', 'Delete'],
  ['Shift+←', 'Select a range'],
  ['Ctrl+A', 'Select all'],
  ['Esc', 'Select nothing'],
];
