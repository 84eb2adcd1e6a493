import type { CommunitySettings } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { IconBrandDiscord } from '../../ui/icons.ts';
import { inviteAddress } from './invite-address.ts';

/** The way to the server's Discord, when its owner has set one. */
export function DiscordInvite({ settings }: { readonly settings: CommunitySettings | undefined }) {
  const address = inviteAddress(settings?.discordInvite ?? null);
  if (!address) return null;
  return (
    <Button
      component="a"
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      size="xs"
      leftSection={<IconBrandDiscord size={16} />}
    >
      Join on Discord
    </Button>
  );
}
