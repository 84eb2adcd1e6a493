/** A fake of Discord's incoming webhooks for tests of sharing. */
export {
  type DiscordMessage,
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from './fake-discord.ts';
export type { DiscordEmbed, DiscordPayload, ShapeErrors } from './message-shape.ts';
