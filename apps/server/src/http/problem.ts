import { type DioramaError, ERRORS, type Problem } from '@diorama/contracts';

/** An error as RFC 9457 has it. Nothing of its cause leaves the server. */
export function toProblem(error: DioramaError, requestId: string): Problem {
  return {
    type: `urn:diorama:error:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
    hint: error.hint,
    requestId,
    ...(Object.keys(error.details).length === 0 ? {} : { details: { ...error.details } }),
  };
}

export function problemResponse(
  error: DioramaError,
  requestId: string,
  options: {
    readonly headers?: Record<string, string> | undefined;
    /** Has the last look at the text. */
    readonly redact?: (json: string) => string;
  } = {},
): Response {
  const text = JSON.stringify(toProblem(error, requestId));
  return new Response(options.redact?.(text) ?? text, {
    status: error.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(error.status === 429 || error.status === 503 ? { 'Retry-After': retryAfterOf(error) } : {}),
      ...options.headers,
    },
  });
}

/** Whole seconds. Whoever refused may know how long; else a little. */
function retryAfterOf({ details }: DioramaError): string {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === 'number' ? String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) : '5';
}
