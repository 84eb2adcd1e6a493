import { DioramaError, parseRequest, type RECIPE_ROUTES } from '@diorama/contracts';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import type { Community } from '../community/community.ts';
import { permissionsOf } from '../community/community-settings.ts';
import { MEDIA_CONTENT_SECURITY_POLICY } from '../security/security-headers.ts';
import { contentDisposition } from './content-disposition.ts';
import type { AppEnvironment } from './environment.ts';
import { type AccessDependencies, type Handlers, registerByteRoute } from './register-routes.ts';
import { pictureQuerySchema, sendPicture } from './send-picture.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Recipes that one member may keep or change in an hour. */
const PER_HOUR = { limit: 200, windowMs: 60 * 60_000 };

const recipeParams = z.object({ id: z.string().regex(/^[a-z0-9-]{1,80}$/) });

export function recipeHandlers({
  community,
}: {
  readonly community: Community;
}): Pick<Handlers, keyof typeof RECIPE_ROUTES> {
  const { recipes, settings, limits } = community;

  const count = async (viewer: Viewer): Promise<void> => {
    if (viewer.role !== 'owner') await limits.take(`community:recipe:${viewer.userId}`, PER_HOUR);
  };
  /** Sharing shows a picture and texts to everyone, as publishing does. */
  const requireMayShare = async (viewer: Viewer): Promise<void> => {
    if (!permissionsOf(await settings.read(), viewer, false).publish)
      throw new DioramaError('forbidden', 'You may not share recipes on this server.', {
        hint: 'Keep it for yourself, or export it as a file.',
      });
  };

  return {
    listRecipes: async ({ viewer, query }) => ({ recipes: await recipes.list(query, viewer) }),
    createRecipe: async ({ viewer, body }) => {
      if (body.shared) await requireMayShare(viewer);
      await count(viewer);
      return await recipes.create(body, viewer);
    },
    importRecipe: async ({ viewer, body }) => {
      await count(viewer);
      return await recipes.importFile(body, viewer);
    },
    getRecipe: async ({ viewer, params }) => await recipes.find(params.id, viewer),
    updateRecipe: async ({ viewer, params, body }) => {
      const before = await recipes.find(params.id, viewer);
      // What is shared already may not change into something else that is shared.
      if (before.mine && (body.shared ?? before.shared)) await requireMayShare(viewer);
      await count(viewer);
      return await recipes.update(params.id, body, viewer);
    },
    deleteRecipe: async ({ viewer, params }) => {
      await recipes.delete(params.id, viewer);
      return undefined;
    },
  };
}

/** Pictures of recipes, and recipes as files. */
export function registerRecipeFiles(
  app: Hono<AppEnvironment>,
  deps: AccessDependencies & {
    readonly community: Community;
    readonly thumbnails: Thumbnails;
    /** Of the pictures that come with Diorama. */
    readonly starterThumbnails: Thumbnails;
  },
): void {
  const { recipes } = deps.community;

  registerByteRoute(app, 'recipePicture', deps, async (c, { viewer, params }) => {
    const { id } = parseRequest(recipeParams, params);
    const { width, download } = parseRequest(pictureQuerySchema, c.req.query());
    const picture = await recipes.picture(id, viewer);
    return await sendPicture(c, {
      source: recipes.pictureSource(picture.of),
      key: picture.key,
      etag: picture.key.slice(0, 32),
      width,
      download,
      thumbnails: picture.of === 'starter' ? deps.starterThumbnails : deps.thumbnails,
    });
  });

  registerByteRoute(app, 'recipeFile', deps, async (_c, { viewer, params }) => {
    const { id } = parseRequest(recipeParams, params);
    const file = await recipes.toFile(id, viewer);
    return new Response(JSON.stringify(file, null, 2), {
      headers: {
        'Content-Type': 'application/json',
        'Content-Disposition': contentDisposition(`${file.recipe.title}.diorama-recipe`, 'application/json'),
        'Content-Security-Policy': MEDIA_CONTENT_SECURITY_POLICY,
        'Cache-Control': 'no-store',
      },
    });
  });
}
