import { hidePage, type PageRoute, showPage, usePageRoute } from '../../app/page-route.ts';

export const ENGINES_SECTIONS = ['engines', 'budget', 'prices'] as const;
export type EnginesSection = (typeof ENGINES_SECTIONS)[number];

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Where on the Engines page one is. */
export interface EnginesRoute {
  readonly section: EnginesSection;
  /** Connection that is open for editing. */
  readonly connection: string | null;
}

/** null while another page or none is open; the page itself for a place that it does not have. */
export function enginesRouteOf(route: PageRoute | null): EnginesRoute | null {
  if (route?.page !== 'engines') return null;
  const [section, id] = route.path;
  if (section === 'connections' && id && ID.test(id)) return { section: 'engines', connection: id };
  const known = ENGINES_SECTIONS.find((one) => one === section);
  return { section: known ?? 'engines', connection: null };
}

export function enginesPath({ section, connection }: EnginesRoute): readonly string[] {
  if (connection !== null) return ['connections', connection];
  return section === 'engines' ? [] : [section];
}

/** null while the page is closed. */
export function useEnginesRoute(): EnginesRoute | null {
  return enginesRouteOf(usePageRoute((state) => state.route));
}

export function showEngines(route: Partial<EnginesRoute> = {}): void {
  showPage(
    'engines',
    ...enginesPath({ section: route.section ?? 'engines', connection: route.connection ?? null }),
  );
}

export const hideEngines = hidePage;
