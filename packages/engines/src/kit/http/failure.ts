import { DioramaError, type ErrorCode } from '@diorama/contracts';
import type { HttpFailure } from './http.ts';
import { retryAfterMs } from './retry.ts';

const SAID_CHARACTERS = 200;

/** What an error answer means when the service's own words do not say more. */
export function failureByStatus(failure: HttpFailure, engineName: string, now: number): DioramaError {
  const { status } = failure;
  const wait = retryAfterMs(failure.headers, now);
  const said = saidBy(failure);
  const make = (code: ErrorCode, message: string, details: Record<string, unknown> = {}) =>
    new DioramaError(code, said === null ? message : `${message} It says: ${said}`, {
      details: { status, ...(wait === null ? {} : { retryAfterMs: wait }), ...details },
    });
  if (status === 401 || status === 403) return make('key-refused', `${engineName} does not accept the key.`);
  if (status === 402) return make('no-credit', `There is no credit left at ${engineName}.`);
  if (status === 408 || status === 504)
    return make('timed-out', `${engineName} ran out of time.`, { stage: 'first-byte', passing: true });
  if (status === 429) return make('rate-limited', `${engineName} has too many requests from this account.`);
  if (status === 413) return make('request-rejected', `The pictures are too large for ${engineName}.`);
  if (status >= 300 && status < 400)
    return new DioramaError(
      'engine-failed',
      `${engineName} answered with a redirect, which is not followed.`,
      {
        hint: 'Enter the address that it redirects to.',
        details: { status },
      },
    );
  if (status >= 500)
    return make('engine-failed', `${engineName} reported a failure of its own (${status}).`, {
      passing: true,
      // A service that names a time to come back has not begun.
      ...(status === 503 && wait !== null ? { arrived: false } : {}),
    });
  return make('request-rejected', `${engineName} did not accept the request (${status}).`);
}

/** The service's own sentence, where one can be found in the usual places; shortened, without line breaks and markup. */
function saidBy({ json, text }: HttpFailure): string | null {
  const found = findSentence(json) ?? (json === undefined && !/<\w/.test(text) ? text : null);
  const sentence = found?.replace(/\s+/g, ' ').trim();
  if (!sentence) return null;
  return sentence.length > SAID_CHARACTERS ? `${sentence.slice(0, SAID_CHARACTERS - 1)}…` : sentence;
}

/** Deeper than any service puts its sentence. */
const SENTENCE_DEPTH = 6;

function findSentence(json: unknown, depth = 0): string | null {
  if (typeof json === 'string') return json;
  if (typeof json !== 'object' || json === null || depth > SENTENCE_DEPTH) return null;
  if (Array.isArray(json)) return findSentence(json[0], depth + 1);
  const record = json as Record<string, unknown>;
  for (const name of ['message', 'detail', 'error', 'msg', 'title', 'errors']) {
    const value = record[name];
    if (value !== undefined && value !== null && value !== '') {
      const sentence = findSentence(value, depth + 1);
      if (sentence) return sentence;
    }
  }
  return null;
}
