import type { Problem } from '@diorama/contracts';
import { listMetadata } from '@diorama/metadata';
import { type FakeDiscord, startFakeDiscord } from '@diorama/testkit/fake-discord';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestAccount } from '../__fixtures__/test-accounts.ts';
import { createGallery, type Gallery } from './__fixtures__/gallery.ts';

let discord: FakeDiscord;
let gallery: Gallery;
let mia: TestAccount;
const slept: number[] = [];
let clockMs = 0;
beforeAll(async () => {
  discord = await startFakeDiscord({ limit: 1_000 });
  gallery = await createGallery({
    reach: { publicUrl: 'https://diorama.test' },
    discord: {
      origin: discord.origin,
      now: () => clockMs,
      sleep: async (ms) => {
        slept.push(ms);
        clockMs += ms;
      },
    },
  });
  mia = await gallery.join('Mia');
});
afterAll(async () => {
  await gallery.close();
  await discord.close();
});
beforeEach(async () => {
  slept.length = 0;
  await gallery.set({ discordWebhookUrl: discord.webhookUrl, discordForMembers: true });
});

const share = (account: TestAccount, wanted: object, headers: Record<string, string> = {}) =>
  account.api('/community/discord', { json: wanted, headers });
const tokenOf = () => new URL(discord.webhookUrl).pathname.split('/').at(-1)!;

it('sends the picture with prompt, words and the link of the recipe, after Discord said to wait', async () => {
  const generation = await gallery.makeImage(mia, { prompt: 'a *red* chair' });
  const recipe = (await (
    await mia.api('/recipes', { json: { content: { title: 'Chairs', prompt: 'x' } } })
  ).json()) as { id: string };
  discord.rateLimitNext(0.5);
  const response = await share(mia, {
    generation: generation.id,
    message: 'Look @everyone',
    recipe: recipe.id,
  });
  expect(response.status).toBe(200);
  expect(slept).toEqual([500]);
  const [message] = discord.messages;
  expect(await response.json()).toEqual({ message: message?.id });
  expect(message?.payload).toEqual({
    content: 'Look @everyone',
    allowed_mentions: { parse: [] },
    attachments: [{ id: 0, filename: 'diorama.webp', description: 'a *red* chair' }],
    embeds: [
      {
        title: 'Recipe: Chairs',
        url: `https://diorama.test/#community/recipes/${recipe.id}`,
        description: 'a \\*red\\* chair',
        author: { name: 'Mia' },
        image: { url: 'attachment://diorama.webp' },
      },
    ],
  });
  const file = message!.files[0]!;
  expect(file).toMatchObject({ name: 'files[0]', fileName: 'diorama.webp', mediaType: 'image/webp' });
  expect((await sharp(file.bytes).metadata()).width).toBe(256);
  expect((await listMetadata(file.bytes)).map(({ kind }) => kind)).toEqual(['xmp']);
});

it('keeps the prompt to itself when it is not shared', async () => {
  const generation = await gallery.makeImage(mia, { prompt: 'canary-prompt' });
  await share(mia, { generation: generation.id, sharePrompt: false });
  expect(JSON.stringify(discord.messages.at(-1)?.payload)).not.toContain('canary-prompt');
});

it('sends once for one Idempotency-Key, also when two come at once', async () => {
  const generation = await gallery.makeImage(mia);
  const headers = { 'idempotency-key': 'share-once' };
  const before = discord.messages.length;
  const answers = await Promise.all(
    Array.from({ length: 3 }, () => share(mia, { generation: generation.id }, headers)),
  );
  const late = await share(mia, { generation: generation.id }, headers);
  const messages = await Promise.all([...answers, late].map(async (answer) => await answer.json()));
  expect(new Set(messages.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(discord.messages).toHaveLength(before + 1);
  const other = await share(mia, { generation: generation.id, message: 'other' }, headers);
  expect(((await other.json()) as Problem).code).toBe('idempotency-conflict');
});

it('may be tried again with the same key when Discord has surely not taken it, and not when it may have', async () => {
  const generation = await gallery.makeImage(mia);
  const headers = { 'idempotency-key': 'share-retry' };
  discord.inject('execute', { kind: 'status', status: 400, json: {} });
  expect((await share(mia, { generation: generation.id }, headers)).status).toBe(502);
  const before = discord.messages.length;
  discord.inject('execute', { kind: 'reset', afterHandling: true });
  expect((await share(mia, { generation: generation.id }, headers)).status).toBe(504);
  const again = await share(mia, { generation: generation.id }, headers);
  expect(again.status).toBe(504);
  expect(((await again.json()) as Problem).hint).toContain('channel');
  expect(discord.messages).toHaveLength(before + 1);
});

it('says when to come again', async () => {
  const generation = await gallery.makeImage(mia);
  discord.rateLimitNext(45);
  const response = await share(mia, { generation: generation.id });
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 45_000 } });
  clockMs += 45_000;
});

it('is for images of one’s own and for those who may', async () => {
  const generation = await gallery.makeImage(mia);
  expect((await share(gallery.owner, { generation: generation.id })).status).toBe(404);
  expect((await share(mia, { generation: generation.id, recipe: 'starter-none' })).status).toBe(404);
  await gallery.set({ discordForMembers: false });
  expect((await share(mia, { generation: generation.id })).status).toBe(403);
  const own = await gallery.makeImage(gallery.owner);
  expect((await share(gallery.owner, { generation: own.id })).status).toBe(200);
  await gallery.set({ discordWebhookUrl: null });
  const without = await share(gallery.owner, { generation: own.id });
  expect(((await without.json()) as Problem).code).toBe('conflict');
});

it('takes the address of a webhook and never gives it out again', async () => {
  for (const discordWebhookUrl of [
    'https://evil.test/api/webhooks/1/2',
    'http://discord.com/api/webhooks/123456789012345678/abcdefghijklmnopqrstuvwxyz',
    'nothing',
  ]) {
    const refused = await gallery.owner.api('/community/settings', {
      method: 'PATCH',
      json: { discordWebhookUrl },
    });
    expect(((await refused.json()) as Problem).code).toBe('invalid-request');
  }
  const settings = await (await gallery.owner.api('/community/settings')).text();
  expect(JSON.parse(settings)).toMatchObject({ discordWebhook: true });
  const generation = await gallery.makeImage(mia, { prompt: `a chair ${tokenOf()}` });
  const answers = [settings, await (await gallery.owner.api('/audit')).text()];
  for (const status of [404, 400, 500]) {
    discord.inject('execute', {
      kind: 'status',
      status,
      json: { message: tokenOf(), url: discord.webhookUrl },
    });
    const response = await share(mia, { generation: generation.id, message: discord.webhookUrl });
    expect(response.status).toBeGreaterThanOrEqual(500);
    answers.push(await response.text());
    await gallery.set({ discordWebhookUrl: discord.webhookUrl });
  }
  answers.push(await (await mia.api(`/generations/${generation.id}`)).text());
  for (const text of [...answers, ...gallery.logged]) expect(text.includes(tokenOf())).toBe(false);
  const stored = await gallery.db.selectFrom('settings').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(tokenOf());
});
