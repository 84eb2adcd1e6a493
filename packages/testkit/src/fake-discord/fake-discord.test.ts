import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDiscord, startFakeDiscord } from './index.ts';

let discord: FakeDiscord;
beforeEach(async () => {
  discord = await startFakeDiscord({ limit: 3, windowMs: 60_000 });
});
afterEach(() => discord.close());

const PICTURE = new File([new Uint8Array([1, 2, 3])], 'picture.webp', { type: 'image/webp' });

async function send(payload: object, files: Readonly<Record<string, File>> = {}, query = '?wait=true') {
  const form = new FormData();
  form.set('payload_json', JSON.stringify(payload));
  for (const [name, file] of Object.entries(files)) form.set(name, file);
  const { pathname } = new URL(discord.webhookUrl);
  return await fetch(`${discord.origin}${pathname}${query}`, { method: 'POST', body: form });
}

describe('the fake of Discord', () => {
  it('keeps a message with its file and answers it when it is waited for', async () => {
    const response = await send(
      {
        content: 'hello',
        embeds: [{ image: { url: 'attachment://picture.webp' } }],
        attachments: [{ id: 0, filename: 'picture.webp' }],
        allowed_mentions: { parse: [] },
      },
      { 'files[0]': PICTURE },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: discord.messages[0]?.id, content: 'hello' });
    expect(discord.messages[0]?.files[0]).toMatchObject({
      fileName: 'picture.webp',
      mediaType: 'image/webp',
    });
    expect((await send({ content: 'again' }, {}, '')).status).toBe(204);
  });

  it.each([
    ['a field that there is not', { contents: 'x' }, {}],
    ['too long a content', { content: 'x'.repeat(2_001) }, {}],
    ['too long a title', { embeds: [{ title: 'x'.repeat(257) }] }, {}],
    ['too long a description', { embeds: [{ description: 'x'.repeat(4_097) }] }, {}],
    ['eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }, {}],
    [
      'too much text in all embeds',
      { embeds: [{ description: 'x'.repeat(4_000) }, { description: 'x'.repeat(2_001) }] },
      {},
    ],
    [
      'a picture that is not there',
      { embeds: [{ image: { url: 'attachment://other.webp' } }] },
      { 'files[0]': PICTURE },
    ],
    ['an attachment without a file', { content: 'x', attachments: [{ id: 1 }] }, { 'files[0]': PICTURE }],
    ['a file of another name', { content: 'x' }, { file: PICTURE }],
    ['mentions that there are not', { content: 'x', allowed_mentions: { parse: ['all'] } }, {}],
    ['nothing', {}, {}],
  ])('refuses %s', async (_, payload, files) => {
    const response = await send(payload, files);
    expect(response.status).toBe(400);
    expect(discord.messages).toHaveLength(0);
  });

  it('says too many when it was told to, and when there were', async () => {
    discord.rateLimitNext(0.25);
    const first = await send({ content: 'x' });
    expect(first.status).toBe(429);
    expect(first.headers.get('retry-after')).toBe('1');
    expect(await first.json()).toMatchObject({ retry_after: 0.25, global: false });
    for (let count = 0; count < 3; count += 1) expect((await send({ content: 'x' })).status).toBe(200);
    expect((await send({ content: 'x' })).status).toBe(429);
    expect(discord.messages).toHaveLength(3);
  });

  it('knows one webhook, until that is removed', async () => {
    const wrong = await fetch(
      `${discord.origin}/api/webhooks/1040000000000000001/wrong_token_of_twenty_letters`,
      {
        method: 'POST',
      },
    );
    expect(wrong.status).toBe(401);
    discord.removeWebhook();
    expect((await send({ content: 'x' })).status).toBe(404);
  });
});
