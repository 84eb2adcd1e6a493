import { DioramaError } from '@diorama/contracts';
import type { AdapterIo } from '../../kit/remote/adapter.ts';

/** What the SDK's error for an answered call carries; other things are left where they are: they hold prompts and pictures. */
interface AnsweredCall {
  readonly statusCode: number;
  readonly responseBody?: unknown;
  readonly responseHeaders?: unknown;
}

/**
 * The error behind what the SDK threw: one of the kit's own that went through it, an answer that says no, or an
 * answer that was not understood.
 */
export function toServiceError(thrown: unknown, io: Pick<AdapterIo, 'http'>): DioramaError {
  for (const error of causes(thrown)) {
    if (error instanceof DioramaError) return error;
    if (!isAnsweredCall(error)) continue;
    if (error.statusCode >= 200 && error.statusCode < 300)
      return new DioramaError('invalid-output', 'The engine answered with something that was not expected.');
    const text = typeof error.responseBody === 'string' ? error.responseBody : '';
    return io.http.failure({
      status: error.statusCode,
      headers: headersOf(error.responseHeaders),
      json: parseJson(text),
      text,
    });
  }
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'AI_InvalidArgumentError' || name === 'AI_TypeValidationError')
    return new DioramaError('request-rejected', 'The engine does not know one of the settings.');
  if (name === 'AI_DownloadError')
    return new DioramaError(
      'invalid-output',
      'The picture could not be fetched from where the engine put it.',
    );
  return new DioramaError('engine-failed', 'The engine could not be used as expected.');
}

/** The error and what lies behind it, outermost first. */
function* causes(thrown: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  for (let error = thrown; error !== undefined && error !== null && !seen.has(error); ) {
    seen.add(error);
    yield error;
    error = error instanceof Error ? error.cause : undefined;
  }
}

function isAnsweredCall(error: unknown): error is Error & AnsweredCall {
  return (
    error instanceof Error &&
    error.name === 'AI_APICallError' &&
    'statusCode' in error &&
    typeof error.statusCode === 'number'
  );
}

function headersOf(headers: unknown): Headers {
  const plain = new Headers();
  if (typeof headers !== 'object' || headers === null) return plain;
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') plain.set(name, value);
  return plain;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
