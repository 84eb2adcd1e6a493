import { startFakeDiscord } from '@diorama/testkit/fake-discord';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { discordForm, discordPayload } from './discord-message.ts';

it('fits into what Discord takes, whatever is written', async () => {
  const discord = await startFakeDiscord({ limit: 10_000, windowMs: 60_000 });
  const { pathname } = new URL(discord.webhookUrl);
  const long = fc.string({ unit: 'grapheme', maxLength: 5_000, size: 'max' });
  const marked = fc.stringMatching(/^[*_`[\]()]{0,4000}$/);
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          message: fc.oneof(fc.constant(''), long),
          prompt: fc.oneof(fc.constant(null), long, marked),
          authorName: fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 300 })),
          recipe: fc.oneof(
            fc.constant(null),
            fc.record({
              title: long,
              url: fc.constantFrom(null, 'https://diorama.test/#community/recipes/a'),
            }),
          ),
        }),
        async (share) => {
          const response = await fetch(`${discord.origin}${pathname}?wait=true`, {
            method: 'POST',
            body: discordForm(share, new Uint8Array([1, 2, 3])),
          });
          expect(response.status, JSON.stringify(discord.refusals.at(-1))).toBe(200);
        },
      ),
      { numRuns: 40 },
    );
  } finally {
    await discord.close();
  }
});

it('calls for nobody and makes no link out of a prompt', () => {
  const payload = JSON.stringify(
    discordPayload({
      message: '@everyone look',
      prompt: '[free money](https://evil.test) <@123> **bold**',
      authorName: 'Mia',
      recipe: null,
    }),
  );
  expect(JSON.parse(payload)).toMatchObject({
    content: '@everyone look',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        description: '\\[free money\\]\\(https\\://evil.test\\) \\<\\@123\\> \\*\\*bold\\*\\*',
        author: { name: 'Mia' },
        image: { url: 'attachment://diorama.webp' },
      },
    ],
  });
});
