import {
  API_PREFIX,
  DioramaError,
  LIMITS,
  type newRecipeSchema,
  type Recipe,
  type RecipeContent,
  type RecipeFile,
  recipeContentSchema,
  type recipePatchSchema,
  type recipeQuerySchema,
  tagSchema,
} from '@diorama/contracts';
import { type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import type { Thumbnails } from '../http/thumbnails.ts';
import type { Logger } from '../security/logger.ts';
import { recordAudit } from '../storage/audit-log.ts';
import type { BlobKey } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import type { FileBlobStore } from '../storage/file-blob-store.ts';
import { foldText } from '../storage/fold-text.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import { readStoredJson } from '../storage/stored-json.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { makeDerivative } from './derivative.ts';
import { derivativeOf, ownOutput } from './own-output.ts';
import { dropPicture } from './published-pictures.ts';
import type { Starter, StarterRecipes } from './starter-recipes.ts';
import type { RecipesTable } from './tables.ts';

export interface RecipeDependencies {
  readonly db: Database;
  readonly blobs: FileBlobStore;
  readonly thumbnails: Thumbnails;
  readonly generations: GenerationRepository;
  readonly starters: StarterRecipes;
  readonly logger: Logger;
  readonly now: () => number;
}

const RECIPE_PICTURE = { longEdgePx: 1_024, maxBytes: LIMITS.recipePictureBytes };
/** The list has no pages: it ends here, with the newest. */
const LISTED = { recipes: 2_000, characters: 8_000_000 };

type Row = Selectable<RecipesTable>;

/** What a recipe's picture is read from. */
export interface RecipePicture {
  readonly key: BlobKey;
  readonly of: 'starter' | 'stored';
}

/** Recipes: those that come with Diorama, shared ones, and one's own. Their texts are data and never interpreted. */
export class Recipes {
  readonly #deps: RecipeDependencies;

  constructor(deps: RecipeDependencies) {
    this.#deps = deps;
  }

  /** One's own first, then what others share, both newest first, then those that come with Diorama. */
  async list(query: z.output<typeof recipeQuerySchema>, viewer: Viewer | null): Promise<Recipe[]> {
    const words = foldText(query.q ?? '')
      .split(/\s+/)
      .filter(Boolean);
    const tag = query.tag === undefined ? undefined : (tagSchema.safeParse(query.tag).data ?? '');
    const { source } = query;
    const stored = source === 'starter' ? [] : await this.#storedRows({ words, tag, source }, viewer);
    const starters =
      source === undefined || source === 'starter'
        ? this.#deps.starters.all.filter(
            ({ content }) =>
              (tag === undefined || content.tags.includes(tag)) &&
              words.every((word) => searchTextOf(content).includes(word)),
          )
        : [];
    return [
      ...stored.flatMap((row) => toRecipe(row, viewer) ?? []),
      ...(await Promise.all(starters.map((starter) => this.#starterRecipe(starter)))),
    ];
  }

  /** @throws {DioramaError} `not-found`. */
  async find(id: string, viewer: Viewer | null): Promise<Recipe> {
    const starter = this.#deps.starters.find(id);
    if (starter) return await this.#starterRecipe(starter);
    const recipe = toRecipe(await this.#requireVisible(id, viewer), viewer);
    if (!recipe) throw noRecipe();
    return recipe;
  }

  /** @throws {DioramaError} `not-found` for what the viewer may not see and for recipes without a picture. */
  async picture(id: string, viewer: Viewer | null): Promise<RecipePicture> {
    const { starters } = this.#deps;
    const isStarter = starters.find(id) !== null;
    const key = isStarter
      ? await starters.pictureKey(id)
      : (await this.#requireVisible(id, viewer)).picture_key;
    if (key === null) throw new DioramaError('not-found', 'The recipe has no picture.');
    return { key, of: isStarter ? 'starter' : 'stored' };
  }

  /** The recipe as a file, with its picture inside. @throws {DioramaError} `not-found`. */
  async toFile(id: string, viewer: Viewer | null): Promise<RecipeFile> {
    const { content } = await this.find(id, viewer);
    const picture = await this.picture(id, viewer).catch(() => null);
    const bytes = picture && (await this.pictureSource(picture.of).read(picture.key));
    const isSmallEnough = bytes !== null && bytes.byteLength <= LIMITS.recipePictureBytes;
    return {
      format: 'diorama-recipe',
      version: 1,
      recipe: content,
      picture: isSmallEnough
        ? { mediaType: 'image/webp', data: Buffer.from(bytes).toString('base64') }
        : null,
    };
  }

  pictureSource(of: RecipePicture['of']) {
    return of === 'starter' ? this.#deps.starters : this.#deps.blobs;
  }

  /** @throws {DioramaError} `conflict` when there are too many, and what can be wrong with the image. */
  async create(wanted: z.output<typeof newRecipeSchema>, viewer: Viewer): Promise<Recipe> {
    const picture = wanted.picture ? await this.#pictureOf(wanted.picture, viewer) : null;
    return await this.#add(wanted.content, { viewer, shared: wanted.shared, picture });
  }

  /** Keeps what another server gave out. @throws {DioramaError} `invalid-recipe` for a picture that cannot be read. */
  async importFile(file: RecipeFile, viewer: Viewer): Promise<Recipe> {
    const picture = file.picture ? await this.#importPicture(file.picture.data) : null;
    return await this.#add(file.recipe, { viewer, shared: false, picture });
  }

  /** @throws {DioramaError} `not-found` also for recipes of others. */
  async update(id: string, patch: z.output<typeof recipePatchSchema>, viewer: Viewer): Promise<Recipe> {
    const { db, now } = this.#deps;
    const before = await this.#requireOwn(id, viewer);
    const picture = patch.picture ? await this.#pictureOf(patch.picture, viewer) : patch.picture;
    const row = await db
      .updateTable('recipes')
      .set({
        ...(patch.content
          ? { content: JSON.stringify(patch.content), search_text: searchTextOf(patch.content) }
          : {}),
        ...(patch.shared === undefined ? {} : { shared: patch.shared ? 1 : 0 }),
        ...(picture === undefined ? {} : pictureColumns(picture)),
        updated_at: new Date(now()).toISOString(),
      })
      .where('id', '=', id)
      .where('owner_id', '=', viewer.userId)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw noRecipe();
    if (before.picture_key !== row.picture_key) await this.#drop(before.picture_key);
    return toRecipe(row, viewer) ?? Promise.reject(noRecipe());
  }

  /** One's own; owners of the server also shared ones of others, which the log has then. */
  async delete(id: string, viewer: Viewer): Promise<void> {
    const { db, now } = this.#deps;
    const row = await db.transaction().execute(async (tx) => {
      const found = await tx.selectFrom('recipes').selectAll().where('id', '=', id).executeTakeFirst();
      const isOwn = found?.owner_id === viewer.userId;
      if (!found || !(isOwn || (found.shared === 1 && viewer.role === 'owner'))) throw noRecipe();
      await tx.deleteFrom('recipes').where('id', '=', id).execute();
      if (!isOwn)
        await recordAudit(
          tx,
          {
            actor: viewer,
            action: 'recipe-deleted',
            target: id,
            targetName: toRecipe(found, viewer)?.content.title ?? '',
          },
          now(),
        );
      return found;
    });
    await this.#drop(row.picture_key);
  }

  async #add(
    content: RecipeContent,
    { viewer, shared, picture }: { viewer: Viewer; shared: boolean; picture: StoredPicture | null },
  ): Promise<Recipe> {
    const { db, now } = this.#deps;
    const at = new Date(now()).toISOString();
    const row = await db.transaction().execute(async (tx) => {
      const { owned } = await tx
        .selectFrom('recipes')
        .select(({ fn }) => fn.countAll<number>().as('owned'))
        .where('owner_id', '=', viewer.userId)
        .executeTakeFirstOrThrow();
      if (Number(owned) >= LIMITS.recipesPerAccount)
        throw new DioramaError(
          'conflict',
          `There are ${LIMITS.recipesPerAccount} recipes of yours already.`,
          {
            hint: 'Delete one that is not used any more.',
          },
        );
      return await tx
        .insertInto('recipes')
        .values({
          id: uuidV7(now()),
          owner_id: viewer.userId,
          content: JSON.stringify(content),
          search_text: searchTextOf(content),
          shared: shared ? 1 : 0,
          ...pictureColumns(picture),
          created_at: at,
          updated_at: at,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    });
    return toRecipe(row, viewer) ?? Promise.reject(noRecipe());
  }

  async #pictureOf(
    wanted: { readonly generation: string; readonly image: number },
    viewer: Viewer,
  ): Promise<StoredPicture> {
    const { generations, blobs } = this.#deps;
    const own = await ownOutput(generations, viewer.userId, wanted);
    return await this.#store((await derivativeOf(own, blobs, RECIPE_PICTURE)).bytes);
  }

  async #importPicture(base64: string): Promise<StoredPicture> {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.byteLength > LIMITS.recipePictureBytes)
      throw new DioramaError('invalid-recipe', 'The picture in the file is too large.');
    try {
      return await this.#store((await makeDerivative(bytes, RECIPE_PICTURE)).bytes);
    } catch (thrown) {
      if (!(thrown instanceof DioramaError) || thrown.code !== 'invalid-image') throw thrown;
      throw new DioramaError('invalid-recipe', 'The picture in the file cannot be read.', { cause: thrown });
    }
  }

  async #store(picture: Uint8Array): Promise<StoredPicture> {
    const { key, bytes } = await this.#deps.blobs.put(picture);
    return { key, bytes };
  }

  async #drop(key: BlobKey | null): Promise<void> {
    if (key === null) return;
    try {
      await dropPicture(key, Date.now(), this.#deps);
    } catch (thrown) {
      this.#deps.logger.warn({ error: thrown }, 'recipe-picture-not-deleted');
    }
  }

  async #storedRows(
    wanted: { words: readonly string[]; tag: string | undefined; source: 'shared' | 'own' | undefined },
    viewer: Viewer | null,
  ): Promise<Row[]> {
    const userId = viewer?.userId ?? '';
    let query = this.#deps.db
      .selectFrom('recipes')
      .selectAll()
      .where((eb) => eb.or([eb('shared', '=', 1), eb('owner_id', '=', userId)]))
      .orderBy(sql`owner_id = ${userId}`, 'desc')
      .orderBy('seq', 'desc')
      .limit(LISTED.recipes);
    if (wanted.source === 'own') query = query.where('owner_id', '=', userId);
    if (wanted.source === 'shared') query = query.where('shared', '=', 1).where('owner_id', '!=', userId);
    for (const word of wanted.words)
      query = query.where(sql<boolean>`instr(search_text, ${word.replaceAll('\0', ' ')}) > 0`);
    if (wanted.tag !== undefined)
      query = query.where(
        sql<boolean>`EXISTS (SELECT 1 FROM json_each(content, '$.tags') WHERE value = ${wanted.tag})`,
      );
    const rows: Row[] = [];
    let characters = 0;
    for await (const row of query.stream()) {
      characters += row.content.length;
      if (characters > LISTED.characters) break;
      rows.push(row);
    }
    return rows;
  }

  async #starterRecipe({ id, content }: Starter): Promise<Recipe> {
    const key = await this.#deps.starters.pictureKey(id);
    return {
      id,
      source: 'starter',
      content,
      pictureUrl: key && pictureUrl(id, key),
      shared: true,
      mine: false,
      createdAt: null,
    };
  }

  async #requireVisible(id: string, viewer: Viewer | null): Promise<Row> {
    const row = await this.#deps.db
      .selectFrom('recipes')
      .selectAll()
      .where('id', '=', id)
      .where((eb) => eb.or([eb('shared', '=', 1), eb('owner_id', '=', viewer?.userId ?? '')]))
      .executeTakeFirst();
    if (!row) throw noRecipe();
    return row;
  }

  async #requireOwn(id: string, viewer: Viewer): Promise<Row> {
    const row = await this.#requireVisible(id, viewer);
    if (row.owner_id !== viewer.userId) throw noRecipe();
    return row;
  }
}

interface StoredPicture {
  readonly key: BlobKey;
  readonly bytes: number;
}

function pictureColumns(picture: StoredPicture | null): Pick<Row, 'picture_key' | 'picture_bytes'> {
  return { picture_key: picture?.key ?? null, picture_bytes: picture?.bytes ?? 0 };
}

/** Null for one whose content is damaged: it must not hide the others. */
function toRecipe(row: Row, viewer: Viewer | null): Recipe | null {
  const content = recipeContentSchema.safeParse(readStoredJson(row.content));
  if (!content.success) return null;
  const mine = row.owner_id === viewer?.userId;
  return {
    id: row.id,
    source: mine ? 'own' : 'shared',
    content: content.data,
    pictureUrl: row.picture_key && pictureUrl(row.id, row.picture_key),
    shared: row.shared === 1,
    mine,
    createdAt: row.created_at,
  };
}

/** Another picture has another address. */
function pictureUrl(id: string, key: BlobKey): string {
  return `${API_PREFIX}/recipes/${id}/picture?v=${key.slice(0, 8)}`;
}

function searchTextOf(content: RecipeContent): string {
  const { title, description, prompt, tags, author } = content;
  return foldText([title, description, prompt, ...tags, author].join('\n')).replaceAll('\0', ' ');
}

function noRecipe(): DioramaError {
  return new DioramaError('not-found', 'There is no such recipe.');
}
