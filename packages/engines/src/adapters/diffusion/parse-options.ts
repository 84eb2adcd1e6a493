import { DioramaError } from '@diorama/contracts';
import type { z } from 'zod';

const ISSUES_SHOWN = 20;

/**
 * Checks settings against a schema.
 *
 * @param whose "engine's" or "request's", for the message.
 * @throws {DioramaError} `invalid-request`, naming the first field that does not fit.
 */
export function parseOptions<T>(schema: z.ZodType<T, unknown>, options: unknown, whose: string): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new DioramaError(
    'invalid-request',
    `The ${whose} settings do not fit: ${field === '' ? '' : `${field}: `}${issue?.message ?? ''}`,
    {
      details: {
        issues: parsed.error.issues.slice(0, ISSUES_SHOWN).map(({ path, message }) => ({ path, message })),
      },
    },
  );
}
