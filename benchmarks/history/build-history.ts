import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BUILT_IN_OWNER_ID, generationRequestSchema, outputSize } from '@diorama/contracts';
import sharp from 'sharp';
import { assetIdOf } from '../../apps/server/src/storage/asset-id.ts';
import { openDatabase } from '../../apps/server/src/storage/database.ts';
import { FileBlobStore } from '../../apps/server/src/storage/file-blob-store.ts';
import { foldText } from '../../apps/server/src/storage/fold-text.ts';
import { uuidV7 } from '../../apps/server/src/storage/uuid-v7.ts';

/** What a benchmark has to know of the history to ask for it. */
export interface BuiltHistory {
  readonly entries: number;
  /** Holds about a thousandth of the entries. */
  readonly rareWord: string;
  /** Holds about a third of them. */
  readonly commonWord: string;
  readonly projectId: string;
  /** Output of some entry. */
  readonly asset: string;
}

/** Pictures that the entries share: as many as a grid shows at once, and more. */
const PICTURES = 120;
const RATIOS = ['16:9', '1:1', '3:2', '4:5', '9:16'] as const;
const TAGS = ['night', 'kitchen', 'client a', 'draft', 'print', 'wood'] as const;
const SUBJECTS = ['kitchen', 'perfume bottle', 'oak chair', 'tiny house', 'espresso machine', 'brass lamp'];
const LIGHTS = ['golden hour', 'overcast sky', 'soft window light', 'neon at night', 'studio softbox'];
const SURFACES = ['walnut table', 'white marble', 'brushed concrete', 'linen cloth', 'wet asphalt'];
const LENSES = ['shallow depth of field', '35 mm lens', 'macro', 'wide angle', 'long exposure'];
const RARE = 'zeppelin';

/** A random sequence that is the same every time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/**
 * Fills an empty data folder with a long history of the built-in owner, as years of work would leave it: requests and
 * looks of the usual size, some failed, some starred, in projects and with tags.
 */
export async function buildHistory(
  dataDir: string,
  { entries }: { readonly entries: number },
): Promise<BuiltHistory> {
  mkdirSync(dataDir, { recursive: true });
  await openDatabase(join(dataDir, 'diorama.db')).destroy();
  const pictures = await drawPictures(dataDir);
  const db = new DatabaseSync(join(dataDir, 'diorama.db'));
  // Nothing here has to survive a crash.
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  const at = (n: number): string => new Date(Date.parse('2024-01-01T00:00:00Z') + n * 600_000).toISOString();

  const addAsset = db.prepare(
    `INSERT OR IGNORE INTO assets (id, kind, media_type, bytes, width, height, uploaded, created_at)
      VALUES (?, 'image', 'image/png', ?, ?, ?, 0, ?)`,
  );
  const grant = db.prepare('INSERT OR IGNORE INTO asset_owners VALUES (?, ?, 0)');
  for (const { id, bytes, width, height } of pictures) {
    addAsset.run(id, bytes, width, height, at(0));
    grant.run(id, BUILT_IN_OWNER_ID);
  }
  const projects = Array.from({ length: 40 }, (_, n) => ({
    id: uuidV7(Date.parse(at(n))),
    name: `Client ${n + 1}`,
  }));
  const addProject = db.prepare('INSERT INTO projects VALUES (?, ?, ?, ?, NULL, NULL, ?, ?)');
  for (const { id, name } of projects)
    addProject.run(id, BUILT_IN_OWNER_ID, name, foldText(name), at(0), at(0));

  const addGeneration = db.prepare(
    `INSERT INTO generations (id, owner_id, status, request, prompt_folded, engine, lane, seed, attempts,
       progress, look, warnings, timings, cost, error_code, error_message, error_hint, created_at, started_at, finished_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, '[]', ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addOutput = db.prepare(
    `INSERT INTO outputs (generation_id, position, aov, asset_id, width, height, media_type, seed)
     VALUES (?, 0, '', ?, ?, ?, 'image/png', ?)`,
  );
  const mark = db.prepare('UPDATE entries SET favorite = ?, rejected = ?, project_id = ? WHERE seq = ?');
  const addTag = db.prepare('INSERT INTO entry_tags (owner_id, tag, seq) VALUES (?, ?, ?)');
  const random = createRandom(1);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  for (let n = 1; n <= entries; n += 1) {
    const prompt = [
      `${one(SUBJECTS)} on ${one(SURFACES)}, ${one(LIGHTS)}, ${one(LENSES)}`,
      random() < 0.5
        ? `in the manner of a catalogue, take ${Math.floor(random() * 900)}`
        : 'no people, no text',
      ...(n % 1_000 === 0 ? [RARE] : []),
    ].join(', ');
    const ratio = one(RATIOS);
    const project = random() < 0.7 ? one(projects) : null;
    const isRemote = random() < 0.3;
    const seed = Math.floor(random() * 2 ** 31);
    const status = random() < 0.93 ? 'succeeded' : random() < 0.6 ? 'failed' : 'canceled';
    const request = generationRequestSchema.parse({
      prompt,
      aspectRatio: ratio,
      size: 1024,
      engine: isRemote ? 'openai' : 'builtin',
      project: project?.name ?? null,
      seed,
    });
    const id = uuidV7(Date.parse(at(n)));
    const finished = new Date(Date.parse(at(n)) + 2_000 + Math.floor(random() * 60_000)).toISOString();
    addGeneration.run(
      id,
      BUILT_IN_OWNER_ID,
      status,
      JSON.stringify(request),
      foldText(prompt),
      request.engine,
      isRemote ? 'remote' : 'built-in',
      seed,
      JSON.stringify({ stage: 'saving', fraction: 1 }),
      lookText(prompt),
      JSON.stringify({ loading: 210, tracing: 8_200, denoising: 900, finishing: 120, total: 9_500 }),
      isRemote
        ? JSON.stringify({ amount: Math.round(random() * 20) / 100, currency: 'USD', estimated: false })
        : null,
      ...(status === 'failed'
        ? ['timed-out', 'It took too long', 'Try again with a smaller size or lower quality.']
        : [null, null, null]),
      at(n),
      at(n),
      finished,
    );
    if (status === 'succeeded') {
      const { width, height } = outputSize(ratio, 1024);
      addOutput.run(id, pictures[n % pictures.length]!.id, width, height, seed);
    }
    const isFavorite = n % 50 === 0;
    mark.run(isFavorite ? 1 : 0, !isFavorite && n % 30 === 0 ? 1 : 0, project?.id ?? null, n);
    if (random() < 0.2) addTag.run(BUILT_IN_OWNER_ID, one(TAGS), n);
  }
  db.exec('COMMIT');
  db.close();
  return {
    entries,
    rareWord: RARE,
    commonWord: 'marble',
    projectId: projects[0]!.id,
    asset: pictures[0]!.id,
  };
}

/** About as long as the look of a prompt with half a dozen directives. */
function lookText(prompt: string): string {
  return JSON.stringify({
    version: 1,
    directives: Array.from({ length: 8 }, (_, index) => ({
      span: [index * 4, index * 4 + 9],
      text: prompt.slice(index * 4, index * 4 + 9),
      effect: 'The light comes from a low sun behind the camera, warm, with long and soft shadows.',
      strength: 0.8,
      targets: ['Table', 'Chair', 'Lamp', 'Cup'],
    })),
    palette: Array.from({ length: 6 }, () => ({ colorSrgb: '#a08060', weight: 0.2 })),
  });
}

async function drawPictures(dataDir: string) {
  const blobs = new FileBlobStore(dataDir);
  await blobs.prepare();
  const { width, height } = outputSize('3:2', 1024);
  return await Promise.all(
    Array.from({ length: PICTURES }, async (_, n) => {
      const shapes = Array.from(
        { length: 60 },
        (_, i) =>
          `<rect x="${(i * 197 + n * 71) % width}" y="${(i * 131 + n * 37) % height}" width="${30 + (i % 9) * 26}"
            height="${20 + (i % 7) * 24}" fill="hsl(${(i * 47 + n * 29) % 360} 50% ${25 + (i % 5) * 11}%)"/>`,
      ).join('');
      const png = await sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#c8c2b6"/>${shapes}</svg>`,
        ),
      )
        .removeAlpha()
        .png()
        .toBuffer();
      const { key, bytes } = await blobs.put(new Uint8Array(png));
      return { id: assetIdOf(key), bytes, width, height };
    }),
  );
}
