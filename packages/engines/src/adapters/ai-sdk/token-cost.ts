import { type Cost, CURRENCY, type Price } from '@diorama/contracts';

/** What a service counted, in tokens. */
export interface TokenUse {
  readonly textInput: number;
  readonly imageInput: number;
  readonly output: number;
}

/** The counted tokens in money; null when the price of a token is not known. */
export function tokenCost(price: Price | null, use: TokenUse): Cost | null {
  const rate = price?.perMillionTokens;
  if (!rate) return null;
  const amount =
    (use.textInput * rate.textInput + use.imageInput * rate.imageInput + use.output * rate.output) / 1e6;
  return { amount, currency: CURRENCY, estimated: true, basis: 'usage' };
}

/** The costs of several requests together; null when one of them is not known. */
export function sumCosts(costs: readonly (Cost | null)[]): Cost | null {
  let amount = 0;
  let estimated = false;
  for (const cost of costs) {
    if (cost === null) return null;
    amount += cost.amount;
    estimated ||= cost.estimated;
  }
  const basis = costs[0]?.basis;
  return costs.length === 0
    ? null
    : { amount, currency: CURRENCY, estimated, ...(basis === undefined ? {} : { basis }) };
}
