/** Addresses that Discord gives out for incoming webhooks, the test versions of its app included. */
const HOSTS = /^(?:(?:ptb|canary)\.)?(?:discord\.com|discordapp\.com)$/;
const PATH = /^\/api(?:\/v\d{1,2})?\/webhooks\/(\d{15,22})\/([\w-]{20,200})\/?$/;

/** An incoming webhook, taken apart. The token is a secret: who has it can write into the channel. */
export interface WebhookAddress {
  readonly id: string;
  readonly token: string;
  /** Of a thread in the channel; null for the channel itself. */
  readonly threadId: string | null;
  /** The address as it was entered. */
  readonly url: string;
}

/** Null for everything that is not the https address of an incoming webhook at Discord. */
export function parseWebhookAddress(text: string): WebhookAddress | null {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  const path = PATH.exec(url.pathname);
  const threadId = url.searchParams.get('thread_id');
  const isPlain = url.username === '' && url.password === '' && url.port === '' && url.hash === '';
  const hasKnownQuery =
    [...url.searchParams.keys()].every((name) => name === 'thread_id') &&
    (threadId === null || /^\d{15,22}$/.test(threadId));
  if (url.protocol !== 'https:' || !HOSTS.test(url.hostname) || !isPlain || !hasKnownQuery || !path)
    return null;
  return { id: path[1]!, token: path[2]!, threadId, url: trimmed };
}

/**
 * Where a message for the webhook is sent. Built from the parts and never from the text that was entered.
 *
 * @param origin `https://discord.com`, or what stands in its place.
 */
export function executeUrl({ id, token, threadId }: WebhookAddress, origin: string): URL {
  const url = new URL(`/api/v10/webhooks/${id}/${token}`, origin);
  // With `wait` the answer says whether the message is there; without it Discord only says that it was received.
  url.searchParams.set('wait', 'true');
  if (threadId !== null) url.searchParams.set('thread_id', threadId);
  return url;
}
