import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type Camera, outputSize, type ReferenceRole } from '@diorama/contracts';
import { createBuiltinEngine, type EngineReference } from '@diorama/engines';
import { importModel, readGltf } from '@diorama/gltf';
import sharp from 'sharp';

/**
 * Renders the list below through the built-in engine and lays the pictures out as `docs/images/contact-sheet.jpg`.
 *
 * node tools/contact-sheet.ts [--quality draft|standard|high] [--width pixels of one picture] [--out file.jpg]
 */
interface Shot {
  /** Id of a sample; null switches the canvas off. */
  readonly sample: 'perfume' | 'reading-corner' | 'pavilion' | null;
  /** Name of one of the sample's views. */
  readonly view: string;
  readonly prompt: string;
  /** Number (from 0) of an earlier picture of this sheet that is given as a reference. */
  readonly reference?: { readonly shot: number; readonly role: ReferenceRole };
}

const SHOTS: readonly Shot[] = [
  { sample: 'pavilion', view: 'Hero', prompt: 'golden hour' },
  {
    sample: 'perfume',
    view: 'Hero',
    prompt: 'soft studio light, pink marble plinth, shallow depth of field',
  },
  { sample: 'reading-corner', view: 'Hero', prompt: 'early morning light through the window, cosy and calm' },
  {
    sample: 'perfume',
    view: 'Hero',
    prompt: 'dark moody studio, black marble plinth, rim light on the bottle',
  },
  { sample: 'reading-corner', view: 'Hero', prompt: 'green leather armchair, walnut floor, golden hour' },
  { sample: 'pavilion', view: 'Hero', prompt: 'blue hour' },
  { sample: 'pavilion', view: 'Hero', prompt: 'snow storm, winter' },
  { sample: null, view: '', prompt: 'sunset over water' },
  { sample: 'reading-corner', view: 'Hero', prompt: 'night, warm lamp light, deep shadows' },
  { sample: 'pavilion', view: 'Hero', prompt: 'white clay render' },
  { sample: 'perfume', view: 'Hero', prompt: 'watercolour, pastel colours' },
  { sample: 'reading-corner', view: 'Hero', prompt: 'pencil drawing on warm paper' },
  { sample: 'reading-corner', view: 'Hero', prompt: 'cartoon, sunny day' },
  { sample: 'pavilion', view: 'Hero', prompt: 'blueprint drawing' },
  { sample: 'perfume', view: 'Hero', prompt: 'ink line drawing' },
  { sample: 'reading-corner', view: 'Hero', prompt: 'soft daylight', reference: { shot: 7, role: 'style' } },
];

const COLUMNS = 4;
const GAP = 10;
const CAPTION_HEIGHT = 34;
const CAPTION_POINTS = 10;
const SEED = 7;

function flag(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

interface LoadedSample {
  readonly bytes: Uint8Array;
  readonly document: ReturnType<typeof importModel>;
}

async function loadSample(id: string): Promise<LoadedSample> {
  const bytes = await readFile(new URL(`../packages/samples/dist/${id}.glb`, import.meta.url));
  const document = importModel(await readGltf(bytes), {
    assetId: `sha256-${'0'.repeat(64)}`,
    name: `${id}.glb`,
  });
  return { bytes, document };
}

function cameraOf({ document }: LoadedSample, view: string): Camera {
  const found = Object.values(document.views).find(({ name }) => name === view);
  if (!found) throw new Error(`The sample has no view "${view}".`);
  return found.camera;
}

/** Drawn by libvips itself: SVG is refused in this process once a texture has been read. */
async function caption(text: string, width: number): Promise<Buffer> {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const drawn = await sharp({
    text: {
      text: `<span foreground="#3d3f45" size="${CAPTION_POINTS * 1024}">${escaped}</span>`,
      font: 'Inter, Helvetica, Arial, sans',
      rgba: true,
      dpi: 96,
    },
  })
    .png()
    .toBuffer();
  // A caption that is too long is cut at the picture's edge.
  const meta = await sharp(drawn).metadata();
  return meta.width <= width
    ? drawn
    : sharp(drawn).extract({ left: 0, top: 0, width, height: meta.height }).toBuffer();
}

const quality = flag('quality', 'standard');
const width = Number(flag('width', '480'));
const out = flag('out', new URL('../docs/images/contact-sheet.jpg', import.meta.url).pathname);
const size = outputSize('16:9', width);
const engine = createBuiltinEngine();
const pictures: Uint8Array[] = [];

for (const [index, { sample, view, prompt, reference }] of SHOTS.entries()) {
  const loaded = sample === null ? null : await loadSample(sample);
  const references: EngineReference[] = reference
    ? [{ bytes: pictures[reference.shot]!, mediaType: 'image/png', role: reference.role }]
    : [];
  const { images, timings } = await engine.generate(
    {
      prompt,
      negativePrompt: '',
      sceneNotes: null,
      geometryStrength: null,
      scene: loaded && {
        document: loaded.document,
        sources: new Map(Object.keys(loaded.document.sources).map((id) => [id, loaded.bytes])),
        camera: cameraOf(loaded, view),
      },
      capture: null,
      references,
      size,
      model: null,
      seed: SEED,
      count: 1,
      options: { quality },
      resume: null,
    },
    {
      signal: new AbortController().signal,
      onProgress: () => {},
      onPreview: () => {},
      onCost: () => {},
      checkpoint: () => Promise.resolve(),
      log: () => {},
    },
  );
  pictures.push(images[0]!.bytes);
  console.error(`${index + 1} of ${SHOTS.length}: ${prompt} (${((timings.total ?? 0) / 1000).toFixed(1)} s)`);
}

const rows = Math.ceil(SHOTS.length / COLUMNS);
const cell = { width: size.width + GAP, height: size.height + CAPTION_HEIGHT };
const tiles: { input: Buffer; left: number; top: number }[] = [];
for (const [index, { prompt, reference }] of SHOTS.entries()) {
  const left = GAP + (index % COLUMNS) * cell.width;
  const top = GAP + Math.floor(index / COLUMNS) * cell.height;
  const text = reference ? `${prompt} + image ${reference.shot + 1} as ${reference.role}` : prompt;
  tiles.push({ input: Buffer.from(pictures[index]!), left, top });
  tiles.push({
    input: await caption(`${index + 1}. ${text}`, size.width),
    left: left + 2,
    top: top + size.height + 7,
  });
}
const sheet = await sharp({
  create: {
    width: GAP + COLUMNS * cell.width,
    height: GAP + rows * cell.height,
    channels: 3,
    background: '#f6f5f2',
  },
})
  .composite(tiles)
  .jpeg({ quality: 86, mozjpeg: true })
  .toBuffer();
await mkdir(new URL('.', new URL(out, 'file:')), { recursive: true });
await writeFile(out, sheet);
console.error(out);
