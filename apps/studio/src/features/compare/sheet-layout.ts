import { columnsFor } from './pane-view.ts';

/** What stands on the sheet: pictures with words below each. */
export interface SheetCell {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly prompt: string;
  readonly facts: string;
}

export interface PlacedText {
  readonly text: string;
  readonly x: number;
  /** Of the text's baseline. */
  readonly y: number;
  readonly style: 'title' | 'prompt' | 'facts';
}

export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  /** Where each picture goes, in the order of the cells. */
  readonly pictures: readonly { x: number; y: number; width: number; height: number }[];
  readonly texts: readonly PlacedText[];
}

const PADDING_PX = 40;
const GAP_PX = 32;
const PROMPT_LINES_MAX = 3;
/** Line heights by style, pixels. */
const LINE_PX = { title: 30, prompt: 24, facts: 22 } as const;
/** CSS fonts by style, without the family. */
export const SHEET_FONTS = { title: '600 20px', prompt: '400 16px', facts: '400 14px' } as const;
const CAPTION_GAP_PX = 12;
/** A picture's box is so wide when there is one beside the other, and smaller when there are more. */
const BOX_WIDTHS_PX: Readonly<Record<number, number>> = { 1: 1400, 2: 1100, 3: 800, 4: 640 };

/**
 * A quiet sheet of pictures: boxes of one size in rows, each picture fitted into its box, words below.
 *
 * @param measure Width of a text in a style, pixels.
 * @param columns How many side by side; chosen by their shape when absent.
 */
export function layOutSheet(
  cells: readonly SheetCell[],
  measure: (text: string, style: PlacedText['style']) => number,
  columns = columnsFor(cells.length, { width: 1600, height: 1200 }, meanRatio(cells)),
): SheetLayout {
  const boxWidth = BOX_WIDTHS_PX[columns] ?? 640;
  const boxHeight = Math.round(
    Math.min(boxWidth * 1.5, Math.max(...cells.map(({ width, height }) => (boxWidth * height) / width))),
  );
  const captions = cells.map(({ prompt, facts }) => ({
    prompt: wrap(prompt, boxWidth, PROMPT_LINES_MAX, (text) => measure(text, 'prompt')),
    facts: facts === '' ? [] : wrap(facts, boxWidth, 1, (text) => measure(text, 'facts')),
  }));
  const captionHeights = captions.map(
    ({ prompt, facts }) =>
      CAPTION_GAP_PX + LINE_PX.title + prompt.length * LINE_PX.prompt + facts.length * LINE_PX.facts,
  );
  const rows = Math.ceil(cells.length / columns);
  const pictures: { x: number; y: number; width: number; height: number }[] = [];
  const texts: PlacedText[] = [];
  let top = PADDING_PX;
  for (let row = 0; row < rows; row += 1) {
    const inRow = cells.slice(row * columns, (row + 1) * columns);
    inRow.forEach((cell, column) => {
      const index = row * columns + column;
      const left = PADDING_PX + column * (boxWidth + GAP_PX);
      const scale = Math.min(boxWidth / cell.width, boxHeight / cell.height);
      const width = Math.round(cell.width * scale);
      const height = Math.round(cell.height * scale);
      pictures.push({
        x: left + Math.round((boxWidth - width) / 2),
        y: top + Math.round((boxHeight - height) / 2),
        width,
        height,
      });
      let y = top + boxHeight + CAPTION_GAP_PX + 20;
      texts.push({ text: cell.title, x: left, y, style: 'title' });
      y += LINE_PX.title - 4;
      for (const text of captions[index]!.prompt) {
        texts.push({ text, x: left, y, style: 'prompt' });
        y += LINE_PX.prompt;
      }
      for (const text of captions[index]!.facts) texts.push({ text, x: left, y, style: 'facts' });
    });
    const heights = captionHeights.slice(row * columns, (row + 1) * columns);
    top += boxHeight + Math.max(...heights) + GAP_PX;
  }
  return {
    width: PADDING_PX * 2 + columns * boxWidth + (columns - 1) * GAP_PX,
    height: top - GAP_PX + PADDING_PX,
    pictures,
    texts,
  };
}

function meanRatio(cells: readonly SheetCell[]): number {
  const logs = cells.map(({ width, height }) => Math.log(width / height));
  return Math.exp(logs.reduce((sum, one) => sum + one, 0) / Math.max(1, logs.length));
}

/** Lines of a text that are no wider than a box; what does not fit is left out behind an ellipsis. */
export function wrap(
  text: string,
  width: number,
  linesMax: number,
  measure: (text: string) => number,
): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  const lines: string[] = [];
  let line = '';
  for (const [index, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
    if (lines.length === linesMax) {
      lines[linesMax - 1] = shorten(`${lines[linesMax - 1]} ${words.slice(index).join(' ')}`, width, measure);
      return lines;
    }
  }
  if (line !== '') lines.push(shorten(line, width, measure, ''));
  return lines;
}

/** As much of a text as a width holds; `…` at its end when something is missing. */
function shorten(text: string, width: number, measure: (text: string) => number, always = '…'): string {
  if (measure(text) <= width && always === '') return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${text.slice(0, middle).trimEnd()}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return low === text.length ? text : `${text.slice(0, low).trimEnd()}…`;
}
