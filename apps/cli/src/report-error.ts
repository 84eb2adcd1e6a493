import { DioramaError, ERRORS, toDioramaError } from '@diorama/contracts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';

/**
 * Says what went wrong and what to do, and gives the exit code. Never a stack or a path of this machine, unless
 * `--verbose` or DEBUG asks for it.
 *
 * @param json The command promised JSON: the error goes to stdout as one object as well.
 */
export function reportError(
  thrown: unknown,
  io: Io,
  { json, verbose }: { json: boolean; verbose: boolean },
): number {
  if (thrown instanceof UsageError) {
    io.stderr(`error: ${thrown.message}\nhint: ${thrown.hint}\n`);
    if (json)
      io.stdout(
        `${JSON.stringify({ error: { code: 'bad-usage', message: thrown.message, hint: thrown.hint } })}\n`,
      );
    return EXIT.usage;
  }
  const error = forTerminal(toDioramaError(thrown));
  if (error.code === 'canceled') {
    io.stderr('Canceled. No file was written.\n');
    if (json)
      io.stdout(
        `${JSON.stringify({ error: { code: error.code, message: error.message, hint: error.hint } })}\n`,
      );
    return EXIT.interrupted;
  }
  io.stderr(`error: ${error.message} [${error.code}]\nhint: ${error.hint}\n`);
  if (verbose) io.stderr(`${describe(thrown)}\n`);
  if (json)
    io.stdout(
      `${JSON.stringify({ error: { code: error.code, message: error.message, hint: error.hint } })}\n`,
    );
  return EXIT.failed;
}

/** A server's hint that speaks of its log and request ids says nothing here. */
function forTerminal(error: DioramaError): DioramaError {
  if (error.code !== 'internal' || error.hint !== ERRORS.internal.hint) return error;
  return new DioramaError('internal', error.message, {
    hint: 'Run it again with --verbose, which shows the details.',
    cause: error.cause,
  });
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${describe(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
