import { IconButton } from '../../ui/IconButton.tsx';
import { IconBookmarkPlus, IconNotebook } from '../../ui/icons.ts';
import { showCommunity } from '../community/community-route.ts';
import { openSavePanelAsRecipe } from './open-save-recipe.ts';
import classes from './PromptTools.module.css';

/** Beside the prompt: where others' words are, and how one's own are kept. */
export function PromptTools() {
  return (
    <span className={classes.tools}>
      <IconButton label="Recipes" size={22} onClick={() => showCommunity({ section: 'recipes' })}>
        <IconNotebook size={15} />
      </IconButton>
      <IconButton label="Save as recipe" size={22} onClick={openSavePanelAsRecipe}>
        <IconBookmarkPlus size={15} />
      </IconButton>
    </span>
  );
}
