import { DioramaError } from '@diorama/contracts';
import { APICallError } from 'ai';
import { describe, expect, it } from 'vitest';
import type { Http, HttpFailure } from '../../kit/http/http.ts';
import { toServiceError } from './service-error.ts';

const seen: HttpFailure[] = [];
const http = {
  failure: (failure: HttpFailure) => {
    seen.push(failure);
    return new DioramaError('rate-limited');
  },
} as Pick<Http, 'failure'> as Http;
const CANARY = 'canary prompt and picture';
const apiError = (options: Partial<ConstructorParameters<typeof APICallError>[0]>) =>
  new APICallError({
    message: CANARY,
    url: 'http://127.0.0.1/v1',
    requestBodyValues: { prompt: CANARY },
    ...options,
  });

describe('what the SDK throws', () => {
  it("is the kit's own error when that lies behind it", () => {
    const own = new DioramaError('timed-out');
    expect(toServiceError(own, { http })).toBe(own);
    expect(toServiceError(new Error('a', { cause: new Error('b', { cause: own }) }), { http })).toBe(own);
    expect(toServiceError(apiError({ cause: own }), { http })).toBe(own);
  });

  it('is read as the answer that it stands for, with its headers', () => {
    const error = apiError({
      statusCode: 429,
      responseBody: '{"error":{"message":"slow"}}',
      responseHeaders: { 'retry-after': '3' },
    });
    expect(toServiceError(new Error('around it', { cause: error }), { http }).code).toBe('rate-limited');
    expect(seen.at(-1)).toMatchObject({ status: 429, json: { error: { message: 'slow' } } });
    expect(seen.at(-1)!.headers.get('retry-after')).toBe('3');
  });

  it('is a useless answer when the status was a success', () => {
    expect(toServiceError(apiError({ statusCode: 200, responseBody: '<html>' }), { http }).code).toBe(
      'invalid-output',
    );
  });

  it('never carries the prompt on', () => {
    for (const thrown of [apiError({ statusCode: 200 }), apiError({}), new Error(CANARY), CANARY, null]) {
      const error = toServiceError(thrown, { http });
      expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain(CANARY);
      expect(error.cause).toBeUndefined();
    }
  });
});
