import type { LedgerPage } from '@diorama/contracts';
import { money } from './money.ts';

/** What is left to spend this month under the tightest of the limits. */
export interface BudgetLeft {
  readonly scope: 'month' | 'project';
  /** Dollars, never below zero. */
  readonly left: number;
  readonly limit: number;
}

/** From here on the line under the button mentions the budget. */
const LOW_SHARE = 0.2;

/** null when nothing is limited. */
export function budgetLeft(ledger: LedgerPage, project: string | null): BudgetLeft | null {
  const { budget, spent, reserved, byProject } = ledger;
  const limits: BudgetLeft[] = [];
  if (budget.monthlyTotal !== null)
    limits.push({
      scope: 'month',
      left: Math.max(0, budget.monthlyTotal - spent - reserved),
      limit: budget.monthlyTotal,
    });
  if (budget.monthlyPerProject !== null) {
    // What is held back for a project is not told by itself; the server has the last word.
    const used = byProject.find(({ key }) => key === (project ?? ''))?.amount ?? 0;
    limits.push({
      scope: 'project',
      left: Math.max(0, budget.monthlyPerProject - used),
      limit: budget.monthlyPerProject,
    });
  }
  return limits.sort((a, b) => a.left - b.left)[0] ?? null;
}

export function isLow({ left, limit }: BudgetLeft): boolean {
  return left < limit * LOW_SHARE;
}

/** "$0.60 of $10 left this month". */
export function leftInWords({ left, limit, scope }: BudgetLeft): string {
  return `${money(left)} of ${money(limit)} left ${scope === 'month' ? 'this month' : 'for this project'}`;
}

/**
 * Why the budget does not allow an image; null when it does.
 *
 * @param estimate Dollars; null when the price is not known.
 */
export function budgetRefusal(estimate: number | null, budget: BudgetLeft | null): string | null {
  // What is not known cannot be added up; it is stopped once nothing is left.
  if (!budget || (estimate === null ? budget.left > 0 : estimate <= budget.left)) return null;
  const place = budget.scope === 'month' ? "the month's budget" : "this project's budget";
  return budget.left === 0 || estimate === null
    ? `Nothing is left of ${place} of ${money(budget.limit)}.`
    : `This would cost about ${money(estimate)}; ${money(budget.left)} of ${place} is left.`;
}

/** The calendar month in UTC, as the ledger counts: `2026-11`. */
export function monthOf(date: Date): string {
  return date.toISOString().slice(0, 7);
}

export function monthInWords(month: string): string {
  return new Date(`${month}-15T12:00:00Z`).toLocaleDateString('en', { month: 'long', year: 'numeric' });
}

/** The month so many months later (or, negative, earlier). */
export function shiftMonth(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return monthOf(new Date(Date.UTC(year, number - 1 + by, 15)));
}
