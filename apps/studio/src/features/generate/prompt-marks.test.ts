import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promptParts, withoutSpan } from './prompt-marks.ts';

describe('promptParts', () => {
  it('keeps every character whatever the spans are', () => {
    const span = fc.tuple(fc.nat(60), fc.nat(60));
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.array(span),
        fc.array(span),
        fc.nat(50),
        (text, a, b, limit) => {
          expect(
            promptParts(text, a, b, limit)
              .map((part) => part.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });

  it('marks what was understood, what was not, and what is over the limit', () => {
    expect(promptParts('golden hour, blorf and more', [[0, 11]], [[13, 18]], 22)).toEqual([
      { text: 'golden hour', kind: 'understood' },
      { text: ', ', kind: 'plain' },
      { text: 'blorf', kind: 'unknown' },
      { text: ' and', kind: 'plain' },
      { text: ' more', kind: 'over' },
    ]);
  });
});

describe('withoutSpan', () => {
  it('takes a phrase out together with its comma', () => {
    const prompt = 'golden hour, walnut table, fog';
    expect(withoutSpan(prompt, [0, 11])).toBe('walnut table, fog');
    expect(withoutSpan(prompt, [13, 25])).toBe('golden hour, fog');
    expect(withoutSpan(prompt, [27, 30])).toBe('golden hour, walnut table');
  });
});
