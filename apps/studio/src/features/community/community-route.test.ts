import { describe, expect, it } from 'vitest';
import { type CommunityRoute, communityPath, communityRouteOf } from './community-route.ts';

const POST = '018f5f9a-1f0e-4d5c-8f41-0a1b2c3d4e5f';

describe('the address of the Community page', () => {
  it.each<CommunityRoute>([
    { section: 'gallery' },
    { section: 'post', id: POST },
    { section: 'recipes' },
    { section: 'recipe', id: 'starter-golden-hour' },
    { section: 'guide', chapter: null },
    { section: 'guide', chapter: 'light' },
    { section: 'moderation', tab: 'reported' },
    { section: 'settings' },
  ])('leads back to $section', (route) => {
    expect(communityRouteOf({ page: 'community', path: communityPath(route) })).toEqual(route);
  });

  it('leads to the gallery or the list where the place does not exist', () => {
    const at = (...path: string[]) => communityRouteOf({ page: 'community', path });
    expect(at()).toEqual({ section: 'gallery' });
    expect(at('nowhere')).toEqual({ section: 'gallery' });
    expect(at('posts', '../../etc')).toEqual({ section: 'gallery' });
    expect(at('recipes', 'A B')).toEqual({ section: 'recipes' });
    expect(at('moderation', 'x')).toEqual({ section: 'moderation', tab: 'waiting' });
  });

  it('is nowhere while another page is open', () => {
    expect(communityRouteOf({ page: 'history', path: [] })).toBeNull();
    expect(communityRouteOf(null)).toBeNull();
  });
});
