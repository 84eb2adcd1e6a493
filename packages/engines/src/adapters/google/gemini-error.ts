import type { DioramaError } from '@diorama/contracts';
import type { HttpFailure } from '../../kit/http/http.ts';
import { saying, serviceWords } from '../shared/service-words.ts';

/**
 * What an error answer of the Gemini API means; null leaves it to the status.
 *
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting
 */
export function readGeminiError(failure: HttpFailure): DioramaError | null {
  const words = serviceWords(failure);
  const state = typeof words.body['status'] === 'string' ? words.body['status'] : '';
  const details = Array.isArray(words.body['details']) ? words.body['details'] : [];
  const { message } = words;
  if (
    /api key not valid|api_key_invalid/i.test(message) ||
    details.some((entry) => reasonOf(entry) === 'API_KEY_INVALID')
  )
    return saying('key-refused', 'Google does not accept the key.', words);
  switch (state) {
    case 'UNAUTHENTICATED':
    case 'PERMISSION_DENIED':
      return saying('key-refused', 'Google does not accept the key for this.', words);
    case 'NOT_FOUND':
      return saying('unknown-model', 'Google has no such model, or it was switched off.', words);
    case 'RESOURCE_EXHAUSTED': {
      // A limit of nothing does not pass with time: image models are not part of the free tier.
      if (hasNoAllowance(details) || /limit:\s*0\b|prepayment credits are depleted/i.test(message))
        return saying('no-credit', 'The account at Google has no allowance for this model.', words, {
          hint: 'Set up billing for the project of the key, or choose another model.',
        });
      const wait = retryDelayMs(details);
      return saying('rate-limited', 'Google has too many requests from this account.', words, {
        details: wait === null ? {} : { retryAfterMs: wait },
      });
    }
    case 'FAILED_PRECONDITION':
      return /billing/i.test(message)
        ? saying('no-credit', 'Google wants billing to be set up for this.', words)
        : saying('request-rejected', 'Google does not offer this to the account.', words);
    case 'INVALID_ARGUMENT':
      return saying('request-rejected', 'Google did not accept the request.', words);
    default:
      return null;
  }
}

function reasonOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'reason' in entry ? entry.reason : undefined;
}

/** Whether a quota that was exceeded is none at all (`google.rpc.QuotaFailure`). */
function hasNoAllowance(details: readonly unknown[]): boolean {
  return details.some((entry) => {
    if (typeof entry !== 'object' || entry === null || !('violations' in entry)) return false;
    const { violations } = entry;
    return Array.isArray(violations) && violations.some((violation) => violation?.quotaValue === '0');
  });
}

/** `retryDelay` of `google.rpc.RetryInfo`, "37s" or "1.5s". */
function retryDelayMs(details: readonly unknown[]): number | null {
  for (const entry of details) {
    if (typeof entry !== 'object' || entry === null || !('retryDelay' in entry)) continue;
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(String(entry.retryDelay))?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return null;
}
