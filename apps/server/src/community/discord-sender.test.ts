import { DioramaError } from '@diorama/contracts';
import { type FakeDiscord, startFakeDiscord } from '@diorama/testkit/fake-discord';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discordForm } from './discord-message.ts';
import { DiscordSender } from './discord-sender.ts';
import { parseWebhookAddress, type WebhookAddress } from './webhook-address.ts';

let discord: FakeDiscord;
let webhook: WebhookAddress;
beforeEach(async () => {
  discord = await startFakeDiscord({ limit: 1_000 });
  webhook = parseWebhookAddress(discord.webhookUrl)!;
});
afterEach(() => discord.close());

const form = () =>
  discordForm({ message: 'hi', prompt: null, authorName: null, recipe: null }, new Uint8Array([1]));
const signal = new AbortController().signal;

/** Time passes only while somebody sleeps. */
function sleepingSender() {
  const slept: number[] = [];
  let nowMs = 0;
  const sender = new DiscordSender({
    origin: discord.origin,
    now: () => nowMs,
    sleep: async (ms, aborted) => {
      aborted.throwIfAborted();
      slept.push(ms);
      nowMs += ms;
    },
  });
  return { sender, slept };
}

async function errorOf(sending: Promise<unknown>): Promise<DioramaError> {
  const thrown: unknown = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(DioramaError);
  const error = thrown as DioramaError;
  // Nothing of the address may be in it, however deep.
  expect(JSON.stringify([error.message, error.hint, error.details, String(error.cause)])).not.toContain(
    webhook.token,
  );
  return error;
}

describe('a sender to Discord', () => {
  it('sends once and gives the id of the message', async () => {
    const { sender, slept } = sleepingSender();
    expect(await sender.send(webhook, form, { signal })).toBe(discord.messages[0]?.id);
    expect(slept).toEqual([]);
    expect(discord.requests[0]?.path).toMatch(/^\/api\/v10\/webhooks\//);
  });

  it('waits as long as Discord says, to the fraction of a second, and sends again', async () => {
    const { sender, slept } = sleepingSender();
    discord.rateLimitNext(1.5);
    discord.rateLimitNext(0.25);
    await sender.send(webhook, form, { signal });
    expect(slept).toEqual([1_500, 250]);
    expect(discord.messages).toHaveLength(1);
  });

  it('waits by the header where the answer is not of Discord itself', async () => {
    const { sender, slept } = sleepingSender();
    discord.inject('execute', {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '2' },
      text: '<html>',
    });
    discord.inject('execute', { kind: 'status', status: 429, text: 'error code: 1015' });
    await sender.send(webhook, form, { signal });
    expect(slept).toEqual([2_000, 5_000]);
  });

  it('gives up when that takes longer than half a minute, and says when to come again', async () => {
    const { sender } = sleepingSender();
    discord.rateLimitNext(20);
    discord.rateLimitNext(20);
    const error = await errorOf(sender.send(webhook, form, { signal }));
    expect(error.code).toBe('rate-limited');
    expect(error.details).toEqual({ retryAfterMs: 20_000 });
    expect(error.hint).toContain('20 seconds');
    expect(discord.messages).toHaveLength(0);
  });

  it('waits before a message that the limit would not let through', async () => {
    await discord.close();
    discord = await startFakeDiscord({ limit: 1, windowMs: 300 });
    const sender = new DiscordSender({ origin: discord.origin });
    for (let count = 0; count < 3; count += 1) await sender.send(webhook, form, { signal });
    expect(discord.messages).toHaveLength(3);
    // Never asked in vain.
    expect(discord.requests).toHaveLength(3);
  });

  it('sends one after the other', async () => {
    const sender = new DiscordSender({ origin: discord.origin });
    let atOnce = 0;
    let most = 0;
    const slowly = () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      return form();
    };
    discord.inject('execute', { kind: 'status', status: 404, json: {} });
    const sent = await Promise.allSettled(
      Array.from({ length: 5 }, async (_, index) => {
        // One that fails or gives up must not hold the others.
        const controller = new AbortController();
        if (index === 1) controller.abort();
        if (index > 1) sender.revive();
        try {
          await sender.send(webhook, slowly, { signal: controller.signal });
        } finally {
          if (index !== 1) atOnce -= 1;
          sender.revive();
        }
      }),
    );
    expect(most).toBe(1);
    expect(sent.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it.each([
    ['the webhook is gone', 404],
    ['its token is wrong', 401],
  ])('says so when %s, and asks no more', async (_, status) => {
    const { sender } = sleepingSender();
    discord.inject('execute', { kind: 'status', status, json: { message: 'Unknown Webhook', code: 10_015 } });
    for (let count = 0; count < 2; count += 1)
      expect(await errorOf(sender.send(webhook, form, { signal }))).toMatchObject({
        code: 'discord-refused',
        hint: expect.stringContaining('new one') as string,
      });
    expect(discord.requests).toHaveLength(1);
    sender.revive();
    await sender.send(webhook, form, { signal });
  });

  it.each([
    ['a failure of its own', { kind: 'status', status: 500, json: {} }],
    ['a connection that ends', { kind: 'reset', afterHandling: true }],
    ['an answer that is none', { kind: 'garbage', afterHandling: true }],
    ['an endless answer', { kind: 'oversize', bytes: 2 ** 20, afterHandling: true }],
  ] as const)('never sends again after %s: the message may be there', async (_, fault) => {
    const { sender } = sleepingSender();
    discord.inject('execute', fault);
    const notTaken: string[] = [];
    const error = await errorOf(
      sender.send(webhook, form, { signal, onNotTaken: async () => void notTaken.push('not taken') }),
    );
    expect(error.code).toBe('timed-out');
    expect(error.hint).toContain('channel');
    expect(discord.requests).toHaveLength(1);
    expect(notTaken).toEqual([]);
  });

  it('follows no redirect', async () => {
    const { sender } = sleepingSender();
    discord.inject('execute', { kind: 'redirect', location: `${discord.otherOrigin}/stolen`, status: 307 });
    expect((await errorOf(sender.send(webhook, form, { signal }))).code).toBe('discord-refused');
    expect(discord.requests.map(({ route }) => route)).toEqual(['execute']);
  });

  it('says that Discord cannot be reached', async () => {
    const { origin } = discord;
    await discord.close();
    const sender = new DiscordSender({ origin });
    expect(await errorOf(sender.send(webhook, form, { signal }))).toMatchObject({
      code: 'discord-refused',
      message: 'Discord cannot be reached from the server.',
    });
    discord = await startFakeDiscord();
  });

  it('sends nothing when whoever asked is gone before', async () => {
    const controller = new AbortController();
    const sender = new DiscordSender({ origin: discord.origin });
    discord.rateLimitNext(5);
    const sending = sender.send(webhook, form, { signal: controller.signal });
    await discord.waitForRequest('execute');
    controller.abort();
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    expect(discord.messages).toHaveLength(0);
  });
});
