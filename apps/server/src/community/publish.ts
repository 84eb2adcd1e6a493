import {
  type Asset,
  type AssetId,
  DioramaError,
  type Generation,
  type GenerationRequest,
  type NewPost,
  type Output,
  type Post,
} from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { readSceneDocument, sourceAssetsOf } from '../jobs/resolve-scene.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import { requireOwnedAssets } from '../storage/asset-release.ts';
import type { AssetRepository, OwnedAssets } from '../storage/assets.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { POST_PICTURE } from './derivative.ts';
import { derivativeOf, ownOutput } from './own-output.ts';
import type { PostRow, SharedCanvas } from './post-rows.ts';
import { searchTextOf, setTags } from './post-words.ts';
import { newMediaId } from './published-pictures.ts';
import { type KeyUse, noteKey, readKey } from './repeat-guard.ts';

export interface PublishDependencies {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly assets: AssetRepository;
  readonly generations: GenerationRepository;
  readonly now: () => number;
}

/** How far back an image is looked for that it came from, when it is not a remix itself but one made from one. */
const LINEAGE_STEPS = 24;

/**
 * Publishes an image: stores a picture made anew and a record of what is shared with it, and nothing else of what it
 * was made from.
 *
 * @param key An Idempotency-Key; the same one gives the same post.
 * @returns The id of the post.
 */
export async function publish(
  wanted: NewPost,
  options: {
    readonly authorId: string;
    readonly status: Extract<Post['status'], 'published' | 'pending'>;
    readonly key: string | null;
  },
  deps: PublishDependencies,
): Promise<string> {
  const { db, blobs, generations, now } = deps;
  const { authorId } = options;
  const use: KeyUse | null =
    options.key === null ? null : { userId: authorId, action: 'publish', key: options.key, request: wanted };
  const before = use && (await repeated(db, use, now()));
  if (before) return before;

  const own = await ownOutput(generations, authorId, wanted);
  const { generation, output } = own;
  const shared = await sharedParts(generation, wanted, deps.assets.of(authorId), blobs);
  const picture = await derivativeOf(own, blobs, POST_PICTURE);
  const { key: mediaKey } = await blobs.put(picture.bytes);
  const source = await remixSource(generation, authorId, generations);
  const { files, ...parts } = shared;
  const id = uuidV7(now());

  return await db.transaction().execute(async (tx) => {
    const first = use && (await repeated(tx, use, now()));
    if (first) return first;
    await requireOwnedAssets(tx, authorId, files);
    const { seq } = await tx
      .insertInto('community_posts')
      .values({
        id,
        author_id: authorId,
        status: options.status,
        title: wanted.title,
        description: wanted.description,
        tags: JSON.stringify(unique(wanted.tags)),
        licence: wanted.licence,
        media_id: newMediaId(),
        media_key: mediaKey,
        media_bytes: picture.bytes.byteLength,
        width: picture.width,
        height: picture.height,
        ...parts,
        settings: wanted.share.settings ? JSON.stringify(settingsOf(generation, output)) : null,
        generation_id: generation.id,
        remix_of: await visibleParent(tx, source, authorId),
        search_text: searchTextOf({ ...wanted, prompt: parts.prompt }),
        created_at: new Date(now()).toISOString(),
      })
      .returning('seq')
      .executeTakeFirstOrThrow();
    await setTags(tx, seq, wanted.tags);
    if (files.length > 0)
      await tx
        .insertInto('community_post_files')
        .values(files.map((asset) => ({ post_id: id, asset_id: asset })))
        .execute();
    if (use) await noteKey(tx, use, id, now());
    return id;
  });
}

async function repeated(
  db: Database | Transaction<DatabaseSchema>,
  use: KeyUse,
  nowMs: number,
): Promise<string | null> {
  const known = await readKey(db, use, nowMs);
  if (typeof known === 'string') return null;
  const post = await db
    .selectFrom('community_posts')
    .select('id')
    .where('id', '=', known.result)
    .executeTakeFirst();
  if (post) return post.id;
  throw new DioramaError('conflict', 'The post of this Idempotency-Key was taken back.', {
    hint: 'Use a new Idempotency-Key to publish the image again.',
  });
}

type SharedParts = Pick<
  PostRow,
  'prompt' | 'negative_prompt' | 'look' | 'canvas' | 'scene_notes' | 'reference_images' | 'withheld'
> & { readonly files: readonly AssetId[] };

/** @throws {DioramaError} `unknown-asset` when something that shall be shared is not there any more. */
async function sharedParts(
  { request, look }: Generation,
  { share }: NewPost,
  assets: OwnedAssets,
  blobs: BlobStore,
): Promise<SharedParts> {
  const canvas = share.scene ? request.canvas : null;
  const references = share.references ? request.references : [];
  const files = references.map((reference) => reference.asset);
  if (canvas) {
    const scene = await assets.find(canvas.scene);
    if (!scene) throw gone([canvas.scene]);
    files.push(scene.id, ...(await sourcesOf(scene, blobs)));
  }
  const known = await assets.findMany(files);
  const missing = files.filter((id) => !known.has(id));
  if (missing.length > 0) throw gone(missing);
  return {
    prompt: share.prompt ? request.prompt : null,
    negative_prompt: share.prompt ? request.negativePrompt : null,
    look: share.prompt && look ? JSON.stringify(look) : null,
    canvas:
      canvas &&
      JSON.stringify({
        scene: canvas.scene,
        ...(canvas.camera ? { camera: canvas.camera } : {}),
        ...(canvas.viewportRatio ? { viewportRatio: canvas.viewportRatio } : {}),
      } satisfies SharedCanvas),
    // What is said about the scene belongs to both.
    scene_notes: canvas && share.prompt ? (request.sceneNotes ?? null) : null,
    reference_images: references.length === 0 ? null : JSON.stringify(references),
    withheld: JSON.stringify(withheldOf(request, share)),
    files: unique(files),
  };
}

/** In words, for who wants to remix it: what they do not get is known by name and nothing more. */
function withheldOf(request: GenerationRequest, share: NewPost['share']): string[] {
  return [
    ...(request.prompt.trim() !== '' && !share.prompt ? ['the prompt'] : []),
    ...(share.settings ? [] : ['the settings']),
    ...(request.canvas && !share.scene ? ['the scene'] : []),
    ...(request.references.length > 0 && !share.references ? ['the references'] : []),
  ];
}

async function sourcesOf(scene: Asset, blobs: BlobStore): Promise<AssetId[]> {
  // A GLB is its own and only model.
  if (scene.kind !== 'scene') return [];
  const document = await readSceneDocument(scene.id, async (asset) => {
    const bytes = await blobs.read(blobKeyOf(asset));
    if (!bytes) throw gone([asset]);
    return bytes;
  });
  return sourceAssetsOf(document);
}

function gone(assets: readonly AssetId[]): DioramaError {
  return new DioramaError('unknown-asset', 'Something that would be shared is not stored here any more.', {
    hint: 'Publish it without the scene and the references.',
    details: { assets },
  });
}

function settingsOf({ request, modelUsed }: Generation, output: Output): NonNullable<Post['settings']> {
  const { quality } = request.options;
  return {
    engine: request.engine,
    model: request.model ?? modelUsed ?? null,
    seed: output.seed,
    negativePrompt: '',
    aspectRatio: request.aspectRatio,
    size: request.size,
    geometryStrength: request.geometryStrength,
    quality: typeof quality === 'string' ? quality : null,
  };
}

/** The post that an image began from, however many tries lie between. */
async function remixSource(
  generation: Generation,
  userId: string,
  generations: GenerationRepository,
): Promise<string | null> {
  let lineage = generation.request.lineage;
  for (let step = 0; step < LINEAGE_STEPS && lineage; step += 1) {
    if (lineage.post) return lineage.post;
    if (!lineage.generation) return null;
    lineage = (await generations.of(userId).find(lineage.generation))?.request.lineage ?? null;
  }
  return null;
}

async function visibleParent(
  tx: Transaction<DatabaseSchema>,
  id: string | null,
  authorId: string,
): Promise<string | null> {
  if (id === null) return null;
  const parent = await tx
    .selectFrom('community_posts')
    .select('id')
    .where('id', '=', id)
    .where((eb) => eb.or([eb('status', '=', 'published'), eb('author_id', '=', authorId)]))
    .executeTakeFirst();
  return parent?.id ?? null;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
