import type { z } from 'zod';
import { DioramaError, type ErrorCode } from './error-codes.ts';
import { LIMITS } from './limits.ts';

/** Faults with a code of their own, so that every surface can say exactly what to do. The first that fits wins. */
const OWN_CODES: readonly { readonly field: RegExp; readonly kind?: string; readonly code: ErrorCode }[] = [
  { field: /^prompt$/, kind: 'too_big', code: 'prompt-too-long' },
  { field: /^references$/, kind: 'too_big', code: 'too-many-references' },
  { field: /^aspectRatio$/, code: 'invalid-aspect-ratio' },
  { field: /^size$/, code: 'invalid-size' },
  { field: /^canvas\.camera(\.|$)/, code: 'invalid-camera' },
];

/**
 * Validates outside input against a schema.
 *
 * @param code Of whatever is wrong; absent: `invalid-request`, or the field's own.
 * @throws {DioramaError} `details.issues` lists each field and its fault.
 */
export function parseRequest<T extends z.ZodType>(schema: T, input: unknown, code?: ErrorCode): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
    kind: issue.code,
  }));
  throw new DioramaError(code ?? codeOf(issues), messageOf(issues), {
    details: { issues: issues.map(({ field, message }) => ({ field, message })) },
  });
}

interface Issue {
  readonly field: string;
  readonly message: string;
  readonly kind: string;
}

function codeOf(issues: readonly Issue[]): ErrorCode {
  const first = issues[0];
  const own =
    first && OWN_CODES.find(({ field, kind }) => field.test(first.field) && (!kind || kind === first.kind));
  return own?.code ?? 'invalid-request';
}

function messageOf(issues: readonly Issue[]): string {
  const first = issues[0];
  if (!first) return 'The request is not valid.';
  if (first.field === 'prompt' && first.kind === 'too_big')
    return `The prompt has more than ${LIMITS.promptCharacters.toLocaleString('en')} characters.`;
  if (first.field === 'references' && first.kind === 'too_big')
    return `More than ${LIMITS.references} reference images were given.`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${first.field || 'body'}: ${first.message}${more}`;
}
