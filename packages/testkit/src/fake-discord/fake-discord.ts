import type { Answer } from '../fake-engines/kit/answer.ts';
import { type FakeEngine, type RouteContext, startFakeServer } from '../fake-engines/kit/fake-server.ts';
import type { RecordedFile } from '../fake-engines/kit/recorded-request.ts';
import { type DiscordPayload, FILE_BYTES, readMessage, type ShapeErrors } from './message-shape.ts';

/** A message that arrived in the channel. */
export interface DiscordMessage {
  readonly id: string;
  readonly payload: DiscordPayload;
  readonly files: readonly RecordedFile[];
  /** Of the thread that it was sent to. */
  readonly threadId: string | null;
}

export interface FakeDiscordOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Messages that one webhook may send in `windowMs`. Default 5 in 2000, as Discord lets through at the time. */
  readonly limit?: number;
  readonly windowMs?: number;
}

/** A running fake of Discord's incoming webhooks. Its routes: `execute` and `get`. */
export interface FakeDiscord extends FakeEngine {
  /** What an owner copies out of Discord: an address of discord.com, not of this fake. */
  readonly webhookUrl: string;
  /** Messages in the channel, oldest first. */
  readonly messages: readonly DiscordMessage[];
  /** What was wrong with the messages that were refused, oldest first. */
  readonly refusals: readonly ShapeErrors[];
  /** Answers the next `times` (default 1) messages with 429 and this wait; fractions of seconds are allowed. */
  rateLimitNext(seconds: number, times?: number): void;
  /** Deletes the webhook, as somebody in the channel can at any time. */
  removeWebhook(): void;
}

const WEBHOOK_ID = '1040000000000000001';
const TOKEN = 'fake_Webhook-Token_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL';
const PATH = /^\/api(?:\/v\d+)?\/webhooks\/(?<id>\d+)\/(?<token>[\w-]+)$/;

/**
 * Starts a strict fake of Discord's webhooks, written from its developers documentation: it takes what Discord takes,
 * refuses what Discord refuses, and limits as Discord limits.
 */
export async function startFakeDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const limit = options.limit ?? 5;
  const windowMs = options.windowMs ?? 2_000;
  const messages: DiscordMessage[] = [];
  const refusals: ShapeErrors[] = [];
  const waits: number[] = [];
  let isThere = true;
  let window = { startMs: 0, used: 0 };

  function execute(context: RouteContext): Answer {
    const { request, params } = context;
    const unknown = refuseUnknown(params);
    if (unknown) return unknown;
    const asked = waits.shift();
    if (asked !== undefined) return tooMany(asked, limit);
    const now = Date.now();
    if (now - window.startMs >= windowMs) window = { startMs: now, used: 0 };
    const resetAfter = (window.startMs + windowMs - now) / 1_000;
    if (window.used >= limit) return tooMany(resetAfter, limit);
    window.used += 1;
    const headers = limitHeaders(limit, limit - window.used, resetAfter);

    const bytes = request.form?.files.reduce((sum, file) => sum + file.bytes.byteLength, 0) ?? 0;
    if (bytes > FILE_BYTES)
      return { status: 413, headers, json: { message: 'Request entity too large', code: 40_005 } };
    const read = readMessage(request.json, request.form);
    if ('errors' in read) return refuse(read.errors, headers);
    const { payload, files } = read;
    if (!payload.content?.trim() && (payload.embeds ?? []).length === 0 && files.length === 0)
      return { status: 400, headers, json: { message: 'Cannot send an empty message', code: 50_006 } };
    const message: DiscordMessage = {
      id: String(1_050_000_000_000_000_000n + BigInt(messages.length)),
      payload,
      files,
      threadId: request.query.get('thread_id'),
    };
    messages.push(message);
    if (request.query.get('wait') !== 'true') return { status: 204, headers, bytes: new Uint8Array(0) };
    return {
      headers,
      json: { id: message.id, type: 0, channel_id: '1030000000000000001', ...payload, attachments: [] },
    };
  }

  function refuseUnknown({ id, token }: RouteContext['params']): Answer | null {
    if (!isThere || id !== WEBHOOK_ID)
      return { status: 404, json: { message: 'Unknown Webhook', code: 10_015 } };
    if (token !== TOKEN) return { status: 401, json: { message: 'Invalid Webhook Token', code: 50_027 } };
    return null;
  }

  function refuse(errors: ShapeErrors, headers: Record<string, string>): Answer {
    refusals.push(errors);
    return { status: 400, headers, json: { message: 'Invalid Form Body', code: 50_035, errors } };
  }

  const server = await startFakeServer({
    ...(options.port === undefined ? {} : { port: options.port }),
    routes: [
      { name: 'execute', method: 'POST', path: PATH, handle: execute },
      {
        name: 'get',
        method: 'GET',
        path: PATH,
        handle: ({ params }) =>
          refuseUnknown(params) ?? { json: { id: WEBHOOK_ID, type: 1, name: 'Diorama', token: TOKEN } },
      },
    ],
    notFound: () => ({ status: 404, json: { message: '404: Not Found', code: 0 } }),
  });
  return Object.assign(server, {
    webhookUrl: `https://discord.com/api/webhooks/${WEBHOOK_ID}/${TOKEN}`,
    messages,
    refusals,
    rateLimitNext: (seconds: number, times = 1) => {
      for (let count = 0; count < times; count += 1) waits.push(seconds);
    },
    removeWebhook: () => {
      isThere = false;
    },
  });
}

function limitHeaders(limit: number, remaining: number, resetAfter: number): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': (Date.now() / 1_000 + resetAfter).toFixed(3),
    'x-ratelimit-reset-after': resetAfter.toFixed(3),
    'x-ratelimit-bucket': 'fake-webhook-bucket',
  };
}

/** The header is in whole seconds, the body exact. */
function tooMany(seconds: number, limit: number): Answer {
  return {
    status: 429,
    headers: {
      ...limitHeaders(limit, 0, seconds),
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': 'user',
    },
    json: { message: 'You are being rate limited.', retry_after: seconds, global: false },
  };
}
