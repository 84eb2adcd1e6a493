import {
  type COMMUNITY_ROUTES,
  type CommunitySettings,
  DioramaError,
  parseRequest,
} from '@diorama/contracts';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import { addComment, deleteComment, listComments } from '../community/comments.ts';
import type { Community } from '../community/community.ts';
import { permissionsOf } from '../community/community-settings.ts';
import { addReport, countWaiting, listReports, moderate } from '../community/moderation.ts';
import { remix } from '../community/remix.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { RateLimit } from '../storage/rate-limits.ts';
import type { AppEnvironment } from './environment.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { type AccessDependencies, type Handlers, registerByteRoute } from './register-routes.ts';
import { pictureQuerySchema, sendPicture } from './send-picture.ts';
import type { Thumbnails } from './thumbnails.ts';

const HOUR_MS = 60 * 60_000;

/** What one member can do in an hour. Owners of the server are not counted. */
const PER_HOUR = {
  publish: 30,
  change: 120,
  comment: 60,
  like: 600,
  report: 30,
  remix: 300,
  discord: 20,
} as const;

/** What somebody may not do, in words. */
const REFUSALS = {
  publish: 'You may not publish on this server.',
  comment: 'You may not comment on this server.',
  shareToDiscord: 'You may not share to Discord from this server.',
} as const;

export function communityHandlers({
  community,
}: {
  readonly community: Community;
}): Pick<Handlers, keyof typeof COMMUNITY_ROUTES> {
  const { db, posts, settings } = community;

  const settingsFor = async (viewer: Viewer | null): Promise<CommunitySettings> => {
    const stored = await settings.read();
    const hasWebhook = (await settings.webhook()) !== null;
    const may = permissionsOf(stored, viewer, hasWebhook);
    return {
      ...stored,
      discordWebhook: hasWebhook,
      may,
      waiting: may.moderate ? await countWaiting(db) : { posts: 0, reports: 0 },
    };
  };

  const requireMay = async (viewer: Viewer, what: keyof typeof REFUSALS): Promise<void> => {
    requireNotBanned(viewer);
    const { may, discordWebhook } = await settingsFor(viewer);
    if (may[what]) return;
    if (what === 'shareToDiscord' && !discordWebhook)
      throw new DioramaError('conflict', 'No Discord channel is set up on this server.', {
        hint: 'The owner of the server can enter a webhook in the settings of the community.',
      });
    throw new DioramaError('forbidden', REFUSALS[what]);
  };

  const count = async (viewer: Viewer, what: keyof typeof PER_HOUR): Promise<void> => {
    if (viewer.role === 'owner') return;
    const limit: RateLimit = { limit: PER_HOUR[what], windowMs: HOUR_MS };
    await community.limits.take(`community:${what}:${viewer.userId}`, limit);
  };

  return {
    getCommunitySettings: async ({ viewer }) => await settingsFor(viewer),
    updateCommunitySettings: async ({ viewer, body }) => {
      await settings.update(body, viewer);
      if (body.discordWebhookUrl !== undefined) community.sender.revive();
      return await settingsFor(viewer);
    },
    listPosts: async ({ viewer, query }) => await posts.list(query, viewer),
    publish: async ({ viewer, body, request }) => {
      await requireMay(viewer, 'publish');
      const key = readIdempotencyKey(request.headers);
      await count(viewer, 'publish');
      return await posts.publish(body, viewer, { settings: await settings.read(), key });
    },
    getPost: async ({ viewer, params }) => await posts.find(params.id, viewer),
    updatePost: async ({ viewer, params, body }) => {
      const { mine } = await posts.find(params.id, viewer);
      // Other words below what is shown already are as good as another post.
      if (mine) await requireMay(viewer, 'publish');
      await count(viewer, 'change');
      const stored = await settings.read();
      return await posts.update(params.id, body, viewer, stored);
    },
    unpublish: async ({ viewer, params }) => {
      await posts.unpublish(params.id, viewer);
      return undefined;
    },
    like: async ({ viewer, params }) => {
      requireNotBanned(viewer);
      await count(viewer, 'like');
      await posts.like(params.id, viewer, true);
      return undefined;
    },
    unlike: async ({ viewer, params }) => {
      await posts.like(params.id, viewer, false);
      return undefined;
    },
    remix: async ({ viewer, params }) => {
      await count(viewer, 'remix');
      return await remix(db, params.id, viewer);
    },
    listComments: async ({ viewer, params, query }) => await listComments(db, params.id, query, viewer),
    comment: async ({ viewer, params, body }) => {
      await requireMay(viewer, 'comment');
      await count(viewer, 'comment');
      return await addComment(db, params.id, body.text, viewer, community.now());
    },
    deleteComment: async ({ viewer, params }) => {
      await deleteComment(db, params.id, viewer, community.now());
      return undefined;
    },
    report: async ({ viewer, params, body }) => {
      requireNotBanned(viewer);
      await count(viewer, 'report');
      await addReport(db, params.id, body, viewer, community.now());
      return undefined;
    },
    listReports: async ({ viewer }) => ({ reports: await listReports(db, viewer) }),
    moderate: async ({ viewer, params, body }) => {
      await moderate(db, params.id, body, viewer, community.now());
      return await posts.find(params.id, viewer);
    },
    shareToDiscord: async ({ viewer, body, request }) => {
      await requireMay(viewer, 'shareToDiscord');
      const webhook = (await settings.webhook())!;
      const key = readIdempotencyKey(request.headers);
      await count(viewer, 'discord');
      const recipe = body.recipe === null ? null : await community.recipes.find(body.recipe, viewer);
      const message = await community.discord.share(body, {
        viewer,
        webhook,
        recipe: recipe && {
          title: recipe.content.title,
          url:
            community.publicOrigin === null
              ? null
              : `${community.publicOrigin}/#community/recipes/${encodeURIComponent(recipe.id)}`,
        },
        key,
        signal: request.signal,
      });
      return { message };
    },
  };
}

function requireNotBanned(viewer: Viewer): void {
  if (viewer.communityBanned)
    throw new DioramaError('forbidden', 'You have been excluded from the community of this server.', {
      hint: 'Your own images and everything else work as before. Ask the owner of the server.',
    });
}

/** The pictures of posts. */
export function registerCommunityMedia(
  app: Hono<AppEnvironment>,
  deps: AccessDependencies & {
    readonly community: Community;
    readonly blobs: BlobStore;
    readonly thumbnails: Thumbnails;
  },
): void {
  registerByteRoute(app, 'postImage', deps, async (c, { viewer, params }) => {
    const { id } = parseRequest(z.object({ id: z.string().regex(/^[0-9a-f]{40}$/) }), params);
    const { width, download } = parseRequest(pictureQuerySchema, c.req.query());
    const picture = await deps.community.posts.picture(id, viewer);
    if (!picture) throw new DioramaError('not-found', 'There is no such picture.');
    return await sendPicture(c, {
      source: deps.blobs,
      key: picture.media_key,
      etag: id,
      width,
      download,
      thumbnails: deps.thumbnails,
    });
  });
}
