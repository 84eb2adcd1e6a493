import {
  ASPECT_RATIOS,
  type AspectRatio,
  type GenerationRequest,
  generationRequestSchema,
  LIMITS,
  type PixelSize,
  ratioOf,
} from '@diorama/contracts';
import { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import { grantAssets } from '../storage/assets.ts';
import type { Database } from '../storage/database.ts';
import { readStoredJson } from '../storage/stored-json.ts';
import { canvasOf, type PostRow, referencesOf, requireVisible, settingsOf } from './post-rows.ts';

/**
 * What the panel needs to make a post one's own. Whoever asks may use the files that it names from now on, and keeps
 * them when the post is taken back.
 *
 * @throws {DioramaError} `not-found` for a post that the viewer may not see.
 */
export async function remix(
  db: Database,
  postId: string,
  viewer: Viewer,
): Promise<{ request: GenerationRequest; missing: string[] }> {
  return await db.transaction().execute(async (tx) => {
    const post = await requireVisible(tx, postId, viewer);
    const files = await tx
      .selectFrom('community_post_files')
      .select('asset_id')
      .where('post_id', '=', post.id)
      .execute();
    await grantAssets(
      tx,
      viewer.userId,
      files.map((file) => file.asset_id),
      { uploaded: true },
    );
    return {
      request: requestOf(post),
      missing: z.array(z.string()).catch([]).parse(readStoredJson(post.withheld)),
    };
  });
}

/** The seed is left out: a remix is a new image. */
function requestOf(post: PostRow): GenerationRequest {
  const settings = settingsOf(post);
  const canvas = canvasOf(post);
  return generationRequestSchema.parse({
    prompt: post.prompt ?? '',
    negativePrompt: post.negative_prompt ?? '',
    ...(post.scene_notes === null ? {} : { sceneNotes: post.scene_notes }),
    canvas,
    references: referencesOf(post),
    aspectRatio: shapeFor(post, settings?.aspectRatio ?? null, canvas?.viewportRatio ?? null),
    ...(settings
      ? {
          size: Math.min(settings.size, LIMITS.longEdgeMax),
          engine: settings.engine,
          model: settings.model,
          geometryStrength: settings.geometryStrength,
          options: settings.quality === null ? {} : { quality: settings.quality },
        }
      : {}),
    lineage: { post: post.id, how: 'remix' },
  });
}

/** The shape of the picture is there for all to see; `canvas` means nothing without the viewport that it was. */
function shapeFor(size: PixelSize, shared: AspectRatio | null, viewportRatio: number | null): AspectRatio {
  if (shared !== null && (shared !== 'canvas' || viewportRatio !== null)) return shared;
  return nearestRatio(size);
}

function nearestRatio({ width, height }: PixelSize): AspectRatio {
  const distance = (ratio: AspectRatio): number => Math.abs(Math.log((ratioOf(ratio) * height) / width));
  return ASPECT_RATIOS.filter((ratio) => ratio !== 'canvas').reduce((nearest, ratio) =>
    distance(ratio) < distance(nearest) ? ratio : nearest,
  );
}
