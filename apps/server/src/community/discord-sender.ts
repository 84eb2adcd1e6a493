import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import { executeUrl, type WebhookAddress } from './webhook-address.ts';

/** Where webhooks are called unless the owner set another origin. */
export const DISCORD_ORIGIN = 'https://discord.com';

/** Tests give their own clock and Discord. */
export interface DiscordSenderOptions {
  /** Default `DISCORD_ORIGIN`. */
  readonly origin?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** A clock that nobody sets. Default `performance.now`. */
  readonly now?: () => number;
  /** Rejects as soon as the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How long somebody waits for their turn and for the limits of Discord, all together. */
const PATIENCE_MS = 30_000;
const ANSWER_WITHIN_MS = 30_000;
const ANSWER_BYTES = 256 * 1024;
/** Where Discord says "too many" and not for how long, as the proxies before it do. */
const UNKNOWN_WAIT_MS = 5_000;

const messageSchema = z.object({ id: z.string().regex(/^\d{1,25}$/) });
const limitedSchema = z.object({ retry_after: z.number().nonnegative() });

interface Line {
  /** The one after whom the next has their turn. */
  tail: Promise<void>;
  /** Who has their turn and who waits for it. */
  people: number;
  /** Discord takes nothing before this time. */
  notBeforeMs: number;
  /** Discord said that there is no such webhook. Asking again and again would close the whole address out. */
  isGone: boolean;
}

/**
 * Sends messages to incoming webhooks of Discord, one at a time for each, and never faster than Discord asks for.
 *
 * A message that may have arrived is never sent again: Discord cannot tell a repetition.
 */
export class DiscordSender {
  readonly #origin: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #now: () => number;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #lines = new Map<string, Line>();

  constructor(options: DiscordSenderOptions = {}) {
    this.#origin = options.origin ?? DISCORD_ORIGIN;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#now = options.now ?? (() => performance.now());
    this.#sleep = options.sleep ?? sleepUnlessAborted;
  }

  /**
   * @param form Made anew for each try: a body is read only once.
   * @param options.signal Ends the waiting. Once the message is on its way its fate is waited for.
   * @param options.onSending Called before each try: from here on the message may arrive.
   * @param options.onNotTaken Called when Discord has surely not taken that try.
   * @returns The id of the message.
   * @throws {DioramaError} `rate-limited` with `details.retryAfterMs`, `discord-refused`, `timed-out` when nobody
   *   knows whether it arrived, `canceled`. None of them has the address in it.
   */
  async send(
    webhook: WebhookAddress,
    form: () => FormData,
    options: {
      readonly signal: AbortSignal;
      readonly onSending?: () => Promise<void>;
      readonly onNotTaken?: () => Promise<void>;
    },
  ): Promise<string> {
    const line = this.#lineOf(webhook);
    const deadlineMs = this.#now() + PATIENCE_MS;
    const turn = Promise.withResolvers<void>();
    const before = line.tail;
    line.tail = before.then(() => turn.promise);
    line.people += 1;
    try {
      if (line.people > 1) await this.#waitForTurn(before, line, deadlineMs, options.signal);
      for (;;) {
        if (line.isGone) throw gone();
        await this.#waitForLimit(line, deadlineMs, options.signal);
        await options.onSending?.();
        const answer = await this.#try(webhook, form(), line);
        if (typeof answer === 'string') return answer;
        await options.onNotTaken?.();
        if (answer.error) throw answer.error;
      }
    } finally {
      line.people -= 1;
      turn.resolve();
    }
  }

  /** Asks again also where Discord said that there is no webhook: somebody has looked after it since. */
  revive(): void {
    for (const line of this.#lines.values()) line.isGone = false;
  }

  #lineOf({ id, token }: WebhookAddress): Line {
    const key = `${id}/${token}`;
    const known = this.#lines.get(key);
    if (known) return known;
    const line: Line = {
      tail: Promise.resolve(),
      people: 0,
      notBeforeMs: Number.NEGATIVE_INFINITY,
      isGone: false,
    };
    this.#lines.set(key, line);
    return line;
  }

  async #waitForTurn(
    before: Promise<void>,
    line: Line,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const giveUp = new AbortController();
    const patience = this.#sleep(
      Math.max(0, deadlineMs - this.#now()),
      AbortSignal.any([signal, giveUp.signal]),
    ).then(() => 'too-long' as const);
    patience.catch(() => {});
    try {
      const first = await Promise.race([before.then(() => 'turn' as const), patience]);
      if (first === 'too-long') throw limited(Math.max(line.notBeforeMs - this.#now(), UNKNOWN_WAIT_MS));
    } finally {
      giveUp.abort();
    }
  }

  async #waitForLimit(line: Line, deadlineMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const waitMs = line.notBeforeMs - this.#now();
    if (waitMs <= 0) return;
    if (this.#now() + waitMs > deadlineMs) throw limited(waitMs);
    await this.#sleep(waitMs, signal);
  }

  /** The id of the message, or what to do when Discord has surely not taken it: an error, or null to try again. */
  async #try(
    webhook: WebhookAddress,
    form: FormData,
    line: Line,
  ): Promise<string | { readonly error: DioramaError | null }> {
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(executeUrl(webhook, this.#origin), {
        method: 'POST',
        body: form,
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      text = await readText(response);
    } catch (thrown) {
      // Without the cause: its text may name the address.
      if (neverConnected(thrown))
        return {
          error: refused(
            'Discord cannot be reached from the server.',
            'Try again when the server is online.',
          ),
        };
      throw unknownOutcome();
    }
    this.#noteLimit(response, line);
    if (response.ok) {
      const message = messageSchema.safeParse(parseJson(text));
      if (message.success) return message.data.id;
      throw unknownOutcome();
    }
    if (response.status === 429) {
      line.notBeforeMs = Math.max(line.notBeforeMs, this.#now() + retryAfterMs(response, text));
      return { error: null };
    }
    if (response.status === 401 || response.status === 404) {
      line.isGone = true;
      return { error: gone() };
    }
    // What broke inside Discord may have broken after the message was there.
    if (response.status >= 500) throw unknownOutcome();
    if (response.status === 413)
      return { error: refused('The picture is too large for the channel.', 'Share a smaller one.') };
    return {
      error: refused(
        `Discord did not take the message (it answered ${response.status}).`,
        'Try it without your own words and the prompt. If that fails too, the owner of the server can check the webhook in the settings of the community.',
      ),
    };
  }

  /** The last one that the limit allows makes the next one wait. */
  #noteLimit({ headers }: Response, line: Line): void {
    if (headers.get('x-ratelimit-remaining') !== '0') return;
    const seconds = Number(headers.get('x-ratelimit-reset-after') ?? Number.NaN);
    if (Number.isFinite(seconds) && seconds > 0)
      line.notBeforeMs = Math.max(line.notBeforeMs, this.#now() + seconds * 1_000);
  }
}

/** The body is exact, the header in whole seconds; the proxies before Discord only send the header. */
function retryAfterMs({ headers }: Response, text: string): number {
  const inBody = limitedSchema.safeParse(parseJson(text)).data?.retry_after;
  const seconds = inBody ?? Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1_000) : UNKNOWN_WAIT_MS;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function neverConnected(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return (
    cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    NEVER_CONNECTED.has(cause.code)
  );
}

function refused(message: string, hint?: string): DioramaError {
  return new DioramaError('discord-refused', message, hint === undefined ? {} : { hint });
}

function gone(): DioramaError {
  return refused(
    'The webhook of the channel does not exist any more.',
    'The owner of the server can make a new one in Discord and enter it in the settings of the community.',
  );
}

function limited(waitMs: number): DioramaError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new DioramaError('rate-limited', 'The channel has had too many messages.', {
    hint: `Share it again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    details: { retryAfterMs: Math.max(1_000, Math.ceil(waitMs)) },
  });
}

function unknownOutcome(): DioramaError {
  return new DioramaError('timed-out', 'Discord did not say whether the message has arrived.', {
    hint: 'Look into the channel before you share it again.',
  });
}

async function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  await sleep(ms, undefined, { signal });
}
