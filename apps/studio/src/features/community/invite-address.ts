const DISCORD_HOSTS = ['discord.gg', 'discord.com', 'discordapp.com'];

/** The invitation when it really leads to Discord; null for anything else, whoever stored it. */
export function inviteAddress(invite: string | null): string | null {
  if (invite === null) return null;
  try {
    const url = new URL(invite);
    return url.protocol === 'https:' && DISCORD_HOSTS.includes(url.hostname) ? url.href : null;
  } catch {
    return null;
  }
}
