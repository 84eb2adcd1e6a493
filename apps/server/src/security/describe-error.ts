import { DioramaError } from '@diorama/contracts';

export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Errors whose message quotes the input that caused them, which can be a prompt. */
const QUOTING = new Set(['SyntaxError', 'ZodError', 'URIError']);
const MAX_DEPTH = 4;

/** An error as the log may have it: without the folders of this machine and without quoted input. */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  const ours = thrown instanceof DioramaError;
  const quotes = QUOTING.has(thrown.name);
  return {
    name: thrown.name,
    ...(code === undefined ? {} : { code }),
    ...(quotes || ours ? {} : { message: withoutPaths(thrown.message).slice(0, 500) }),
    ...(thrown.stack === undefined ? {} : { stack: framesOf(thrown.stack) }),
    ...(thrown.cause === undefined || depth >= MAX_DEPTH
      ? {}
      : { cause: describeError(thrown.cause, depth + 1) }),
  };
}

/** Only the `at …` lines: the first lines of a stack repeat the message. */
function framesOf(stack: string): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return withoutPaths(
    frames
      .slice(0, 12)
      .map((line) => line.trim())
      .join(' | '),
  );
}

/** Replaces absolute paths and file URLs by their last segment. Quoted paths may contain spaces. */
export function withoutPaths(text: string): string {
  return text
    .replace(/(['"`])(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^'"`\n]*?([^'"`\n\\/]*)\1/g, '$1$2$1')
    .replace(/(?:file:\/\/\/?)?(?:\/|[A-Za-z]:[\\/])(?:[^\s'"`:()|]+[\\/])+([^\s'"`:()|\\/]*)/g, '$1');
}
