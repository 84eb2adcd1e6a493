import { DioramaError, type Warning } from '@diorama/contracts';
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

/** A warning for each setting of a request that the engine does not have, or that only its owner can set. */
export function unknownOptionWarnings(
  requestSchema: z.ZodObject,
  connectionSchema: z.ZodObject,
  request: Readonly<Record<string, unknown>>,
): Warning[] {
  return Object.keys(request)
    .filter((name) => !Object.hasOwn(requestSchema.shape, name))
    .map((name) => ({
      code: 'option-ignored',
      message: Object.hasOwn(connectionSchema.shape, name)
        ? `"${name}" can only be set on the page Engines.`
        : `This engine has no setting "${name.slice(0, 60)}".`,
    }));
}
