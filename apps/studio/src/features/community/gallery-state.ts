import type { POST_SORTS } from '@diorama/contracts';
import { create } from 'zustand';
import { showCommunity } from './community-route.ts';
import type { PostQuery } from './community-state.ts';

export type PostSort = (typeof POST_SORTS)[number];

export interface GalleryView {
  readonly sort: PostSort;
  readonly search: string;
  readonly tag: string | null;
  readonly mine: boolean;
  /** Whose posts; null: everybody's. */
  readonly author: { readonly id: string; readonly name: string } | null;
  /** Where one was, pixels from the top: going into a post and back must not lose the place. */
  readonly scrollTop: number;
}

export const WHOLE_GALLERY: GalleryView = {
  sort: 'new',
  search: '',
  tag: null,
  mine: false,
  author: null,
  scrollTop: 0,
};

/** How the gallery is looked at. It stays while one looks at posts and other pages. */
export const useGallery = create<GalleryView>(() => WHOLE_GALLERY);

/** Shows the gallery with this and nothing else chosen. */
export function showGallery(view: Partial<GalleryView> = {}): void {
  useGallery.setState({ ...WHOLE_GALLERY, ...view });
  showCommunity({ section: 'gallery' });
}

export function galleryQuery(view: GalleryView): PostQuery {
  const q = view.search.trim();
  return {
    sort: view.sort,
    ...(q ? { q } : {}),
    ...(view.tag === null ? {} : { tag: view.tag }),
    ...(view.mine ? { author: 'me' } : view.author ? { author: view.author.id } : {}),
  };
}

export function isWhole({ search, tag, mine, author }: GalleryView): boolean {
  return search.trim() === '' && tag === null && !mine && author === null;
}
