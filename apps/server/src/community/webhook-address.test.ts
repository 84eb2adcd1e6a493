import fc from 'fast-check';
import { expect, it } from 'vitest';
import { executeUrl, parseWebhookAddress } from './webhook-address.ts';

const ID = '123456789012345678';
const TOKEN = 'a-Token_of-Discord_0123456789-abcdefghijklmnopqrstuvwxyzABCDEFGHIJ';

it.each([
  `https://discord.com/api/webhooks/${ID}/${TOKEN}`,
  `https://discordapp.com/api/webhooks/${ID}/${TOKEN}`,
  `https://ptb.discord.com/api/webhooks/${ID}/${TOKEN}`,
  `https://canary.discord.com/api/v10/webhooks/${ID}/${TOKEN}/`,
  `  https://discord.com/api/webhooks/${ID}/${TOKEN}?thread_id=${ID}  `,
])('takes %s', (text) => {
  expect(parseWebhookAddress(text)).toMatchObject({ id: ID, token: TOKEN });
});

it.each([
  `http://discord.com/api/webhooks/${ID}/${TOKEN}`,
  `https://discord.com.evil.test/api/webhooks/${ID}/${TOKEN}`,
  `https://evil-discord.com/api/webhooks/${ID}/${TOKEN}`,
  `https://evil.test/discord.com/api/webhooks/${ID}/${TOKEN}`,
  `https://user:pass@discord.com/api/webhooks/${ID}/${TOKEN}`,
  `https://discord.com@evil.test/api/webhooks/${ID}/${TOKEN}`,
  `https://discord.com:8443/api/webhooks/${ID}/${TOKEN}`,
  `https://127.0.0.1/api/webhooks/${ID}/${TOKEN}`,
  `https://discord.com/api/webhooks/${ID}/${TOKEN}/slack`,
  `https://discord.com/api/webhooks/${ID}/${TOKEN}/../../users/@me`,
  `https://discord.com/api/webhooks/${ID}/${TOKEN}?wait=false`,
  `https://discord.com/api/webhooks/${ID}`,
  `https://discord.com/api/webhooks/${ID}/short`,
  `https://discord.gg/abc`,
  'javascript:alert(1)',
  '',
])('refuses %s', (text) => {
  expect(parseWebhookAddress(text)).toBeNull();
});

it('never leads anywhere but to the webhooks of the given origin, whatever is entered', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()),
      (text) => {
        const address = parseWebhookAddress(text);
        if (address === null) return;
        expect(executeUrl(address, 'https://discord.com').href).toMatch(
          /^https:\/\/discord\.com\/api\/v10\/webhooks\//,
        );
      },
    ),
  );
  const address = parseWebhookAddress(
    `https://canary.discord.com/api/webhooks/${ID}/${TOKEN}?thread_id=${ID}`,
  )!;
  expect(executeUrl(address, 'http://127.0.0.1:9').href).toBe(
    `http://127.0.0.1:9/api/v10/webhooks/${ID}/${TOKEN}?wait=true&thread_id=${ID}`,
  );
});
