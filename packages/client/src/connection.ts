import { DioramaError, isErrorCode } from '@diorama/contracts';

/** Where the server is and how to reach it. */
export interface Connection {
  /** Without a slash at the end; empty for the page's own origin. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Sends a request and gives a successful answer.
 *
 * @throws {DioramaError} The server's own error, `network` when it cannot be reached, `canceled` when the signal
 * aborted.
 */
export async function send(connection: Connection, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await connection.fetch(`${connection.baseUrl}${path}`, init);
  } catch (thrown) {
    throw toTransportError(thrown, init.signal);
  }
  if (response.ok) return response;
  throw toServerError(response.status, await response.text().catch(() => ''));
}

/** What `fetch` or the reading of a body threw. */
export function toTransportError(thrown: unknown, signal?: AbortSignal | null): DioramaError {
  if (thrown instanceof DioramaError) return thrown;
  return new DioramaError(signal?.aborted ? 'canceled' : 'network', undefined, { cause: thrown });
}

/**
 * The error in an answer. Read leniently: an answer of a newer server or of a proxy must still say something useful.
 */
export function toServerError(status: number, body: string): DioramaError {
  const problem = parseObject(body);
  if (problem && isErrorCode(problem.code))
    return new DioramaError(problem.code, textOf(problem.detail) ?? textOf(problem.title), {
      ...(textOf(problem.hint) === undefined ? {} : { hint: textOf(problem.hint)! }),
      details: {
        ...(isObject(problem.details) ? problem.details : {}),
        ...(textOf(problem.requestId) === undefined ? {} : { requestId: problem.requestId }),
      },
    });
  // A proxy in front of a server that is not there.
  if (status === 502 || status === 503 || status === 504)
    return new DioramaError('network', undefined, { details: { status } });
  return new DioramaError('invalid-response', `The server answered with status ${status}.`, {
    details: { status },
  });
}

export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
