import type { Price } from '@diorama/contracts';

/** The parts of a price that can be typed, with their words. */
export const PRICE_FIELDS = [
  { name: 'perImage', label: 'Per image', unit: '$' },
  { name: 'perOutputMegapixel', label: 'Per megapixel made', unit: '$' },
  { name: 'perInputImage', label: 'Per input image', unit: '$' },
  { name: 'perInputMegapixel', label: 'Per megapixel of input', unit: '$' },
  { name: 'perSecond', label: 'Per second', unit: '$' },
  { name: 'typicalSeconds', label: 'Usual seconds', unit: '' },
] as const;
export type PriceField = (typeof PRICE_FIELDS)[number]['name'];
export type PriceDraft = Partial<Record<PriceField, number>>;

export const OWN_SOURCE = 'Entered here';

export function draftOf(price: Price | null): PriceDraft {
  const draft: PriceDraft = {};
  for (const { name } of PRICE_FIELDS) {
    const value = price?.[name];
    if (value !== undefined) draft[name] = value;
  }
  return draft;
}

/** The typed price as of today. What cannot be typed here, as prices of tokens, stays as it was. */
export function priceOf(draft: PriceDraft, before: Price | null, today: Date): Price {
  return {
    ...draft,
    ...(before?.perMillionTokens ? { perMillionTokens: before.perMillionTokens } : {}),
    ...(before?.outputMegapixelsMax ? { outputMegapixelsMax: before.outputMegapixelsMax } : {}),
    asOf: today.toISOString().slice(0, 10),
    source: OWN_SOURCE,
  };
}
