import { type PageRoute, showPage, usePageRoute } from '../../app/page-route.ts';

/** Where on the Community page one is. */
export type CommunityRoute =
  | { readonly section: 'gallery' }
  | { readonly section: 'post'; readonly id: string }
  | { readonly section: 'recipes' }
  | { readonly section: 'recipe'; readonly id: string }
  /** null: the beginning. */
  | { readonly section: 'guide'; readonly chapter: string | null }
  | { readonly section: 'moderation'; readonly tab: ModerationTab }
  | { readonly section: 'settings' };

export const MODERATION_TABS = ['waiting', 'reported', 'hidden', 'log'] as const;
export type ModerationTab = (typeof MODERATION_TABS)[number];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NAME = /^[a-z0-9-]{1,80}$/;

/** null while another page or none is open; the gallery for a place that the page does not have. */
export function communityRouteOf(route: PageRoute | null): CommunityRoute | null {
  if (route?.page !== 'community') return null;
  const [section, place] = route.path;
  switch (section) {
    case 'posts':
      return place && UUID.test(place) ? { section: 'post', id: place } : { section: 'gallery' };
    case 'recipes':
      return place && NAME.test(place) ? { section: 'recipe', id: place } : { section: 'recipes' };
    case 'guide':
      return { section: 'guide', chapter: place && NAME.test(place) ? place : null };
    case 'moderation':
      return { section: 'moderation', tab: MODERATION_TABS.find((tab) => tab === place) ?? 'waiting' };
    case 'settings':
      return { section: 'settings' };
    default:
      return { section: 'gallery' };
  }
}

export function communityPath(route: CommunityRoute): readonly string[] {
  switch (route.section) {
    case 'post':
      return ['posts', route.id];
    case 'recipe':
      return ['recipes', route.id];
    case 'guide':
      return route.chapter === null ? ['guide'] : ['guide', route.chapter];
    case 'moderation':
      return ['moderation', route.tab];
    default:
      return [route.section];
  }
}

/** null while the page is closed. */
export function useCommunityRoute(): CommunityRoute | null {
  return communityRouteOf(usePageRoute((state) => state.route));
}

export function showCommunity(route: CommunityRoute = { section: 'gallery' }): void {
  showPage('community', ...communityPath(route));
}
