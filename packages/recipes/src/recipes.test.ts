import { access, readdir, readFile, stat } from 'node:fs/promises';
import { fillPrompt, type LookScene, recipeContentSchema, variablesIn } from '@diorama/contracts';
import { importModel, readGltf } from '@diorama/gltf';
import { readLook } from '@diorama/look';
import { buildSample, SAMPLES } from '@diorama/samples';
import { toLookScene } from '@diorama/scene';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { GUIDE_EDGE_PX } from './guide/guide-section.ts';
import { GUIDE, type SampleName, STARTER_RECIPES, type StarterRecipe } from './index.ts';
import { picturesDir } from './node.ts';
import { PICTURE_EDGE_PX } from './starter-recipe.ts';

const scenes = new Map<SampleName, LookScene>();

beforeAll(async () => {
  for (const { id } of SAMPLES) {
    const document = importModel(await readGltf(await buildSample(id)), {
      assetId: `sha256-${'0'.repeat(64)}`,
      name: `${id}.glb`,
    });
    scenes.set(id, toLookScene(document));
  }
}, 60_000);

/** The words of a recipe that the look cannot use in a scene: not understood, contradicted, or idle. */
function idleWords(
  { content }: StarterRecipe,
  sample: SampleName,
  values: Readonly<Record<string, string>> = {},
): string[] {
  const look = readLook({
    prompt: fillPrompt(content, values),
    scene: scenes.get(sample)!,
    references: content.references.map(({ role }) => ({ role, stats: null })),
  });
  return [
    ...look.notUnderstood.map(({ text }) => text),
    ...look.directives.filter(({ effect }) => /^Replaced/.test(effect)).map(({ text }) => text),
    // With a picture, the object's name tells where the picture goes and is no direction of its own.
    ...(content.references.length > 0 ? [] : (look.noEffect ?? []).map(({ text }) => text)),
  ];
}

describe('starter recipes', () => {
  it('are many, each with an id and a title of its own', () => {
    expect(STARTER_RECIPES.length).toBeGreaterThanOrEqual(40);
    expect(new Set(STARTER_RECIPES.map(({ id }) => id)).size).toBe(STARTER_RECIPES.length);
    expect(new Set(STARTER_RECIPES.map(({ content }) => content.title)).size).toBe(STARTER_RECIPES.length);
    for (const { id } of STARTER_RECIPES) expect(id).toMatch(/^starter-[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});

describe.each(STARTER_RECIPES)('$id', (recipe) => {
  const { content, picture, scene } = recipe;

  it('is a recipe as others store and exchange it, with nothing left to fill in', () => {
    expect(recipeContentSchema.parse(content)).toEqual(content);
    expect(content.description.split(/[.!?](?: |$)/).filter(Boolean).length).toBeLessThanOrEqual(2);
    expect(content.tags.length).toBeGreaterThan(0);
    expect(content.variables.length).toBeLessThanOrEqual(5);
    expect(content.variables.map(({ name }) => name).toSorted()).toEqual(
      variablesIn(content.prompt).toSorted(),
    );
    for (const variable of content.variables) {
      expect(variable.options[0]).toBe(variable.default);
      expect(new Set(variable.options).size).toBe(variable.options.length);
    }
  });

  it('belongs to a sample and one of its views', () => {
    const sample = SAMPLES.find(({ id }) => id === scene.sample);
    expect(sample?.views.map(({ name }) => name)).toContain(scene.view);
    expect(content.sampleScene).toBe(scene.sample);
  });

  it('is understood to the last word, with every option', () => {
    expect(idleWords(recipe, scene.sample)).toEqual([]);
    for (const { name, options } of content.variables)
      for (const option of options) {
        // An option can name an object that only another scene has.
        const samples = [scene.sample, ...[...scenes.keys()].filter((id) => id !== scene.sample)];
        const found = samples.some((sample) => idleWords(recipe, sample, { [name]: option }).length === 0);
        expect(found, `${name} = ${option}`).toBe(true);
      }
  });

  it('has its picture', async () => {
    await expectPicture(picture, PICTURE_EDGE_PX);
  });
});

describe('guide', () => {
  it('has chapters with anchors of their own and something to read', () => {
    expect(new Set(GUIDE.map(({ id }) => id)).size).toBe(GUIDE.length);
    for (const { id, paragraphs, tips } of GUIDE) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(paragraphs.length).toBeGreaterThan(0);
      expect(tips.length).toBeGreaterThan(0);
    }
  });

  it.each(GUIDE.flatMap(({ pictures }) => pictures))(
    'has $fileName, of a prompt that is understood',
    async (picture) => {
      const { made } = picture;
      if (made.kind === 'recipe') {
        const { fileName, width, height } = picture;
        const recipe = STARTER_RECIPES.find(({ id }) => id === made.recipe);
        expect(recipe?.picture).toEqual({ fileName, width, height });
        return;
      }
      await expectPicture(picture, GUIDE_EDGE_PX);
      if (made.kind === 'reference') return;
      const look = readLook({
        prompt: made.prompt,
        scene: made.scene && scenes.get(made.scene.sample)!,
        references: made.reference ? [{ role: made.reference.role, stats: null }] : [],
      });
      expect(look.notUnderstood).toEqual([]);
    },
  );
});

it('keeps no picture that nothing shows', async () => {
  const wanted = new Set([
    ...STARTER_RECIPES.map(({ picture }) => picture.fileName),
    ...GUIDE.flatMap(({ pictures }) => pictures.map(({ fileName }) => fileName)),
  ]);
  const found = (await readdir(picturesDir, { recursive: true })).filter((name) => name.includes('.'));
  expect(found.map((name) => name.replaceAll('\\', '/')).toSorted()).toEqual([...wanted].toSorted());
});

async function expectPicture(
  { fileName, width, height }: { fileName: string; width: number; height: number },
  longEdge: number,
): Promise<void> {
  const file = new URL(fileName, picturesDir);
  await access(file);
  expect((await stat(file)).size).toBeLessThanOrEqual(70_000);
  const { format, exif, xmp, icc, ...meta } = await sharp(await readFile(file)).metadata();
  expect({ format, width: meta.width, height: meta.height }).toEqual({ format: 'webp', width, height });
  expect(Math.max(width, height)).toBe(longEdge);
  expect([exif, xmp, icc]).toEqual([undefined, undefined, undefined]);
}
