import { DioramaError, type Recipe, type RecipeVariable } from '@diorama/contracts';
import { Button, Menu, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconArrowLeft,
  IconDots,
  IconDownload,
  IconNotebook,
  IconPencil,
  IconSparkles,
  IconTrash,
} from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { showCommunity } from '../community/community-route.ts';
import dialogClasses from '../community/Dialog.module.css';
import { DIALOG_LAYER } from '../community/dialog-layer.ts';
import { LoadFault } from '../community/LoadFault.tsx';
import { licenceWords } from '../community/licence-words.ts';
import { pictureUrl } from '../community/picture-url.ts';
import { UserText } from '../community/UserText.tsx';
import { useCommunityViewer } from '../community/use-community-viewer.ts';
import { ImageSlot } from '../generate/ImageSlot.tsx';
import type { SlotIndex } from '../generate/panel-store.ts';
import { EditRecipeDialog } from './EditRecipeDialog.tsx';
import { PromptWithBlanks } from './PromptWithBlanks.tsx';
import classes from './RecipeView.module.css';
import { showRecipes } from './recipe-browser-state.ts';
import type { BlankValues } from './recipe-panel.ts';
import { recipeSettingsInWords, roleName, sourceName } from './recipe-words.ts';
import { deleteRecipe, recipeFileUrl, updateRecipe, useRecipe } from './recipes-state.ts';
import { RecipeTrialProvider, useRecipeTrial } from './TryRecipe.tsx';

const PICTURE_PX = 960;

/** One recipe: what it makes, its blanks to fill in, and the way to try it. */
export function RecipeView({ id }: { readonly id: string }) {
  const { data: recipe, error, isPending, refetch } = useRecipe(id);
  if (isPending)
    return (
      <div className={classes.loading} role="status" aria-label="Loading the recipe">
        <Skeleton height={360} />
        <Skeleton height={360} />
      </div>
    );
  if (!recipe)
    return (
      <div className={classes.gone}>
        {error instanceof DioramaError && error.code === 'not-found' ? (
          <EmptyNote
            icon={<IconNotebook size={20} />}
            title="This recipe is not here any more"
            action={<Button onClick={() => showRecipes()}>Go to the recipes</Button>}
          >
            It may have been deleted, or is not shared any more.
          </EmptyNote>
        ) : (
          <LoadFault title="The recipe could not be loaded" error={error} onRetry={() => void refetch()} />
        )}
      </div>
    );
  return (
    <RecipeTrialProvider>
      <LoadedRecipe recipe={recipe} />
    </RecipeTrialProvider>
  );
}

function LoadedRecipe({ recipe }: { readonly recipe: Recipe }) {
  const { content } = recipe;
  const [values, setValues] = useState<BlankValues>({});
  const { signedIn } = useCommunityViewer();
  const source = recipe.pictureUrl === null ? undefined : pictureUrl(recipe.pictureUrl, PICTURE_PX);
  const settings = recipeSettingsInWords(content.settings);
  return (
    <div className={`${classes.page} scroll`}>
      <div className={classes.inner}>
        <div className={classes.left}>
          <Button
            size="xs"
            className={classes.back ?? ''}
            leftSection={<IconArrowLeft size={15} />}
            onClick={() => showCommunity({ section: 'recipes' })}
          >
            Recipes
          </Button>
          {source && <img className={classes.picture} src={source} alt={`What “${content.title}” makes`} />}
          <Part title="Licence">
            <p className={classes.muted}>
              {licenceWords(content.licence).name}. {licenceWords(content.licence).allows}
            </p>
          </Part>
        </div>
        <div className={classes.right}>
          <header>
            <h2 className={classes.title}>
              <UserText>{content.title}</UserText>
            </h2>
            <p className={classes.muted}>
              {sourceName(recipe)}
              {recipe.source !== 'starter' && content.author !== '' && (
                <>
                  {' · by '}
                  <UserText>{content.author}</UserText>
                </>
              )}
              {recipe.mine && (recipe.shared ? ' · shared with everyone here' : ' · only you see it')}
            </p>
          </header>
          {content.description !== '' && (
            <p className={classes.text}>
              <UserText lines>{content.description}</UserText>
            </p>
          )}
          {content.prompt !== '' && <PromptWithBlanks content={content} values={values} />}
          {content.negativePrompt !== '' && (
            <p className={classes.muted}>
              Not in the picture: <UserText>{content.negativePrompt}</UserText>
            </p>
          )}
          {content.variables.map((variable) => (
            <Blank
              key={variable.name}
              variable={variable}
              value={values[variable.name]}
              onChange={(value) => setValues((before) => ({ ...before, [variable.name]: value }))}
            />
          ))}
          {signedIn && content.references.length > 0 && <References recipe={recipe} />}
          <Actions recipe={recipe} values={values} />
          <Part title="Sets">
            <dl className={classes.facts}>
              {settings.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <UserText>{value}</UserText>
                  </dd>
                </div>
              ))}
            </dl>
            <p className={classes.muted}>Everything else stays as you have it.</p>
          </Part>
          {content.tags.length > 0 && (
            <ul className={classes.tags} aria-label="Tags">
              {content.tags.map((tag) => (
                <li key={tag}>
                  <UnstyledButton className={classes.tag ?? ''} onClick={() => showRecipes({ tag })}>
                    <UserText>{tag}</UserText>
                  </UnstyledButton>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </div>
  );
}

function Blank(props: {
  readonly variable: RecipeVariable;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { variable, value, onChange } = props;
  const current = value?.trim() || variable.default;
  return (
    <div className={classes.blank}>
      <TextInput
        label={<UserText>{variable.label}</UserText>}
        placeholder={variable.default}
        maxLength={200}
        dir="auto"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {variable.options.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset does not wrap its content in every browser
        <div className={classes.options} role="group" aria-label={`Suggestions: ${variable.label}`}>
          {variable.options.map((option) => (
            <UnstyledButton
              key={option}
              className={classes.option ?? ''}
              aria-pressed={option === current}
              onClick={() => onChange(option)}
            >
              <UserText>{option}</UserText>
            </UnstyledButton>
          ))}
        </div>
      )}
    </div>
  );
}

function References({ recipe }: { readonly recipe: Recipe }) {
  return (
    <Part title="Reference images">
      <div className={classes.references}>
        {recipe.content.references.map(({ role, note, required }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the slots have no identity but their place
          <div key={index} className={classes.reference}>
            <ImageSlot index={index as SlotIndex} guessedRole={role} />
            <p className={classes.muted}>
              <strong>{roleName(role)}</strong>
              {required ? ', needed' : ', if you like'}
              {note !== '' && (
                <>
                  : <UserText>{note}</UserText>
                </>
              )}
            </p>
          </div>
        ))}
      </div>
    </Part>
  );
}

function Actions({ recipe, values }: { readonly recipe: Recipe; readonly values: BlankValues }) {
  const { isOwner, isSignedOut } = useCommunityViewer();
  const trial = useRecipeTrial();
  const line = trial?.outlookOf(recipe, values).line ?? '';
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const sharing = useAction();
  const mayDelete = recipe.mine || (isOwner && recipe.source === 'shared');
  return (
    <div>
      <div className={classes.actions}>
        {trial && (
          <>
            <Button
              variant="filled"
              color="amber"
              leftSection={<IconSparkles size={16} />}
              aria-describedby="try-line"
              onClick={() => trial.tryOut(recipe, values)}
            >
              Try on my scene
            </Button>
            <Button onClick={() => trial.use(recipe, values)}>Use in the panel</Button>
          </>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <IconButton label="More about this recipe">
              <IconDots size={18} />
            </IconButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              component="a"
              href={recipeFileUrl(recipe.id)}
              download
              leftSection={<IconDownload size={15} />}
            >
              Export as a file
            </Menu.Item>
            {recipe.mine && (
              <>
                <Menu.Item
                  disabled={sharing.busy}
                  onClick={() => void sharing.run(() => updateRecipe(recipe.id, { shared: !recipe.shared }))}
                >
                  {recipe.shared ? 'Share no more' : 'Share with everyone here'}
                </Menu.Item>
                <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setDialog('edit')}>
                  Edit
                </Menu.Item>
              </>
            )}
            {mayDelete && (
              <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => setDialog('delete')}>
                Delete
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </div>
      {line !== '' && (
        <p id="try-line" className={classes.muted} aria-live="polite">
          {line}
        </p>
      )}
      {isSignedOut && <p className={classes.muted}>Sign in to try it on a scene of yours.</p>}
      <Fault error={sharing.error} />
      {dialog === 'edit' && <EditRecipeDialog recipe={recipe} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteDialog recipe={recipe} onClose={() => setDialog(null)} />}
    </div>
  );
}

function DeleteDialog({ recipe, onClose }: { readonly recipe: Recipe; readonly onClose: () => void }) {
  const action = useAction();
  const confirm = async () => {
    if (!(await action.run(() => deleteRecipe(recipe.id)))) return;
    onClose();
    showRecipes();
  };
  return (
    <Dialog onClose={onClose} zIndex={DIALOG_LAYER} title="Delete the recipe" size={420}>
      <div className={dialogClasses.form}>
        <p className={dialogClasses.text}>
          Delete “<UserText>{recipe.content.title}</UserText>”? This cannot be undone
          {recipe.shared ? ', and nobody here can use it any more' : ''}. Images that were made with it stay.
        </p>
        <Fault error={action.error} />
        <div className={dialogClasses.end}>
          <Button data-autofocus onClick={onClose}>
            Keep it
          </Button>
          <Button color="red" variant="outline" loading={action.busy} onClick={() => void confirm()}>
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3 className={classes.heading}>{title}</h3>
      {children}
    </section>
  );
}
