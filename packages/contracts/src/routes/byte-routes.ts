import type { Access } from './route.ts';

interface ByteRoute {
  readonly method: 'get' | 'post';
  /** OpenAPI style, below `API_PREFIX`. */
  readonly path: string;
  readonly access: Access;
}

/** The routes that carry bytes or streams. What they take and give is described beside their handlers. */
export const BYTE_ROUTES = {
  uploadAsset: { method: 'post', path: '/assets', access: 'member' },
  downloadAsset: { method: 'get', path: '/assets/{id}', access: 'member' },
  downloadImage: { method: 'get', path: '/generations/{id}/file', access: 'member' },
  downloadArchive: { method: 'get', path: '/history/archives/{id}', access: 'member' },
  exportProject: { method: 'get', path: '/projects/{id}/archive', access: 'member' },
  importProject: { method: 'post', path: '/projects/archive', access: 'member' },
  postImage: { method: 'get', path: '/community/media/{id}', access: 'community' },
  recipePicture: { method: 'get', path: '/recipes/{id}/picture', access: 'community' },
  recipeFile: { method: 'get', path: '/recipes/{id}/file', access: 'community' },
  events: { method: 'get', path: '/events', access: 'member' },
  openapi: { method: 'get', path: '/openapi.json', access: 'public' },
} as const satisfies Readonly<Record<string, ByteRoute>>;
