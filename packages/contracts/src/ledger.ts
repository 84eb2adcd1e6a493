import { z } from 'zod';
import { costSchema } from './cost.ts';
import { budgetSchema } from './engine-settings.ts';
import { generationStatusSchema } from './generation.ts';

/** One generation that was charged for, or may have been. */
export const ledgerEntrySchema = z.object({
  generation: z.uuid(),
  /** The history entry may have been deleted since; the money was spent all the same. */
  isInHistory: z.boolean(),
  engine: z.string(),
  model: z.string().nullable(),
  project: z.string().nullable(),
  status: generationStatusSchema,
  /** Before it is finished: the estimate that is held back from the budget. */
  cost: costSchema,
  images: z.int().nonnegative(),
  at: z.iso.datetime(),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

const totalSchema = z.object({ key: z.string(), amount: z.number(), generations: z.int() });

export const ledgerPageSchema = z.object({
  /** The calendar month (UTC), `2026-11`. */
  month: z.string(),
  spent: z.number(),
  /** Estimates of what waits or runs. */
  reserved: z.number(),
  budget: budgetSchema,
  byEngine: z.array(totalSchema),
  byProject: z.array(totalSchema),
  entries: z.array(ledgerEntrySchema),
  nextCursor: z.string().nullable(),
});
export type LedgerPage = z.infer<typeof ledgerPageSchema>;

export const ledgerQuerySchema = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
