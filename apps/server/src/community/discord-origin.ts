import { StartError } from '../config/start-error.ts';
import { DISCORD_ORIGIN } from './discord-sender.ts';

/**
 * Where messages for Discord are sent: `DIORAMA_DISCORD_ORIGIN` when a proxy takes them, else Discord.
 *
 * @throws {StartError} Exit code 2 when it is not an origin.
 */
export function readDiscordOrigin(env: Readonly<Record<string, string | undefined>>): string {
  const text = env.DIORAMA_DISCORD_ORIGIN;
  if (!text) return DISCORD_ORIGIN;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.username !== '' ||
    url.search !== ''
  )
    throw new StartError(
      'DIORAMA_DISCORD_ORIGIN is not an origin.',
      'Use an address like https://proxy.example without anything behind the host and port.',
      { exitCode: 2 },
    );
  return url.origin;
}
