import { DioramaError, type Warning } from '@diorama/contracts';
import type { z } from 'zod';

type Options = Readonly<Record<string, unknown>>;

/** A service's form has few settings; a body that has more faults than this is none of it. */
const ISSUES_SHOWN = 20;

/**
 * Settings of a connection, or of a request, that have a schema of their own.
 *
 * @throws {DioramaError} `invalid-request`, naming the first setting that does not fit; `details.issues` lists them all.
 */
export function parseOptions<T extends z.ZodType>(schema: T, options: Options): z.output<T> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, ISSUES_SHOWN)
    .map(({ path, message }) => ({ field: ['options', ...path].join('.'), message }));
  const [first] = parsed.error.issues;
  const name = first?.path.join('.') ?? '';
  throw new DioramaError(
    'invalid-request',
    `${name === '' ? 'The settings are not valid' : `The setting "${name}" is not valid`}: ${first?.message ?? ''}`,
    { details: { issues } },
  );
}

/**
 * The settings of a request on top of those of its connection, where both have the same schema.
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
  return parseOptions(schema, { ...connection, ...Object.fromEntries(changes) });
}

/** A warning for each setting of a request that the engine does not have, or that is its owner's. */
export function unknownOptions(
  schema: z.ZodObject,
  request: Options,
  ownersOnly: readonly string[] = [],
): Warning[] {
  return Object.keys(request).flatMap((name): Warning[] => {
    if (ownersOnly.includes(name))
      return [{ code: 'option-ignored', message: `"${name}" can only be set on the page Engines.` }];
    if (Object.hasOwn(schema.shape, name)) return [];
    return [{ code: 'option-ignored', message: `This engine has no setting "${name.slice(0, 60)}".` }];
  });
}

/** Settings that a connection has and a request has not, where each has a schema of its own. */
export function ownersOnlyOf(connection: z.ZodObject, request: z.ZodObject): string[] {
  return Object.keys(connection.shape).filter((name) => !Object.hasOwn(request.shape, name));
}

/** Quality under the names that every engine understands, in those that most services use. */
export const QUALITY_SYNONYMS: Readonly<Record<string, string>> = { draft: 'low', standard: 'medium' };
