import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { HttpCall } from '../../kit/http/http.ts';
import type { AdapterIo, AdapterJob } from '../../kit/remote/adapter.ts';
import type { TokenUse } from '../ai-sdk/token-cost.ts';

/** A stream is silent between its pictures, for minutes at the highest qualities. */
const STREAM_TIMEOUTS = { firstByteMs: 600_000, idleMs: 420_000, totalMs: 900_000 };

const usageSchema = z.object({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  input_tokens_details: z
    .object({ text_tokens: z.number().nullish(), image_tokens: z.number().nullish() })
    .nullish(),
});

const eventSchema = z.object({
  type: z.string().optional(),
  b64_json: z.string().optional(),
  partial_image_index: z.number().optional(),
  usage: usageSchema.nullish(),
  error: z.unknown().optional(),
  /** Of an answer that came whole, from a server that does not stream. */
  data: z.array(z.object({ b64_json: z.string() })).optional(),
});

const errorSchema = z
  .object({ type: z.string().catch(''), code: z.string().catch('') })
  .catch({ type: '', code: '' });

export interface StreamedImage {
  readonly image: Uint8Array;
  /** null: not reported. */
  readonly use: TokenUse | null;
}

/**
 * Makes one image and shows it on the way. Pictures that come before the finished one are for looking at only, and
 * fewer than asked may come.
 *
 * @param partials 1 to 3.
 * @throws {DioramaError} `request-rejected` with `details.param` `stream` or `partial_images` where the account or the
 *   server does not stream; that costs nothing.
 */
export async function streamImage(
  job: Pick<AdapterJob, 'model' | 'prompt' | 'inputs' | 'size'>,
  io: Pick<AdapterIo, 'http' | 'onPreview' | 'onProgress'>,
  fields: Readonly<Record<string, string>>,
  partials: number,
): Promise<StreamedImage> {
  io.onProgress({ stage: 'waiting', fraction: 0.02 });
  for await (const { data } of io.http.events(callFor(job, fields, partials))) {
    if (data === '[DONE]') break;
    const parsed = eventSchema.safeParse(parseJson(data));
    if (!parsed.success) continue;
    const event = parsed.data;
    if (event.error !== undefined && event.error !== null) throw failureOf(data, event.error, io);
    const whole = event.data?.[0]?.b64_json;
    if (whole !== undefined) return { image: decode(whole), use: tokenUse(event.usage) };
    if (event.b64_json === undefined) continue;
    if (event.type?.endsWith('.completed'))
      return { image: decode(event.b64_json), use: tokenUse(event.usage) };
    if (!event.type?.endsWith('.partial_image')) continue;
    const index = event.partial_image_index ?? 0;
    io.onPreview(decode(event.b64_json));
    io.onProgress({ stage: 'generating', fraction: Math.min(0.95, (index + 1) / (partials + 1)) });
  }
  throw new DioramaError('invalid-output', 'The stream ended before the picture was finished.', {
    hint: 'Try again. The picture may have been charged all the same.',
  });
}

function callFor(
  job: Pick<AdapterJob, 'model' | 'prompt' | 'inputs' | 'size'>,
  fields: Readonly<Record<string, string>>,
  partials: number,
): HttpCall {
  const size = `${job.size.width}x${job.size.height}`;
  const common = { method: 'POST', effect: 'charged', timeouts: STREAM_TIMEOUTS } as const;
  if (job.inputs.length === 0)
    return {
      ...common,
      url: '/images/generations',
      json: {
        model: job.model.id,
        prompt: job.prompt,
        n: 1,
        size,
        ...fields,
        stream: true,
        partial_images: partials,
      },
    };
  const form = new FormData();
  form.append('model', job.model.id);
  form.append('prompt', job.prompt);
  const name = job.inputs.length === 1 ? 'image' : 'image[]';
  for (const { bytes, mediaType, fileName } of job.inputs)
    form.append(name, new Blob([new Uint8Array(bytes)], { type: mediaType }), fileName);
  form.append('n', '1');
  form.append('size', size);
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('stream', 'true');
  form.append('partial_images', String(partials));
  return { ...common, url: '/images/edits', form };
}

/** Whether the same request without a stream may be sent: it was refused for the stream alone. */
export function isStreamRefusal(thrown: unknown): boolean {
  if (!(thrown instanceof DioramaError)) return false;
  if (thrown.code !== 'request-rejected' && thrown.code !== 'key-refused') return false;
  return thrown.details['param'] === 'stream' || thrown.details['param'] === 'partial_images';
}

/** An error in the stream has the body of an error answer, but no status of its own. */
function failureOf(text: string, error: unknown, io: Pick<AdapterIo, 'http'>): DioramaError {
  const { type, code } = errorSchema.parse(error);
  const kind = `${type} ${code}`;
  const status = /rate_limit/.test(kind) ? 429 : /server|unavailable|overloaded/.test(kind) ? 500 : 400;
  return io.http.failure({ status, headers: new Headers(), json: { error }, text });
}

function tokenUse(usage: z.output<typeof usageSchema> | null | undefined): TokenUse | null {
  if (!usage) return null;
  const imageInput = usage.input_tokens_details?.image_tokens ?? 0;
  const textInput = usage.input_tokens_details?.text_tokens ?? (usage.input_tokens ?? 0) - imageInput;
  return { textInput, imageInput, output: usage.output_tokens ?? 0 };
}

function decode(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
