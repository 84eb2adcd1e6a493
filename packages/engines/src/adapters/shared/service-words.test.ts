import { DioramaError } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUsualError, serviceWords } from './service-words.ts';

const failure = (status: number, json: unknown) => ({
  status,
  headers: new Headers(),
  json,
  text: JSON.stringify(json) ?? '',
});
const codeOf = (status: number, json: unknown) =>
  readUsualError(failure(status, json), 'The server')?.code ?? null;

describe('the words of a service', () => {
  it.each([
    [{ error: { message: 'No such thing.', type: 'a', code: 'b' } }, 'No such thing.'],
    [{ error: 'No such thing.', code: 'b' }, 'No such thing.'],
    [{ message: 'No such thing.' }, 'No such thing.'],
    [{ detail: 'No such thing.' }, 'No such thing.'],
    [{ detail: [{ loc: ['body', 'size'], msg: 'No such thing.' }] }, 'No such thing.'],
    [{ errors: [{ message: 'No such thing.' }] }, 'No such thing.'],
    [[{ error: { message: 'No such thing.' } }], 'No such thing.'],
    ['No such thing.', 'No such thing.'],
  ])('are found in %j', (json, message) => {
    expect(serviceWords(failure(400, json)).message).toBe(message);
  });

  it('are plain text where the body is no JSON, but never a web page', () => {
    const plain = { status: 502, headers: new Headers(), json: undefined };
    expect(serviceWords({ ...plain, text: 'upstream\n  is away' }).message).toBe('upstream is away');
    expect(serviceWords({ ...plain, text: '<html><body>Bad gateway</body></html>' }).message).toBe('');
  });

  it.each([
    [400, { error: { code: 'moderation_blocked', message: 'x' } }, 'content-refused'],
    [
      400,
      { error: { code: 'moderation_blocked', moderation_details: { moderation_stage: 'output' } } },
      'output-withheld',
    ],
    [400, { error: { message: 'Rejected by our content filter.' } }, 'content-refused'],
    [429, { error: { code: 'insufficient_quota', message: 'x' } }, 'no-credit'],
    [403, { code: 'x', error: 'Your team has used all available credits.' }, 'no-credit'],
    [402, {}, 'no-credit'],
    [429, { error: { message: 'Slow down.' } }, null],
    [400, { error: 'Incorrect API key provided: xai-***.' }, 'key-refused'],
    [401, {}, 'key-refused'],
    [403, { error: { message: 'Your organization must be verified to use the model.' } }, 'key-refused'],
    [404, { error: { code: 'model_not_found', message: 'x' } }, 'unknown-model'],
    [404, { error: "The model 'x' does not exist." }, 'unknown-model'],
    [404, { detail: 'Not Found' }, null],
    [400, { error: { message: 'Invalid size.' } }, 'request-rejected'],
    [422, { detail: [{ msg: 'Invalid size.' }] }, 'request-rejected'],
    [500, { error: { message: 'The safety system is down.' } }, null],
  ])('%i %j means %s', (status, json, code) => {
    expect(codeOf(status, json)).toBe(code);
  });

  it('quote at most 200 characters of a service, and nothing about the prompt', () => {
    const long = readUsualError(failure(400, { error: { message: 'size '.repeat(200) } }), 'The server')!;
    expect(long.message.length).toBeLessThan(260);
    const about = readUsualError(
      failure(400, { error: { message: 'Invalid prompt: my secret scene', param: 'prompt' } }),
      'The server',
    )!;
    expect(about.message).not.toContain('secret');
  });

  it('never make the reader fail, whatever the body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.jsonValue(), (status, json) => {
        const error = readUsualError(failure(status, json), 'The server');
        expect(error === null || error instanceof DioramaError).toBe(true);
      }),
    );
  });

  it('stays short and calm over bodies that are not', () => {
    const open = (json: unknown) =>
      readUsualError({ status: 422, headers: new Headers(), json, text: '' }, 'X');
    const deep: unknown = JSON.parse(`${'['.repeat(30_000)}1${']'.repeat(30_000)}`);
    expect(open({ detail: deep })?.code).toBe('request-rejected');
    const many = {
      error: {
        code: 'moderation_blocked',
        message: 'no',
        param: 'p'.repeat(9_000),
        moderation_details: { categories: Array(5_000).fill('c'.repeat(500)) },
      },
    };
    const refusal = open(many);
    expect(refusal?.code).toBe('content-refused');
    expect(JSON.stringify([refusal?.message, refusal?.details]).length).toBeLessThan(2_500);
  });
});
