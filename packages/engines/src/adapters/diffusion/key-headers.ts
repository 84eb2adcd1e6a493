import { DioramaError } from '@diorama/contracts';
import type { HttpFailure } from '../../kit/http/http.ts';

/**
 * Headers for programs that have no login of their own but stand behind a proxy that has one: `user:password` becomes
 * Basic, anything else Bearer.
 */
export function keyHeaders(key: string | null): Record<string, string> {
  if (key === null || key === '') return {};
  return {
    authorization: key.includes(':')
      ? `Basic ${Buffer.from(key, 'utf8').toString('base64')}`
      : `Bearer ${key}`,
  };
}

/**
 * A refused login, without the words of whoever refused it: they may repeat the header, in which the key stands in
 * another form. Null for every other failure.
 */
export function readLoginError({ status }: Pick<HttpFailure, 'status'>): DioramaError | null {
  if (status !== 401 && status !== 407) return null;
  return new DioramaError('key-refused', 'The server, or the proxy before it, does not accept the key.', {
    hint: 'Enter the user name and password as "user:password", or the token, on the page Engines.',
    details: { status },
  });
}
