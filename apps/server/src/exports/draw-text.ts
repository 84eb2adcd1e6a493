import { loadSharp } from '../http/inspect-image.ts';
import { drawNumerals, type Stamp } from './numerals.ts';

/** How a line of text looks. */
export interface TextStyle {
  readonly sizePx: number;
  /** 0 = black, 255 = white. */
  readonly gray: number;
  readonly isBold?: boolean;
  /** Its figures say enough; they are drawn even on a machine without fonts. */
  readonly isNumber?: boolean;
}

/** Width of an average letter in heights of the type; letters of East Asian writing have twice of it. */
const LETTER_WIDTH = 0.54;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3fffd}]/u;

/** From one line to the next, in heights of the type. */
export const LINE_HEIGHT = 1.35;

/**
 * Draws a text into a box of some lines, cut with an ellipsis where it is longer. The fonts are the machine's; on one
 * that has none only numbers are drawn, which still name the files.
 *
 * @returns Null when there is nothing to draw.
 */
export async function drawText(
  text: string,
  widthPx: number,
  lines: number,
  style: TextStyle,
): Promise<Stamp | null> {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ').trim();
  if (clean === '') return null;
  if (!(await hasFonts())) {
    const figures = clean.replace(/\D+/g, ' ').trim();
    return style.isNumber ? drawNumerals(figures.slice(0, Math.floor(widthPx / 8)), 2, style.gray) : null;
  }
  const heightPx = Math.ceil(lines * style.sizePx * LINE_HEIGHT);
  // Letters are of different widths: what was estimated too long is shortened until it fits.
  for (let letters = Math.ceil((widthPx / (style.sizePx * LETTER_WIDTH)) * lines * 1.1); ; ) {
    const stamp = await set(shorten(clean, letters), widthPx, style);
    if (stamp.height <= heightPx || letters < 8) return stamp;
    letters = Math.floor(letters * 0.9);
  }
}

async function set(text: string, widthPx: number, { sizePx, gray, isBold }: TextStyle): Promise<Stamp> {
  const sharp = await loadSharp();
  const color = `#${gray.toString(16).padStart(2, '0').repeat(3)}`;
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${color}">${escapeMarkup(text)}</span>`,
      font: `sans${isBold ? ' bold' : ''} ${sizePx}`,
      dpi: 72,
      width: widthPx,
      wrap: 'word-char',
      rgba: true,
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

function shorten(text: string, letters: number): string {
  let used = 0;
  let short = '';
  for (const character of text) {
    used += WIDE.test(character) ? 2 : 1;
    // Between words, where the last one is not most of it.
    if (used > letters) return `${(/^.{8,}(?=\s\S{0,20}$)/s.exec(short)?.[0] ?? short).trimEnd()}…`;
    short += character;
  }
  return short;
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

let fonts: Promise<boolean> | null = null;

/** Without any font every letter is the same box. */
async function hasFonts(): Promise<boolean> {
  fonts ??= (async () => {
    const style = { sizePx: 20, gray: 0 };
    const [narrow, wide] = [await set('iiii', 400, style), await set('WWWW', 400, style)];
    return wide.width > narrow.width * 1.2;
  })().catch(() => false);
  return await fonts;
}
