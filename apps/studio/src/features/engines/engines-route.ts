import { create } from 'zustand';

export const ENGINES_SECTIONS = ['engines', 'budget', 'prices'] as const;
export type EnginesSection = (typeof ENGINES_SECTIONS)[number];

/** Where on the Engines page one is; it stands in the address, so that it can be linked, reloaded and left by Back. */
export interface EnginesRoute {
  readonly section: EnginesSection;
  /** Connection that is open for editing. */
  readonly connection: string | null;
}

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** `#engines`, `#engines/budget`, `#engines/connections/my-openai`; null for any other address. */
export function parseEnginesHash(hash: string): EnginesRoute | null {
  const [page, section, id] = hash.replace(/^#/, '').split('/');
  if (page !== 'engines') return null;
  if (section === 'connections' && id && ID.test(id)) return { section: 'engines', connection: id };
  const known = ENGINES_SECTIONS.find((one) => one === section);
  return { section: known ?? 'engines', connection: null };
}

export function enginesHash({ section, connection }: EnginesRoute): string {
  if (connection !== null) return `#engines/connections/${connection}`;
  return section === 'engines' ? '#engines' : `#engines/${section}`;
}

const read = () => (typeof location === 'undefined' ? null : parseEnginesHash(location.hash));

/** null while the page is closed. */
export const useEnginesRoute = create<{ readonly route: EnginesRoute | null }>(() => ({ route: read() }));

if (typeof window !== 'undefined')
  window.addEventListener('hashchange', () => useEnginesRoute.setState({ route: read() }));

/** Opens the page, or goes to another place on it. One step back leaves the page, however much was looked at. */
export function showEngines(route: Partial<EnginesRoute> = {}): void {
  const next: EnginesRoute = { section: route.section ?? 'engines', connection: route.connection ?? null };
  const isOpen = useEnginesRoute.getState().route !== null;
  const address = enginesHash(next);
  if (isOpen) history.replaceState(history.state, '', address);
  else history.pushState({ openedHere: true }, '', address);
  useEnginesRoute.setState({ route: next });
}

export function hideEngines(): void {
  const state: unknown = history.state;
  const openedHere = typeof state === 'object' && state !== null && 'openedHere' in state;
  // The step that opened it is taken back, so that Back does not open it again.
  if (openedHere) history.back();
  else history.replaceState(null, '', location.pathname + location.search);
  useEnginesRoute.setState({ route: null });
}
