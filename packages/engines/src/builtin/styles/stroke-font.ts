import type { StrokeCanvas } from './stroke-canvas.ts';

/**
 * Numerals and the few letters of a dimension, as a plotter would draw them: strokes on a grid 4 wide and 6 high,
 * y down. A space parts the strokes of one character.
 */
const GLYPHS: Record<string, string> = {
  '0': '10,30,41,45,36,16,05,01,10',
  '1': '11,20,26 16,36',
  '2': '01,10,30,41,42,06,46',
  '3': '01,10,30,41,42,33,13 33,44,45,36,16,05',
  '4': '36,30,04,44',
  '5': '40,00,03,33,44,45,36,16,05',
  '6': '40,20,02,05,16,36,45,44,33,03',
  '7': '00,40,16',
  '8': '13,02,01,10,30,41,42,33,13,04,05,16,36,45,44,33',
  '9': '06,26,44,41,30,10,01,02,13,43',
  '.': '15,16',
  m: '06,03,13,24,26 24,33,43,46',
  c: '43,13,04,05,16,46',
  k: '00,06 43,04,46',
  ' ': '',
};

const ADVANCE = 5.6;

/** Width of a text in pixels at a height of capitals of `size` pixels. */
export function textWidth(text: string, size: number): number {
  return (Math.max(0, text.length * ADVANCE - 1.6) * size) / 6;
}

/** Draws text with its upper left corner at x, y. Characters without a glyph are left out. */
export function drawText(
  canvas: StrokeCanvas,
  text: string,
  x: number,
  y: number,
  size: number,
  lineWidth: number,
  alpha: number,
): void {
  const unit = size / 6;
  let at = x;
  for (const character of text) {
    for (const stroke of (GLYPHS[character] ?? '').split(' ')) {
      const points = stroke.split(',').filter(Boolean);
      for (let i = 1; i < points.length; i++) {
        const [from, to] = [points[i - 1]!, points[i]!];
        canvas.line(
          at + Number(from[0]) * unit,
          y + Number(from[1]) * unit,
          at + Number(to[0]) * unit,
          y + Number(to[1]) * unit,
          lineWidth,
          alpha,
        );
      }
    }
    at += ADVANCE * unit;
  }
}
