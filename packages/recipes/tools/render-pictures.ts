import { access, mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fillPrompt, type PixelSize, QUALITIES, type Quality } from '@diorama/contracts';
import sharp from 'sharp';
import type { GuideShot } from '../src/guide/guide-section.ts';
import { GUIDE, STARTER_RECIPES } from '../src/index.ts';
import { picturesDir } from '../src/node.ts';
import { draw } from './draw.ts';
import { REFERENCE_PICTURES, REFERENCES_OF, type ReferencePictureName } from './reference-pictures.ts';

/**
 * Makes the pictures of the recipes and of the guide with the built-in engine, one after the other: missing ones only,
 * unless told otherwise. The same sources give the same pixels.
 *
 * node packages/recipes/tools/render-pictures.ts [--all] [--only part-of-a-name,...] [--quality draft] [--out folder]
 *   --quality  for looking at prompts; takes the place of the picture's own
 */
const { values: flags } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
    quality: { type: 'string' },
    out: { type: 'string' },
  },
});

/** Every recipe is shown with the seed the guide uses too. */
const SEED = 7;
const WEBP_QUALITY = 80;
/** Line drawings are large for what they show, and bear this. */
const WEBP_QUALITY_MIN = 32;
/** A picture that comes out larger is encoded again with less quality. */
const BYTES_MAX = 70_000;

interface Job {
  readonly fileName: string;
  readonly size: PixelSize;
  readonly make: GuideShot;
}

const recipeJobs: Job[] = STARTER_RECIPES.map(({ id, content, picture, scene }) => ({
  fileName: picture.fileName,
  size: picture,
  make: {
    kind: 'render',
    prompt: fillPrompt(content),
    scene: content.settings.useCanvas ? scene : null,
    seed: SEED,
    quality: content.settings.quality ?? 'standard',
    reference: REFERENCES_OF[id] ?? null,
    aov: null,
  },
}));
const guideJobs: Job[] = GUIDE.flatMap(({ pictures }) =>
  pictures
    .filter(({ made }) => made.kind !== 'recipe')
    .map(({ fileName, width, height, made }) => ({ fileName, size: { width, height }, make: made })),
);

const folder = flags.out === undefined ? picturesDir : new URL(`${flags.out}/`, `file://${process.cwd()}/`);
const quality = qualityOf(flags.quality);
const only = flags.only?.split(',');
await mkdir(new URL('guide/', folder), { recursive: true });
const madeReferences = new Map<ReferencePictureName, Promise<Uint8Array>>();

for (const job of [...recipeJobs, ...guideJobs]) {
  const file = new URL(job.fileName, folder);
  if (only && !only.some((part) => job.fileName.includes(part))) continue;
  if (!flags.all && !only && (await exists(file))) continue;
  const startMs = performance.now();
  const webp = await encode(await make(job), job.size);
  await writeFile(file, webp);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.error(`${job.fileName}: ${Math.round(webp.length / 1000)} kB in ${seconds} s`);
}

function qualityOf(text: string | undefined): Quality | null {
  if (text === undefined) return null;
  const found = QUALITIES.find((one) => one === text);
  if (!found) throw new Error(`There is no quality "${text}"; there are ${QUALITIES.join(', ')}.`);
  return found;
}

async function exists(file: URL): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

function reference(name: ReferencePictureName): Promise<Uint8Array> {
  let made = madeReferences.get(name);
  if (!made) {
    made = REFERENCE_PICTURES[name]();
    madeReferences.set(name, made);
  }
  return made;
}

async function make({ size, make: shot }: Job): Promise<Uint8Array> {
  if (shot.kind === 'recipe') throw new Error('The picture of a recipe is made with the recipe.');
  if (shot.kind === 'reference') return await reference(shot.picture);
  const { picture, role } = shot.reference ?? {};
  return await draw({
    prompt: shot.prompt,
    scene: shot.scene,
    size,
    seed: shot.seed,
    quality: quality ?? shot.quality,
    references: picture && role ? [{ bytes: await reference(picture), role }] : [],
    aov: shot.aov,
  });
}

/** WebP without any metadata, cut to the exact size. */
async function encode(png: Uint8Array, { width, height }: PixelSize): Promise<Buffer> {
  for (let webpQuality = WEBP_QUALITY; ; webpQuality -= 6) {
    const webp = await sharp(png)
      .resize(width, height, { fit: 'cover' })
      .webp({ quality: webpQuality, effort: 6, smartSubsample: true })
      .toBuffer();
    if (webp.length <= BYTES_MAX || webpQuality <= WEBP_QUALITY_MIN) return webp;
  }
}
