import { DioramaError } from '@diorama/contracts';

/** Values unfold to many times their text; answers are long because of pictures, which are few and long values. */
const MAX_JSON_VALUES = 1_000_000;

/** @throws {DioramaError} `invalid-output` for JSON of more values than any answer has, before it is parsed. */
export function requireFewValues(bytes: Uint8Array, engineName: string): void {
  if (bytes.byteLength <= MAX_JSON_VALUES) return;
  let values = 0;
  for (const byte of bytes) if (byte === COMMA || byte === BRACKET || byte === BRACE) values += 1;
  if (values > MAX_JSON_VALUES)
    throw new DioramaError('invalid-output', `${engineName} answered with more than can be read.`);
}

const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;

/**
 * The text of a JSON body.
 *
 * @throws {DioramaError} `invalid-output`, see `requireFewValues`.
 */
export function jsonText(bytes: Uint8Array, engineName: string): string {
  requireFewValues(bytes, engineName);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
