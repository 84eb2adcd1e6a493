import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RecipeContent } from '@diorama/contracts';
import type { PictureSource } from '../http/thumbnails.ts';
import type { BlobKey } from '../storage/blob-store.ts';

/** As much of a recipe that comes with Diorama as the server needs. */
export interface Starter {
  readonly id: string;
  readonly content: RecipeContent;
  readonly picture: { readonly fileName: string };
}

/** The recipes that come with Diorama and their pictures, which are files of the program and no blobs. */
export class StarterRecipes implements PictureSource {
  readonly all: readonly Starter[];
  readonly #picturesDir: URL;
  readonly #byId: ReadonlyMap<string, Starter>;
  readonly #keys = new Map<string, Promise<BlobKey | null>>();
  readonly #files = new Map<BlobKey, URL>();

  /** @param picturesDir Ends in a slash. */
  constructor(starters: readonly Starter[], picturesDir: URL) {
    this.all = starters;
    this.#picturesDir = picturesDir;
    this.#byId = new Map(starters.map((starter) => [starter.id, starter]));
  }

  find(id: string): Starter | null {
    return this.#byId.get(id) ?? null;
  }

  /** The hash of the picture's bytes, or null when the file is not there. */
  async pictureKey(id: string): Promise<BlobKey | null> {
    const starter = this.find(id);
    if (!starter) return null;
    const known = this.#keys.get(id);
    if (known) return await known;
    const file = new URL(starter.picture.fileName, this.#picturesDir);
    const reading = readFile(file).then(
      (bytes) => {
        const key = createHash('sha256').update(bytes).digest('hex');
        this.#files.set(key, file);
        return key;
      },
      () => null,
    );
    this.#keys.set(id, reading);
    return await reading;
  }

  async read(key: BlobKey): Promise<Uint8Array | null> {
    const file = this.#files.get(key);
    return file ? await readFile(file).catch(() => null) : null;
  }

  async head(key: BlobKey): ReturnType<PictureSource['head']> {
    const bytes = await this.read(key);
    return bytes && { key, bytes: bytes.byteLength, modifiedAtMs: 0 };
  }
}

/** Those that come with Diorama. */
export async function productStarters(): Promise<StarterRecipes> {
  const [{ STARTER_RECIPES }, { picturesDir }] = await Promise.all([
    import('@diorama/recipes'),
    import('@diorama/recipes/node'),
  ]);
  return new StarterRecipes(STARTER_RECIPES, picturesDir);
}
