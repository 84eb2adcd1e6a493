import { DioramaError } from '@diorama/contracts';

/** @throws {DioramaError} `invalid-request` for a header that is no key: ignoring it would lose its protection. */
export function readIdempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key');
  if (key === null) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new DioramaError('invalid-request', 'The Idempotency-Key is not valid.', {
      hint: 'Use 1 to 200 visible ASCII characters, for example a UUID.',
      details: { issues: [{ field: 'Idempotency-Key', message: '1 to 200 visible ASCII characters' }] },
    });
  return key;
}
