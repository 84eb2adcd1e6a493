import { priceSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { draftOf, OWN_SOURCE, priceOf } from './price-form.ts';

describe('a price that is typed', () => {
  const before = priceSchema.parse({
    perImage: 0.04,
    perMillionTokens: { textInput: 5, imageInput: 10, output: 40 },
    outputMegapixelsMax: 4,
    asOf: '2026-01-01',
    source: 'a page',
  });

  it('is of today and says that a person entered it', () => {
    const price = priceOf({ perImage: 0.05 }, null, new Date('2026-11-22T10:00:00Z'));
    expect(priceSchema.parse(price)).toEqual({ perImage: 0.05, asOf: '2026-11-22', source: OWN_SOURCE });
  });

  it('begins with the price that is in force and keeps what cannot be typed', () => {
    expect(draftOf(before)).toEqual({ perImage: 0.04 });
    expect(priceOf(draftOf(before), before, new Date('2026-11-22'))).toMatchObject({
      perImage: 0.04,
      perMillionTokens: before.perMillionTokens,
      outputMegapixelsMax: 4,
    });
    expect(draftOf(null)).toEqual({});
  });
});
