import { SaveRecipeDialog } from '../recipes/SaveRecipeDialog.tsx';
import { DiscordShareDialog } from './DiscordShareDialog.tsx';
import { useSharingDialog } from './open-publish.ts';
import { PublishDialog } from './PublishDialog.tsx';

/** What can be shared from anywhere: an image, or a recipe. */
export function CommunityDialogs() {
  const dialog = useSharingDialog((state) => state.dialog);
  switch (dialog?.kind) {
    case 'publish':
      return <PublishDialog key={dialog.generation} source={dialog} />;
    case 'discord':
      return <DiscordShareDialog key={dialog.generation} source={dialog} />;
    case 'save-recipe':
      return <SaveRecipeDialog from={dialog.from} />;
    case undefined:
      return null;
  }
}
