/** Rows of 3 bits, top to bottom: figures for machines that have no font at all. */
const FIGURES: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 1, 1],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
};

/** A small picture to lay over another one. */
export interface Stamp {
  /** RGBA, straight; or RGB where that is said. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The digits of a text in squares of `unitPx` pixels; what is no digit is a gap. */
export function drawNumerals(text: string, unitPx: number, gray: number): Stamp {
  const width = Math.max(1, text.length * 4) * unitPx;
  const height = 5 * unitPx;
  const pixels = new Uint8Array(width * height * 4);
  for (const [place, character] of [...text].entries())
    for (const [row, bits] of (FIGURES[character] ?? []).entries())
      for (let column = 0; column < 3; column++) {
        if (((bits >> (2 - column)) & 1) === 0) continue;
        for (let y = row * unitPx; y < (row + 1) * unitPx; y++)
          for (let x = 0; x < unitPx; x++)
            pixels.set([gray, gray, gray, 255], (y * width + (place * 4 + column) * unitPx + x) * 4);
      }
  return { pixels, width, height };
}
