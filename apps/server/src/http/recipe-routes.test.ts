import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { LIMITS, type Problem, type Recipe, recipeFileSchema, recipeSchema } from '@diorama/contracts';
import { listMetadata } from '@diorama/metadata';
import { STARTER_RECIPES } from '@diorama/recipes';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TestAccount } from '../__fixtures__/test-accounts.ts';
import { pngOf } from '../__fixtures__/test-engine.ts';
import { createGallery, type Gallery } from '../community/__fixtures__/gallery.ts';

let gallery: Gallery;
let mia: TestAccount;
let noa: TestAccount;
beforeAll(async () => {
  gallery = await createGallery();
  [mia, noa] = [await gallery.join('Mia'), await gallery.join('Noa')];
});
afterAll(() => gallery.close());

const CONTENT = {
  title: 'Brass lamp',
  prompt: 'a {{metal}} lamp at dusk',
  variables: [{ name: 'metal', label: 'Metal', default: 'brass', options: ['brass', 'copper'] }],
  tags: ['Lamp', 'dusk'],
};

async function create(account: TestAccount, wanted: object = {}): Promise<Recipe> {
  const response = await account.api('/recipes', { json: { content: CONTENT, ...wanted } });
  expect(response.status).toBe(201);
  return recipeSchema.parse(await response.json());
}
async function list(account: TestAccount, query = ''): Promise<Recipe[]> {
  const response = await account.api(`/recipes${query}`);
  expect(response.status).toBe(200);
  return z.object({ recipes: z.array(recipeSchema) }).parse(await response.json()).recipes;
}
async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as Problem).code;
}

describe('recipes', () => {
  it('come with Diorama, with pictures, and can be searched', async () => {
    const starters = await list(noa, '?source=starter');
    expect(starters.map(({ id }) => id)).toEqual(STARTER_RECIPES.map(({ id }) => id));
    const [first] = starters;
    const found = await list(
      noa,
      `?source=starter&q=${encodeURIComponent(first!.content.title.toUpperCase())}`,
    );
    expect(found.map(({ id }) => id)).toContain(first!.id);
    const tagged = await list(noa, `?source=starter&tag=${encodeURIComponent(first!.content.tags[0]!)}`);
    expect(tagged.map(({ id }) => id)).toContain(first!.id);
    expect(first).toMatchObject({ source: 'starter', mine: false, createdAt: null });

    const shown = starters.find(({ pictureUrl }) => pictureUrl !== null)!;
    const path = shown.pictureUrl!.replace('/api/v1', '');
    const whole = await noa.api(path);
    expect(whole.headers.get('content-type')).toBe('image/webp');
    expect(whole.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    const again = await noa.api(path, { headers: { 'if-none-match': whole.headers.get('etag')! } });
    expect(again.status).toBe(304);
    const small = new Uint8Array(await (await noa.api(`${path}&width=192`)).arrayBuffer());
    expect((await sharp(small).metadata()).width).toBe(192);

    for (const init of [{ method: 'DELETE' }, { method: 'PUT', json: { shared: false } }])
      expect((await gallery.owner.api(`/recipes/${shown.id}`, init)).status).toBe(404);
    const file = await noa.api(`/recipes/${shown.id}/file`);
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[^"]+\.diorama-recipe\.json"/,
    );
    expect(recipeFileSchema.parse(await file.json()).picture?.mediaType).toBe('image/webp');
  });

  it('belong to who keeps them until they are shared', async () => {
    const own = await create(mia);
    expect(own).toMatchObject({
      source: 'own',
      mine: true,
      shared: false,
      content: { tags: ['lamp', 'dusk'] },
    });
    const ids = async (account: TestAccount, query: string) =>
      (await list(account, query)).map(({ id }) => id);
    expect(await ids(mia, '?source=own&q=BRASS lamp')).toEqual([own.id]);
    expect(await ids(noa, '?q=brass')).not.toContain(own.id);
    for (const path of ['', '/file', '/picture'])
      expect((await noa.api(`/recipes/${own.id}${path}`)).status).toBe(404);
    expect((await noa.api(`/recipes/${own.id}`, { method: 'PUT', json: { shared: true } })).status).toBe(404);
    expect((await gallery.owner.api(`/recipes/${own.id}`, { method: 'DELETE' })).status).toBe(404);

    const shared = await mia.api(`/recipes/${own.id}`, { method: 'PUT', json: { shared: true } });
    // What is not named stays.
    expect(await shared.json()).toMatchObject({ content: own.content, shared: true });
    expect(await ids(noa, '?source=shared&tag=lamp')).toEqual([own.id]);
    expect(await ids(mia, '?source=shared')).not.toContain(own.id);
    expect((await noa.api(`/recipes/${own.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await gallery.owner.api(`/recipes/${own.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await mia.api(`/recipes/${own.id}`)).status).toBe(404);
    const audit = (await (await gallery.owner.api('/audit')).json()) as { items: object[] };
    expect(audit.items[0]).toMatchObject({ action: 'recipe-deleted', targetName: 'Brass lamp' });
  });

  it('are shared only by who may publish', async () => {
    const own = await create(mia, { shared: true });
    await gallery.set({ publishing: 'owner' });
    expect(await codeOf(await mia.api('/recipes', { json: { content: CONTENT, shared: true } }))).toBe(
      'forbidden',
    );
    const changed = await mia.api(`/recipes/${own.id}`, { method: 'PUT', json: { content: CONTENT } });
    expect(await codeOf(changed)).toBe('forbidden');
    const taken = await mia.api(`/recipes/${own.id}`, {
      method: 'PUT',
      json: { shared: false, content: CONTENT },
    });
    expect(taken.status).toBe(200);
    await gallery.set({ publishing: 'approved' });
  });

  it('have a picture encoded anew from an image of one’s own, which goes with them', async () => {
    const generation = await gallery.makeImage(mia, { prompt: 'secret words', size: 2048 });
    const recipe = await create(mia, { picture: { generation: generation.id } });
    const bytes = await gallery.bytesOf(mia, recipe.pictureUrl!);
    expect(bytes.byteLength).toBeLessThanOrEqual(LIMITS.recipePictureBytes);
    expect((await listMetadata(bytes)).map(({ kind }) => kind)).toEqual(['xmp']);
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('secret words');
    expect((await sharp(bytes).metadata()).width).toBe(1024);
    const key = createHash('sha256').update(bytes).digest('hex');
    expect(await gallery.blobs.head(key)).not.toBeNull();

    const foreign = await noa.api('/recipes', {
      json: { content: CONTENT, picture: { generation: generation.id } },
    });
    expect(foreign.status).toBe(404);
    const kept = await mia.api(`/recipes/${recipe.id}`, { method: 'PUT', json: { shared: false } });
    expect(((await kept.json()) as Recipe).pictureUrl).toBe(recipe.pictureUrl);
    const bare = await mia.api(`/recipes/${recipe.id}`, { method: 'PUT', json: { picture: null } });
    expect(((await bare.json()) as Recipe).pictureUrl).toBeNull();
    expect(await gallery.blobs.head(key)).toBeNull();
  });

  it('go from one server to another as a file', async () => {
    const generation = await gallery.makeImage(mia);
    const recipe = await create(mia, { picture: { generation: generation.id } });
    const file = recipeFileSchema.parse(await (await mia.api(`/recipes/${recipe.id}/file`)).json());
    expect(file.recipe).toEqual(recipe.content);
    const response = await noa.api('/recipes/import', { json: file });
    expect(response.status).toBe(201);
    const imported = recipeSchema.parse(await response.json());
    expect(imported).toMatchObject({ content: recipe.content, shared: false, mine: true, source: 'own' });
    const bytes = await gallery.bytesOf(noa, imported.pictureUrl!);
    // Encoded anew: whoever made the file may have put anything into it.
    expect(await listMetadata(bytes)).toEqual([]);
  });

  it('are refused as files that are none, with the code that says so', async () => {
    const sound = { format: 'diorama-recipe', version: 1, recipe: CONTENT };
    const picture = (bytes: Uint8Array, mediaType = 'image/png') => ({
      ...sound,
      picture: { mediaType, data: Buffer.from(bytes).toString('base64') },
    });
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const bomb = pngOf(
      30_000,
      30_000,
      { bitDepth: 1, colorType: 0 },
      deflateSync(Buffer.alloc(3_751 * 30_000)),
    );
    for (const file of [
      {},
      { ...sound, format: 'other' },
      { ...sound, version: 2 },
      { ...sound, recipe: { ...CONTENT, prompt: '{{unknown}}' } },
      picture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
      picture(png.subarray(0, 40)),
      picture(bomb),
      { ...sound, picture: { mediaType: 'image/svg+xml', data: '' } },
    ])
      expect(await codeOf(await noa.api('/recipes/import', { json: file }))).toBe('invalid-recipe');
    expect((await noa.api('/recipes/import', { json: picture(png) })).status).toBe(201);
  });

  it('keep their texts as they are, whatever these look like', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), async (text) => {
        const wellFormed = text.toWellFormed();
        const prompt = `x ${wellFormed.replaceAll('{{', '')}`.trim();
        const recipe = await create(noa, { content: { title: 'T', prompt, description: wellFormed } });
        expect(recipe.content).toMatchObject({ prompt, description: wellFormed.trim() });
        await noa.api(`/recipes/${recipe.id}`, { method: 'DELETE' });
      }),
      { numRuns: 30 },
    );
  });
});
