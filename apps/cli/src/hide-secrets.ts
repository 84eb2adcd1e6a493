import { redact } from '@diorama/engines/redact';
import type { CommandIo, Io } from './io.ts';

/** The same streams without the keys that commands come to know. */
export function hideSecrets(io: Io): CommandIo {
  const secrets: string[] = [];
  return {
    ...io,
    stdout: (text) => io.stdout(redact(text, secrets)),
    stderr: (text) => io.stderr(redact(text, secrets)),
    hide: (secret) => void secrets.push(secret),
  };
}
