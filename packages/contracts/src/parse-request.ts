import type { z } from 'zod';
import { DioramaError, type ErrorCode } from './error-codes.ts';
import { LIMITS } from './limits.ts';

/** Fields whose failure has a code of its own, so that every surface can say exactly what to do. */
const CODE_BY_FIELD: Record<string, ErrorCode> = {
  prompt: 'prompt-too-long',
  references: 'too-many-references',
  aspectRatio: 'invalid-aspect-ratio',
  size: 'invalid-size',
  'canvas.camera': 'invalid-camera',
};

/**
 * Validates outside input against a schema.
 *
 * @throws {DioramaError} `invalid-request`, or the field's own code; `details.issues` lists each field and its fault.
 */
export function parseRequest<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
    kind: issue.code,
  }));
  throw new DioramaError(codeOf(issues), messageOf(issues), {
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
  if (!first) return 'invalid-request';
  const tooBig = first.kind === 'too_big';
  if (first.field === 'prompt' || first.field === 'references')
    return tooBig ? CODE_BY_FIELD[first.field]! : 'invalid-request';
  const field = Object.keys(CODE_BY_FIELD).find(
    (name) => first.field === name || first.field.startsWith(`${name}.`),
  );
  return field ? CODE_BY_FIELD[field]! : 'invalid-request';
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
