import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogLevel } from '../config/read-config.ts';
import { describeError } from './describe-error.ts';
import type { KnownSecrets } from './known-secrets.ts';

export type { Logger } from 'pino';
export { withoutPaths } from './describe-error.ts';

/**
 * Structured log, one JSON object a line, on standard error.
 *
 * What is logged is chosen field by field where it is logged: codes, ids, counts and times. Prompts, file names, paths,
 * header values and image bytes are never handed over; errors are reduced by `describeError`.
 */
export function createLogger(
  level: LogLevel,
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: describeError } },
    stream,
  );
}

/** The same log with the keys in use taken out of everything that is handed to it. */
export function withoutSecrets(logger: Logger, secrets: KnownSecrets): Logger {
  return logger.child(
    {},
    {
      formatters: { log: (facts) => secrets.redactDeep(facts) },
      // Serializers run before the formatter sees their field, except that errors come as they are: clean them too.
      serializers: { error: (thrown: unknown) => secrets.redactDeep(describeError(thrown)) },
    },
  );
}
