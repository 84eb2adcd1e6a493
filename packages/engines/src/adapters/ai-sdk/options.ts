import { DioramaError, type Warning } from '@diorama/contracts';
import type { z } from 'zod';

type Options = Readonly<Record<string, unknown>>;

/**
 * The settings of a request on top of those of its connection.
 *
 * @throws {DioramaError} `invalid-request`, naming the setting.
 */
export function readOptions<T extends z.ZodObject>(
  schema: T,
  connection: Options,
  request: Options = {},
): z.output<T> {
  const parsed = schema.safeParse({ ...connection, ...request });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new DioramaError('invalid-request', `The setting "${field}" is not valid: ${issue?.message ?? ''}`, {
    details: { fields: [`options.${field}`] },
  });
}

/** A warning for each setting of a request that the engine does not have. */
export function unknownOptions(schema: z.ZodObject, request: Options): Warning[] {
  return Object.keys(request)
    .filter((name) => !Object.hasOwn(schema.shape, name))
    .map((name) => ({ code: 'option-ignored', message: `This engine has no setting "${name}".` }));
}

/** Quality under the names that every engine understands, in those that most services use. */
export const QUALITY_SYNONYMS: Readonly<Record<string, string>> = { draft: 'low', standard: 'medium' };
