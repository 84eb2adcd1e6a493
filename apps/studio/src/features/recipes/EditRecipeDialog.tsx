import type { Recipe } from '@diorama/contracts';
import { useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { useAction } from '../../ui/use-action.ts';
import { DIALOG_LAYER } from '../community/dialog-layer.ts';
import { RecipeForm } from './RecipeForm.tsx';
import { updateRecipe } from './recipes-state.ts';

/** Changes a recipe of one's own; its picture stays. */
export function EditRecipeDialog({
  recipe,
  onClose,
}: {
  readonly recipe: Recipe;
  readonly onClose: () => void;
}) {
  const action = useAction();
  const [initial] = useState(() => ({ content: recipe.content, shared: recipe.shared }));
  return (
    <Dialog onClose={onClose} zIndex={DIALOG_LAYER} title="Edit the recipe" size={900}>
      <RecipeForm
        initial={initial}
        settings={initial.content.settings}
        action={action}
        onSave={({ content, shared }) =>
          void action
            .run(() => updateRecipe(recipe.id, { content, shared }))
            .then((saved) => saved && onClose())
        }
        onCancel={onClose}
      />
    </Dialog>
  );
}
