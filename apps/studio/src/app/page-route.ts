import { create } from 'zustand';

export const PAGES = ['engines', 'history', 'community', 'account'] as const;
export type Page = (typeof PAGES)[number];

/** A page over the workspace, and the place on it. It stands in the address: it can be linked, reloaded and left by Back. */
export interface PageRoute {
  readonly page: Page;
  /** Each without slashes. */
  readonly path: readonly string[];
}

/** `#community/recipes/starter-golden-hour`; null for any other address. */
export function parsePageHash(hash: string): PageRoute | null {
  const [name, ...path] = hash.replace(/^#/, '').split('/');
  const page = PAGES.find((one) => one === name);
  if (!page) return null;
  try {
    return { page, path: path.filter(Boolean).map(decodeURIComponent) };
  } catch {
    return { page, path: [] };
  }
}

export function pageHash({ page, path }: PageRoute): string {
  return `#${[page, ...path.map(encodeURIComponent)].join('/')}`;
}

const read = () => (typeof location === 'undefined' ? null : parsePageHash(location.hash));

/** null while the workspace is to be seen. */
export const usePageRoute = create<{ readonly route: PageRoute | null }>(() => ({ route: read() }));

if (typeof window !== 'undefined')
  window.addEventListener('hashchange', () => usePageRoute.setState({ route: read() }));

/** Opens a page, or goes to another place on it. One step back leaves the page, however much was looked at. */
export function showPage(page: Page, ...path: readonly string[]): void {
  const next: PageRoute = { page, path };
  const isOpen = usePageRoute.getState().route !== null;
  const address = pageHash(next);
  if (isOpen) history.replaceState(history.state, '', address);
  else history.pushState({ openedHere: true }, '', address);
  usePageRoute.setState({ route: next });
}

export function hidePage(): void {
  const state: unknown = history.state;
  const openedHere = typeof state === 'object' && state !== null && 'openedHere' in state;
  // The step that opened it is taken back, so that Back does not open it again.
  if (openedHere) history.back();
  else history.replaceState(null, '', location.pathname + location.search);
  usePageRoute.setState({ route: null });
}
