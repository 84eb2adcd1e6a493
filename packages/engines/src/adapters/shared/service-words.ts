import { DioramaError, type ErrorCode } from '@diorama/contracts';
import type { HttpFailure } from '../../kit/http/http.ts';

/** What an error body says, whichever of the usual shapes it has. */
export interface ServiceWords {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  readonly param: string;
  /** The object that held the message. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Reads `{error: {message, type, code, param}}`, `{error: "text", code}`, `{message}`, `{detail}`, `{detail: [{msg}]}`,
 * `{errors: [...]}`, `[{error}]` and plain text.
 */
export function serviceWords({ json, text }: HttpFailure): ServiceWords {
  const outer = asRecord(Array.isArray(json) ? json[0] : json);
  const inner = asRecord(outer['error']);
  const body = Object.keys(inner).length > 0 ? inner : outer;
  const said = [inner['message'], outer['error'], outer['message'], outer['detail'], outer['errors'], json];
  const message = said.map((value) => sentenceOf(value)).find((sentence) => sentence !== '') ?? '';
  const plain = json === undefined && !/<\w/.test(text) ? text : '';
  return {
    message: (message || plain).replace(/\s+/g, ' ').trim(),
    type: wordOf(body['type']) || wordOf(outer['type']),
    code: wordOf(body['code']) || wordOf(outer['code']),
    param: wordOf(body['param']).slice(0, PARAM_CHARACTERS),
    body,
  };
}

/** Names of fields are short. */
const PARAM_CHARACTERS = 60;

/** Longest quotation of a service. */
const QUOTED_CHARACTERS = 200;

/** An error with the service's own sentence, shortened; `param` of the body goes into the details. */
export function saying(
  code: ErrorCode,
  message: string,
  words: ServiceWords,
  options: { readonly hint?: string; readonly details?: Record<string, unknown> } = {},
): DioramaError {
  // A message about the prompt is likely to repeat it.
  const quote = words.param === 'prompt' ? '' : shorten(words.message);
  return new DioramaError(code, quote === '' ? message : `${message} It says: ${quote}`, {
    ...(options.hint === undefined ? {} : { hint: options.hint }),
    details: { ...(words.param === '' ? {} : { param: words.param }), ...options.details },
  });
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS - 1)}…` : line;
}

const REFUSAL_CODES = new Set([
  'moderation_blocked',
  'content_policy_violation',
  'content_filter',
  'content_moderation',
  'safety_violation',
  'sexual_content',
]);
const REFUSAL_WORDS =
  /safety system|safety filter|content[ _-]?filter|content polic|usage polic|usage guidelines|content moderation|moderation (?:system|filter|block)|flagged (?:by|as|for)|nsfw/i;
const CREDIT_CODES = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'insufficient_funds',
  'insufficient_credits',
  'insufficient_balance',
  'quota_exceeded_for_billing',
]);
const CREDIT_WORDS =
  /insufficient (?:funds|credits?|balance|quota)|(?:no|any|out of|available) credits?\b|credit balance|spending limit|billing hard limit|payment required/i;
const KEY_CODES = new Set(['invalid_api_key', 'invalid_key', 'authentication_error', 'unauthorized']);
const KEY_WORDS =
  /(?:incorrect|invalid|missing|no) api[ -]?key|api[ -]?key (?:not valid|is invalid|provided)/i;
const MODEL_CODES = new Set(['model_not_found', 'model_not_available', 'unknown_model']);
const MODEL_WORDS =
  /model[^.]{0,120}(?:not found|does not exist|not exist|unknown|not supported|unavailable|no such)/i;

/**
 * What an error in the manner of the OpenAI API means; null leaves it to the status.
 *
 * @param name For messages: "OpenAI".
 */
export function readUsualError(failure: HttpFailure, name: string): DioramaError | null {
  const words = serviceWords(failure);
  const { status } = failure;
  const has = (codes: ReadonlySet<string>) => codes.has(words.code) || codes.has(words.type);
  const isRejection = status >= 400 && status < 500;
  if (has(REFUSAL_CODES) || (isRejection && status !== 429 && REFUSAL_WORDS.test(words.message)))
    return refusalOf(words, name);
  if (status === 402 || has(CREDIT_CODES) || (isRejection && CREDIT_WORDS.test(words.message)))
    return saying('no-credit', `There is no credit left at ${name}.`, words);
  if (status === 429) return null;
  if (status === 401 || has(KEY_CODES) || (isRejection && KEY_WORDS.test(words.message)))
    return saying('key-refused', `${name} does not accept the key.`, words);
  if (status === 403 && /verif/i.test(words.message))
    return saying('key-refused', `${name} wants the organisation of the key to be verified first.`, words, {
      hint: 'Verify the organisation in the account at the service, or choose another model.',
    });
  if (has(MODEL_CODES) || ((status === 404 || status === 400) && MODEL_WORDS.test(words.message)))
    return saying('unknown-model', `${name} has no such model, or the key may not use it.`, words);
  if (status === 400 || status === 422)
    return saying('request-rejected', `${name} did not accept the request.`, words);
  return null;
}

/** No service names more, and errors are kept. */
const CATEGORIES_SHOWN = 12;
const CATEGORY_CHARACTERS = 60;

/** A refusal, kept apart by the stage that the service names: before the picture was made, or after. */
function refusalOf(words: ServiceWords, name: string): DioramaError {
  const details = asRecord(words.body['moderation_details']);
  const categories = Array.isArray(details['categories'])
    ? details['categories'].filter((category) => typeof category === 'string')
    : /safety_violations=\[([^\]]*)\]/
        .exec(words.message)?.[1]
        ?.split(',')
        .map((category) => category.trim());
  const named = categories
    ?.slice(0, CATEGORIES_SHOWN)
    .map((category) => category.slice(0, CATEGORY_CHARACTERS));
  const because = named && named.length > 0 ? ` Reason: ${named.join(', ')}.` : '';
  const facts = named ? { categories: named } : {};
  if (details['moderation_stage'] === 'output')
    return new DioramaError('output-withheld', `${name} made a picture and withheld it.${because}`, {
      details: facts,
    });
  return new DioramaError('content-refused', `${name} refused the prompt or a picture.${because}`, {
    details: facts,
  });
}

/** Deeper than any service puts its sentence. */
const SENTENCE_DEPTH = 6;

function sentenceOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return depth < SENTENCE_DEPTH ? sentenceOf(value[0], depth + 1) : '';
  const record = asRecord(value);
  for (const name of ['message', 'msg', 'detail', 'title']) {
    const sentence = record[name];
    if (typeof sentence === 'string' && sentence !== '') return sentence;
  }
  return '';
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
