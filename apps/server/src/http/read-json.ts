import { DioramaError, LIMITS } from '@diorama/contracts';
import { requireShallow } from '../jobs/json-depth.ts';

/**
 * Reads a JSON body within the byte and depth limits; a declared length over the limit is refused before any byte is
 * read.
 *
 * The media type must say JSON: a form of another site can send `text/plain` without asking first.
 *
 * @param options.mayBeAbsent No body at all then counts as `{}`.
 * @throws {DioramaError} `invalid-json` or `file-too-large`.
 */
export async function readJsonBody(
  request: Request,
  options: { readonly mayBeAbsent: boolean } = { mayBeAbsent: false },
): Promise<unknown> {
  const mediaType = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (options.mayBeAbsent && mediaType === '') {
    const sent = await readBody(request, LIMITS.jsonBodyBytes);
    if (sent.byteLength === 0) return {};
  }
  if (mediaType !== 'application/json' && !mediaType.endsWith('+json'))
    throw new DioramaError('invalid-json', 'The Content-Type is not application/json.');
  const bytes = await readBody(request, LIMITS.jsonBodyBytes);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Without the cause: the parser's message quotes the body.
    throw new DioramaError('invalid-json');
  }
  requireShallow(json, LIMITS.jsonDepth, 'invalid-json');
  return json;
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  requireDeclaredLength(request, maxBytes);
  if (!request.body) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body) {
    total += chunk.byteLength;
    if (total > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws {DioramaError} `file-too-large` when the request announces more than `maxBytes`. */
export function requireDeclaredLength(request: Request, maxBytes: number): void {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
}

export function tooLarge(maxBytes: number): DioramaError {
  return new DioramaError('file-too-large', `More than ${Math.floor(maxBytes / 2 ** 20)} MB were sent.`, {
    details: { maxBytes },
  });
}
