import type { RecipeFile } from '@diorama/contracts';
import { Button, Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { useAction } from '../../ui/use-action.ts';
import { showCommunity } from '../community/community-route.ts';
import dialogClasses from '../community/Dialog.module.css';
import { DIALOG_LAYER } from '../community/dialog-layer.ts';
import { licenceWords } from '../community/licence-words.ts';
import { UserText } from '../community/UserText.tsx';
import classes from './ImportRecipeDialog.module.css';
import { PromptWithBlanks } from './PromptWithBlanks.tsx';
import { readRecipeFile } from './read-recipe-file.ts';
import { recipeSettingsInWords, roleName } from './recipe-words.ts';
import { importRecipe } from './recipes-state.ts';

/** Shows what a recipe file contains, and keeps it when one wants to. */
export function ImportRecipeDialog({ file, onClose }: { readonly file: File; readonly onClose: () => void }) {
  const [recipe, setRecipe] = useState<RecipeFile | null>(null);
  const reading = useAction();
  const saving = useAction();
  const { run: read } = reading;
  useEffect(() => {
    setRecipe(null);
    void read(async () => setRecipe(await readRecipeFile(file)));
  }, [file, read]);
  const keep = (content: RecipeFile) =>
    saving.run(async () => {
      const { id } = await importRecipe(content);
      onClose();
      showCommunity({ section: 'recipe', id });
    });
  return (
    <Dialog onClose={onClose} zIndex={DIALOG_LAYER} title="Import a recipe" size={560}>
      <div className={dialogClasses.form}>
        {reading.busy && <Loader size={20} color="gray" aria-label="Reading the file" />}
        <Fault error={reading.error} />
        {recipe && <Contents file={recipe} />}
        <Fault error={saving.error} />
        <div className={dialogClasses.end}>
          <Button onClick={onClose}>{recipe ? 'Cancel' : 'Close'}</Button>
          {recipe && (
            <Button
              variant="filled"
              color="amber"
              data-autofocus
              loading={saving.busy}
              onClick={() => void keep(recipe)}
            >
              Keep it
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Contents({ file }: { readonly file: RecipeFile }) {
  const { recipe, picture } = file;
  const brings = [
    ...recipe.references.map(
      ({ role, note, required }) =>
        `${required ? 'Needs' : 'Can take'} a picture as ${roleName(role).toLowerCase()}${note ? `: ${note}` : ''}`,
    ),
    ...recipeSettingsInWords(recipe.settings).map(({ name, value }) => `${name}: ${value}`),
  ];
  return (
    <>
      {picture && (
        <img
          className={classes.picture}
          src={`data:${picture.mediaType};base64,${picture.data}`}
          alt="What the recipe makes"
        />
      )}
      <div>
        <p className={classes.title}>
          <UserText>{recipe.title}</UserText>
        </p>
        <p className={dialogClasses.muted}>
          {recipe.author !== '' && (
            <>
              by <UserText>{recipe.author}</UserText> ·{' '}
            </>
          )}
          {licenceWords(recipe.licence).name}
        </p>
      </div>
      {recipe.description !== '' && (
        <p className={dialogClasses.text}>
          <UserText lines>{recipe.description}</UserText>
        </p>
      )}
      {recipe.prompt !== '' && <PromptWithBlanks content={recipe} values={{}} />}
      {brings.length > 0 && (
        <ul className={dialogClasses.list}>
          {brings.map((line) => (
            <li key={line}>
              <UserText>{line}</UserText>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
