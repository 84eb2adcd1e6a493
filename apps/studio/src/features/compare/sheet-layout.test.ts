import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutSheet, wrap } from './sheet-layout.ts';

const tenPerLetter = (text: string) => text.length * 10;
const cell = (width: number, height: number, prompt = 'golden hour') => ({
  width,
  height,
  title: 'A  Result',
  prompt,
  facts: 'seed 7',
});

describe('layOutSheet', () => {
  it('keeps every picture and every word on the sheet, pictures in their shape and apart from each other', () => {
    const side = fc.integer({ min: 200, max: 4000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(side, side, fc.string({ maxLength: 400 })), { minLength: 1, maxLength: 4 }),
        (sizes) => {
          const cells = sizes.map(([width, height, prompt]) => cell(width, height, prompt));
          const { width, height, pictures, texts } = layOutSheet(cells, tenPerLetter);
          pictures.forEach((one, index) => {
            expect(one.x).toBeGreaterThanOrEqual(40);
            expect(one.x + one.width).toBeLessThanOrEqual(width - 40);
            expect(one.y + one.height).toBeLessThanOrEqual(height - 40);
            expect(
              Math.abs(one.width / one.height / (cells[index]!.width / cells[index]!.height) - 1),
            ).toBeLessThan(2 / Math.min(one.width, one.height));
            for (const other of pictures.slice(0, index))
              expect(
                one.x >= other.x + other.width ||
                  other.x + other.width <= one.x ||
                  one.y >= other.y + other.height,
              ).toBe(true);
          });
          for (const { y } of texts) expect(y).toBeLessThan(height);
        },
      ),
    );
  });

  it('puts wide pictures below each other and tall ones beside each other', () => {
    const [first, second] = layOutSheet([cell(2100, 900), cell(2100, 900)], tenPerLetter).pictures;
    expect(first!.x).toBe(second!.x);
    const [left, right] = layOutSheet([cell(900, 1600), cell(900, 1600)], tenPerLetter).pictures;
    expect(left!.y).toBe(right!.y);
  });
});

describe('wrap', () => {
  it('breaks between words and says with an ellipsis that something is missing', () => {
    expect(wrap('one two three four five', 90, 2, tenPerLetter)).toEqual(['one two', 'three fo…']);
    expect(wrap('one two', 90, 2, tenPerLetter)).toEqual(['one two']);
    expect(wrap('', 90, 2, tenPerLetter)).toEqual([]);
  });

  it('never makes a line that is too wide, even of one word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const lines = wrap(text, 120, 3, tenPerLetter);
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const line of lines) expect(tenPerLetter(line)).toBeLessThanOrEqual(120);
      }),
    );
  });
});
