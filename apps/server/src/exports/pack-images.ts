import { DioramaError, type Generation, type NewArchive, toDioramaError } from '@diorama/contracts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { OwnedGenerations } from '../storage/owned-generations.ts';
import { drawContactSheet, IMAGES_PER_SHEET, type SheetPicture, sheetThumbnail } from './contact-sheet.ts';
import { toCsv } from './csv.ts';
import { exportImage } from './export-image.ts';
import { exportName } from './export-name.ts';
import type { ZipPart } from './zip-stream.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

/** What the indexes say of an image. */
interface IndexRow {
  readonly file: string;
  readonly generation: string;
  readonly image: number;
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly seed: number;
  readonly engine: string;
  readonly model: string | null;
  readonly width: number;
  readonly height: number;
  /** Of the whole generation, US dollars; null when nothing was charged. */
  readonly cost: number | null;
  readonly project: string | null;
  readonly favorite: boolean;
  readonly tags: readonly string[];
  readonly createdAt: string;
}

export interface PackDependencies {
  readonly generations: OwnedGenerations;
  readonly blobs: BlobStore;
}

/**
 * The files of a zip with many images, each made when its turn comes: the images, contact sheets between them as they
 * fill up, and at the end what is what. An image that cannot be read is a line in `problems.txt`.
 *
 * @param images How many there will be, for the numbers before the names.
 */
export async function* packImages(
  order: NewArchive,
  images: number,
  title: string,
  deps: PackDependencies,
  signal: AbortSignal,
): AsyncGenerator<ZipPart> {
  const rows: IndexRow[] = [];
  const problems: string[] = [];
  const sheet: SheetPicture[] = [];
  const sheets = Math.ceil(images / IMAGES_PER_SHEET);
  let sheetsDrawn = 0;
  let number = 0;
  const digits = Math.max(3, String(images).length);
  const newest = { at: new Date(0) };

  const drawSheet = async (): Promise<ZipPart> => {
    sheetsDrawn += 1;
    const content = await drawContactSheet(sheet.splice(0), {
      title,
      note:
        sheets > 1 ? `Sheet ${sheetsDrawn} of ${sheets}` : `${images} ${images === 1 ? 'image' : 'images'}`,
    });
    return { name: `contact-sheet-${sheetsDrawn}.jpg`, content, modifiedAt: newest.at };
  };

  for (const id of order.ids) {
    signal.throwIfAborted();
    const generation = await deps.generations.find(id);
    if (!generation) {
      problems.push(`An entry was deleted while the zip was made (${id}).`);
      continue;
    }
    const modifiedAt = new Date(generation.createdAt);
    if (modifiedAt > newest.at) newest.at = modifiedAt;
    for (const position of generation.outputs.keys()) {
      number += 1;
      const label = String(number).padStart(digits, '0');
      const stem = `${label}-${exportName(generation, position)}`;
      try {
        const image = await exportImage(generation, position, optionsFor(order, generation, position), {
          blobs: deps.blobs,
          signal,
        });
        const name = `${stem}.${EXTENSIONS[image.mediaType] ?? 'bin'}`;
        if (order.contactSheet)
          sheet.push({
            ...(await sheetThumbnail(image.bytes)),
            name: `${label} · seed ${generation.outputs[position]!.seed}`,
            prompt: generation.request.prompt,
          });
        rows.push(indexRow(name, generation, position, image.size));
        yield { name, content: image.bytes, modifiedAt };
      } catch (thrown) {
        const error = toDioramaError(thrown);
        if (signal.aborted || error.code === 'canceled') throw thrown;
        problems.push(`${stem}: ${error.message} (generation ${id}, image ${position + 1})`);
      }
      if (sheet.length === IMAGES_PER_SHEET) yield await drawSheet();
    }
  }
  if (sheet.length > 0) yield await drawSheet();
  const text = (name: string, words: string): ZipPart => ({
    name,
    content: new TextEncoder().encode(words),
    isCompressed: true,
    modifiedAt: newest.at,
  });
  yield text('index.csv', indexCsv(rows));
  yield text('index.json', `${JSON.stringify({ images: rows }, null, 2)}\n`);
  if (problems.length > 0)
    yield text(
      'problems.txt',
      `These images are missing here. \`npx diorama doctor\` checks the data folder.\n\n${problems.join('\n')}\n`,
    );
}

/** The long edge is the largest here: what is smaller stays as it is, and the index tells its size. */
function optionsFor(order: NewArchive, generation: Generation, position: number): NewArchive {
  const { width, height } = generation.outputs[position]!;
  return order.longEdge !== null && Math.max(width, height) < order.longEdge
    ? { ...order, longEdge: null }
    : order;
}

function indexRow(
  file: string,
  generation: Generation,
  position: number,
  { width, height }: { readonly width: number; readonly height: number },
): IndexRow {
  const { request } = generation;
  return {
    file,
    generation: generation.id,
    image: position,
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    seed: generation.outputs[position]!.seed,
    engine: request.engine,
    model: generation.modelUsed ?? request.model,
    width,
    height,
    cost: generation.cost?.amount ?? null,
    project: generation.project?.name ?? null,
    favorite: generation.favorite,
    tags: generation.tags,
    createdAt: generation.createdAt,
  };
}

function indexCsv(rows: readonly IndexRow[]): string {
  return toCsv([
    [
      'file',
      'prompt',
      'negative prompt',
      'seed',
      'engine',
      'model',
      'width',
      'height',
      'cost of the generation (USD)',
      'project',
      'favorite',
      'tags',
      'made at',
      'generation',
      'image',
    ],
    ...rows.map((row) => [
      row.file,
      row.prompt,
      row.negativePrompt,
      row.seed,
      row.engine,
      row.model,
      row.width,
      row.height,
      row.cost,
      row.project,
      row.favorite ? 'yes' : 'no',
      row.tags.join(' '),
      row.createdAt,
      row.generation,
      row.image + 1,
    ]),
  ]);
}

/** @throws {DioramaError} `invalid-size` when the order cannot be met for any of its images. */
export function requirePackable({ format, longEdge }: NewArchive): void {
  if (format === 'original' && longEdge !== null)
    throw new DioramaError('invalid-size', 'Originals have one size.', {
      hint: 'Choose PNG, JPEG or WebP to change the size.',
    });
}
