import type { Cost, Price } from '@diorama/contracts';

const CENTS = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const FRACTIONS = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumSignificantDigits: 2,
});
const TENTHS_OF_CENTS = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 3,
});
const RATES = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 5,
});
const ROUND = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });

/** "$0.04", "$0.045", "$1.25", "$0.0035", "$20": an amount of dollars as short as it can be without lying. */
export function money(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.01) return FRACTIONS.format(amount);
  if (amount < 0.1) return TENTHS_OF_CENTS.format(amount);
  return amount >= 10 && Number.isInteger(amount) ? ROUND.format(amount) : CENTS.format(amount);
}

/** What a generation cost: "$0.04" when the service said so, "≈ $0.04" when it was reckoned here. */
export function costInWords(cost: Cost): string {
  return `${cost.estimated ? '≈ ' : ''}${money(cost.amount)}`;
}

/** How the cost is known, in one sentence. */
export function basisInWords({ basis, estimated }: Cost): string {
  switch (basis ?? (estimated ? 'estimate' : 'reported')) {
    case 'reported':
      return 'The service named this amount.';
    case 'usage':
      return 'From the usage that the service reported and the price table.';
    case 'estimate':
      return 'An estimate from the price table; the service did not say.';
  }
}

/** The parts of a price, each in a few words: "$0.04 per image", "$0.015 per megapixel". */
export function priceParts(price: Price): string[] {
  const parts: string[] = [];
  const add = (rate: number | undefined, unit: string) => {
    if (rate !== undefined && rate > 0) parts.push(`${RATES.format(rate)} ${unit}`);
  };
  add(price.perImage, 'per image');
  add(price.perOutputMegapixel, 'per megapixel');
  add(price.perInputImage, 'per input image');
  add(price.perInputMegapixel, 'per input megapixel');
  if (price.perSecond)
    parts.push(
      `${RATES.format(price.perSecond)} per second${price.typicalSeconds ? `, about ${price.typicalSeconds} s` : ''}`,
    );
  const { perMillionTokens } = price;
  if (perMillionTokens && parts.length === 0)
    parts.push(`${RATES.format(perMillionTokens.output)} per million output tokens`);
  return parts;
}

/** "as of 3 Nov 2026". */
export function dateInWords(isoDate: string): string {
  const date = new Date(`${isoDate.slice(0, 10)}T12:00:00Z`);
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}
