import type { LedgerPage } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import {
  budgetLeft,
  budgetRefusal,
  isLow,
  leftInWords,
  monthInWords,
  monthOf,
  shiftMonth,
} from './budget.ts';

const ledger: LedgerPage = {
  month: '2026-11',
  spent: 8,
  reserved: 1,
  budget: { monthlyTotal: 10, monthlyPerProject: 5 },
  byEngine: [],
  byProject: [
    { key: 'Kitchen', amount: 4.5, generations: 3 },
    { key: '', amount: 1, generations: 1 },
  ],
  entries: [],
  nextCursor: null,
};

describe('budgetLeft', () => {
  it('is what the tightest limit leaves, with what is under way taken as spent', () => {
    expect(budgetLeft(ledger, 'Garden')).toEqual({ scope: 'month', left: 1, limit: 10 });
    expect(budgetLeft(ledger, 'Kitchen')).toEqual({ scope: 'project', left: 0.5, limit: 5 });
    const perProject = { monthlyTotal: null, monthlyPerProject: 5 };
    expect(budgetLeft({ ...ledger, budget: perProject }, null)?.left).toBe(4);
  });

  it('is nothing to speak of without limits, and never below zero', () => {
    const none = { monthlyTotal: null, monthlyPerProject: null };
    expect(budgetLeft({ ...ledger, budget: none }, 'Kitchen')).toBeNull();
    expect(budgetLeft({ ...ledger, spent: 30 }, 'Kitchen')?.left).toBe(0);
  });

  it('is mentioned when little of it is left', () => {
    expect(isLow({ scope: 'month', left: 1.9, limit: 10 })).toBe(true);
    expect(isLow({ scope: 'month', left: 2, limit: 10 })).toBe(false);
    expect(leftInWords({ scope: 'month', left: 0.6, limit: 10 })).toBe('$0.60 of $10 left this month');
  });
});

describe('budgetRefusal', () => {
  const left = { scope: 'month', left: 0.02, limit: 10 } as const;

  it('stops what is estimated at more than is left, in words', () => {
    expect(budgetRefusal(0.04, left)).toBe(
      "This would cost about $0.04; $0.02 of the month's budget is left.",
    );
    expect(budgetRefusal(0.02, left)).toBeNull();
    expect(budgetRefusal(0.04, null)).toBeNull();
  });

  it('stops what nobody knows the price of only when nothing is left', () => {
    expect(budgetRefusal(null, left)).toBeNull();
    expect(budgetRefusal(null, { ...left, left: 0 })).toBe("Nothing is left of the month's budget of $10.");
  });
});

describe('months', () => {
  it('are those of UTC, and follow each other over the year', () => {
    expect(monthOf(new Date('2026-11-30T23:59:59Z'))).toBe('2026-11');
    expect(shiftMonth('2026-01', -1)).toBe('2025-12');
    expect(shiftMonth('2026-12', 1)).toBe('2027-01');
    expect(monthInWords('2026-11')).toBe('November 2026');
  });
});
