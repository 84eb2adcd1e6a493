import { describe, expect, it } from 'vitest';
import { basisInWords, costInWords, dateInWords, money, priceParts } from './money.ts';

const facts = { asOf: '2026-11-03', source: 'a page' };

describe('money', () => {
  it('is short, and never rounds something to nothing', () => {
    expect([0, 0.0004, 0.0351, 0.5, 1.256, 20, 1234.5].map(money)).toEqual([
      '$0',
      '$0.0004',
      '$0.035',
      '$0.50',
      '$1.26',
      '$20',
      '$1,234.50',
    ]);
  });
});

describe('costs', () => {
  it('are marked as estimates unless the service named them', () => {
    const cost = { amount: 0.04, currency: 'USD', estimated: true } as const;
    expect(costInWords(cost)).toBe('≈ $0.04');
    expect(costInWords({ ...cost, estimated: false })).toBe('$0.04');
    expect(basisInWords({ ...cost, basis: 'usage' })).toMatch(/usage/);
    expect(basisInWords(cost)).toMatch(/^An estimate/);
    expect(basisInWords({ ...cost, estimated: false })).toMatch(/service named/);
  });
});

describe('prices', () => {
  it('tell their parts exactly', () => {
    expect(priceParts({ perOutputMegapixel: 0.03, perInputMegapixel: 0.015, ...facts })).toEqual([
      '$0.03 per megapixel',
      '$0.015 per input megapixel',
    ]);
    expect(priceParts({ perSecond: 0.000725, typicalSeconds: 9, ...facts })).toEqual([
      '$0.00073 per second, about 9 s',
    ]);
    expect(priceParts({ perMillionTokens: { textInput: 5, imageInput: 10, output: 40 }, ...facts })).toEqual([
      '$40.00 per million output tokens',
    ]);
    expect(priceParts({ perImage: 0, ...facts })).toEqual([]);
    expect(dateInWords('2026-11-03')).toBe('3 Nov 2026');
  });
});
