import { type Cost, CURRENCY, costQuestionOf, type EngineModel, estimateCost } from '@diorama/contracts';

/** What it cost as far as anybody knows: as the service said, else by the price table, else null. */
export function finalCost(
  reported: Cost | null,
  model: EngineModel | undefined,
  request: Parameters<typeof costQuestionOf>[0],
): Cost | null {
  if (reported) return reported;
  if (!model?.price) return null;
  return {
    amount: estimateCost(model.price, costQuestionOf(request)),
    currency: CURRENCY,
    estimated: true,
    basis: 'estimate',
  };
}

/** One line about money; small amounts keep the digits that matter. */
export function costLine(cost: Cost | null): string {
  if (!cost) return 'Cost: not known; the account at the service shows it.';
  const amount = `$${cost.amount.toFixed(cost.amount < 0.1 ? 4 : 2)}`;
  return cost.estimated ? `Cost: about ${amount} (estimate).` : `Cost: ${amount}.`;
}
