import { loadSharp, openImage } from '../http/inspect-image.ts';
import { drawText, LINE_HEIGHT } from './draw-text.ts';
import type { Stamp } from './numerals.ts';

/** More images make more sheets. */
export const IMAGES_PER_SHEET = 40;

const COLUMNS = 5;
const CELL_PX = 320;
const GAP_PX = 28;
const MARGIN_PX = 56;
const HEADER_PX = 64;
/** Between a picture and its caption. */
const CAPTION_GAP_PX = 10;
const PAPER = '#f6f6f4';
const NAME = { sizePx: 14, gray: 32, isBold: true, isNumber: true } as const;
const PROMPT = { sizePx: 13, gray: 96 } as const;
const TITLE = { sizePx: 22, gray: 32, isBold: true } as const;
const NOTE = { sizePx: 15, gray: 110, isNumber: true } as const;
const PROMPT_LINES = 2;
const CAPTION_PX = Math.ceil(LINE_HEIGHT * (NAME.sizePx + PROMPT_LINES * PROMPT.sizePx)) + 4;

/** One picture of a sheet, already small. */
export interface SheetPicture {
  /** As `sheetThumbnail` made it. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The number that the file begins with, and the seed. */
  readonly name: string;
  readonly prompt: string;
}

/** A picture as small as a sheet needs it. */
export async function sheetThumbnail(
  bytes: Uint8Array,
): Promise<Pick<SheetPicture, 'rgb' | 'width' | 'height'>> {
  const image = (await openImage(bytes)).autoOrient();
  const { data, info } = await image
    .resize({ width: CELL_PX, height: CELL_PX, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
}

/**
 * Draws a contact sheet: the pictures in rows of five with number, seed and prompt below each. A row is as high as
 * its highest picture needs.
 *
 * @param pictures 1 to `IMAGES_PER_SHEET`.
 * @returns JPEG.
 */
export async function drawContactSheet(
  pictures: readonly SheetPicture[],
  { title, note }: { readonly title: string; readonly note: string },
): Promise<Uint8Array> {
  const columns = Math.min(COLUMNS, Math.max(3, pictures.length));
  const rows: (readonly SheetPicture[])[] = [];
  for (let first = 0; first < pictures.length; first += columns)
    rows.push(pictures.slice(first, first + columns));
  const boxesPx = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const width = 2 * MARGIN_PX + columns * CELL_PX + (columns - 1) * GAP_PX;
  const height =
    2 * MARGIN_PX +
    HEADER_PX +
    boxesPx.reduce((sum, boxPx) => sum + boxPx + CAPTION_GAP_PX + CAPTION_PX + GAP_PX, -GAP_PX);
  const layers: { stamp: Stamp | null; channels: 3 | 4; left: number; top: number }[] = [];
  const inner = width - 2 * MARGIN_PX;
  const noteStamp = await drawText(note, inner / 2, 1, NOTE);
  layers.push(
    {
      stamp: await drawText(title, Math.floor(inner - (noteStamp?.width ?? 0) - GAP_PX), 1, TITLE),
      channels: 4,
      left: MARGIN_PX,
      top: MARGIN_PX - 8,
    },
    {
      stamp: noteStamp,
      channels: 4,
      left: width - MARGIN_PX - (noteStamp?.width ?? 0),
      top: MARGIN_PX - 3,
    },
  );
  let top = MARGIN_PX + HEADER_PX;
  for (const [number, row] of rows.entries()) {
    // Pictures stand on the line of the captions, as on a shelf.
    const line = top + boxesPx[number]!;
    for (const [column, picture] of row.entries()) {
      const left = MARGIN_PX + column * (CELL_PX + GAP_PX);
      const captionTop = line + CAPTION_GAP_PX;
      layers.push(
        {
          stamp: { pixels: picture.rgb, width: picture.width, height: picture.height },
          channels: 3,
          left,
          top: line - picture.height,
        },
        { stamp: await drawText(picture.name, CELL_PX, 1, NAME), channels: 4, left, top: captionTop },
        {
          stamp: await drawText(picture.prompt, CELL_PX, PROMPT_LINES, PROMPT),
          channels: 4,
          left,
          top: captionTop + Math.ceil(NAME.sizePx * LINE_HEIGHT),
        },
      );
    }
    top = line + CAPTION_GAP_PX + CAPTION_PX + GAP_PX;
  }
  const sharp = await loadSharp();
  const sheet = sharp({ create: { width, height, channels: 3, background: PAPER } }).composite(
    layers.flatMap(({ stamp, channels, left, top }) =>
      stamp === null
        ? []
        : [
            {
              input: Buffer.from(stamp.pixels.buffer, stamp.pixels.byteOffset, stamp.pixels.byteLength),
              raw: { width: stamp.width, height: stamp.height, channels },
              left,
              top,
            },
          ],
    ),
  );
  return new Uint8Array(await sheet.jpeg({ quality: 88 }).toBuffer());
}
