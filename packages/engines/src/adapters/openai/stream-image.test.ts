import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import type { Http, HttpCall, HttpFailure } from '../../kit/http/http.ts';
import type { PreparedInput } from '../../kit/remote/adapter.ts';
import { modelOf } from './models.ts';
import { isStreamRefusal, streamImage } from './stream-image.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const JOB = {
  model: modelOf('gpt-image-2.5-flare'),
  prompt: 'a harbour',
  inputs: [] as PreparedInput[],
  size: { width: 1024, height: 1024 },
};

/** Runs a stream of the given events and writes down what happens, in order. */
async function stream(events: readonly (object | string)[], job = JOB) {
  const happened: string[] = [];
  const calls: HttpCall[] = [];
  const failures: HttpFailure[] = [];
  const http = {
    events: async function* (call: HttpCall) {
      calls.push(call);
      for (const event of events)
        yield { event: undefined, data: typeof event === 'string' ? event : JSON.stringify(event) };
    },
    failure: (failure: HttpFailure) => {
      failures.push(failure);
      return new DioramaError('engine-failed');
    },
  } as unknown as Http;
  const result = await streamImage(
    job,
    {
      http,
      onPreview: (image) => void happened.push(`preview ${textOf(image)}`),
      onProgress: ({ stage, fraction }) => void happened.push(`${stage} ${fraction.toFixed(2)}`),
    },
    { quality: 'medium', output_format: 'png' },
    2,
  ).catch((thrown: unknown) => thrown);
  return { result, happened, calls, failures };
}

const partial = (family: string, index: number) => ({
  type: `${family}.partial_image`,
  b64_json: base64(`draft ${index}`),
  partial_image_index: index,
});

describe('the stream of one image', () => {
  it.each(['image_generation', 'image_edit'])(
    'shows the drafts in their order, then gives the finished picture: %s',
    async (family) => {
      const { result, happened } = await stream([
        partial(family, 0),
        { type: 'keepalive' },
        'not JSON',
        partial(family, 1),
        {
          type: `${family}.completed`,
          b64_json: base64('finished'),
          usage: {
            input_tokens: 30,
            output_tokens: 70,
            input_tokens_details: { text_tokens: 10, image_tokens: 20 },
          },
        },
        partial(family, 2),
      ]);
      expect(happened).toEqual([
        'waiting 0.02',
        'preview draft 0',
        'generating 0.33',
        'preview draft 1',
        'generating 0.67',
      ]);
      expect(result).toMatchObject({ use: { textInput: 10, imageInput: 20, output: 70 } });
      expect(textOf((result as { image: Uint8Array }).image)).toBe('finished');
    },
  );

  it('is charged for once: it may only be repeated when it did not arrive', async () => {
    const { calls } = await stream([{ type: 'image_generation.completed', b64_json: base64('x') }]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: 'POST', effect: 'charged', url: '/images/generations' });
    expect(calls[0]!.timeouts!.firstByteMs).toBeGreaterThanOrEqual(600_000);
  });

  it('takes a whole answer for what it is', async () => {
    const { result, happened } = await stream([{ created: 1, data: [{ b64_json: base64('whole') }] }]);
    expect(textOf((result as { image: Uint8Array }).image)).toBe('whole');
    expect(result).toMatchObject({ use: null });
    expect(happened).toEqual(['waiting 0.02']);
  });

  it.each([
    [{ type: 'image_generation_user_error', code: 'moderation_blocked' }, 400],
    [{ type: 'requests', code: 'rate_limit_exceeded' }, 429],
    [{ type: 'server_error', code: null }, 500],
    ['something odd', 400],
  ])('reads an error in the stream as the answer that it stands for: %j', async (error, status) => {
    const { result, failures } = await stream([partial('image_edit', 0), { type: 'error', error }]);
    expect(result).toBeInstanceOf(DioramaError);
    expect(failures).toEqual([expect.objectContaining({ status, json: { error } })]);
  });

  it('does not take a draft for the picture when the stream ends early', async () => {
    const { result } = await stream([partial('image_edit', 0), '[DONE]']);
    expect(result).toMatchObject({ code: 'invalid-output' });
  });

  it('may be asked for again without a stream only when the stream was the reason', () => {
    const refusal = (param: string) => new DioramaError('request-rejected', 'x', { details: { param } });
    expect(isStreamRefusal(refusal('stream'))).toBe(true);
    expect(isStreamRefusal(refusal('partial_images'))).toBe(true);
    expect(isStreamRefusal(refusal('size'))).toBe(false);
    expect(isStreamRefusal(new DioramaError('timed-out', 'x', { details: { param: 'stream' } }))).toBe(false);
  });
});
