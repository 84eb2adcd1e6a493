import { describe, expect, it } from 'vitest';
import { alignmentInWords } from './alignment-words.ts';

describe('alignmentInWords', () => {
  const none = { scale: 1, shiftXPx: 0, shiftYPx: 0, confidence: 1 };

  it('tells how the picture lay and what was done', () => {
    expect(alignmentInWords({ ...none, scale: 1.02, shiftXPx: -12, outcome: 'repaired' })).toBe(
      'Moved 12 px left, zoom 1.02: repaired',
    );
    expect(alignmentInWords({ ...none, shiftXPx: 3, shiftYPx: 4.4, outcome: 'repaired' })).toBe(
      'Moved 3 px right and 4 px down: repaired',
    );
    expect(alignmentInWords({ ...none, outcome: 'aligned' })).toBe('Lies over the canvas as it should');
    expect(alignmentInWords({ ...none, outcome: 'unclear' })).toMatch(/left as it came/);
  });
});
