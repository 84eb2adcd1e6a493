import { DioramaError, type Warning } from '@diorama/contracts';
import type { z } from 'zod';

type Options = Readonly<Record<string, unknown>>;

/**
 * The settings of a request on top of those of its connection.
 *
 * @param ownersOnly Settings that only the connection can have; a request cannot change them.
 * @throws {DioramaError} `invalid-request`, naming the setting.
 */
export function readOptions<T extends z.ZodObject>(
  schema: T,
  connection: Options,
  request: Options = {},
  ownersOnly: readonly string[] = [],
): z.output<T> {
  const changes = Object.entries(request).filter(([name]) => !ownersOnly.includes(name));
  const parsed = schema.safeParse({ ...connection, ...Object.fromEntries(changes) });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new DioramaError('invalid-request', `The setting "${field}" is not valid: ${issue?.message ?? ''}`, {
    details: { fields: [`options.${field}`] },
  });
}

/** A warning for each setting of a request that the engine does not have, or that is its owner's. */
export function unknownOptions(
  schema: z.ZodObject,
  request: Options,
  ownersOnly: readonly string[] = [],
): Warning[] {
  return Object.keys(request).flatMap((name): Warning[] => {
    if (!Object.hasOwn(schema.shape, name))
      return [{ code: 'option-ignored', message: `This engine has no setting "${name}".` }];
    if (!ownersOnly.includes(name)) return [];
    return [{ code: 'option-ignored', message: `"${name}" can only be set on the page Engines.` }];
  });
}

/** Quality under the names that every engine understands, in those that most services use. */
export const QUALITY_SYNONYMS: Readonly<Record<string, string>> = { draft: 'low', standard: 'medium' };
