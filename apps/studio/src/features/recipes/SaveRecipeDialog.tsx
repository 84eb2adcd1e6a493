import { type Generation, type Output, toDioramaError } from '@diorama/contracts';
import { Checkbox, Loader } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useGeneration } from '../../app/server-state.ts';
import { useView } from '../../app/view-store.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { useSession } from '../account/session-state.ts';
import { showCommunity } from '../community/community-route.ts';
import { DIALOG_LAYER } from '../community/dialog-layer.ts';
import { ImagePreview } from '../community/ImagePreview.tsx';
import { closeSharingDialog, type ImageOfGeneration } from '../community/open-publish.ts';
import { suggestTags, suggestTitle } from '../community/suggest-words.ts';
import { usePanel } from '../generate/panel-store.ts';
import { useReadiness } from '../generate/use-readiness.ts';
import { RecipeForm, type RecipeFormValue } from './RecipeForm.tsx';
import { draftOfPanel, draftOfRequest, type RecipeDraft } from './recipe-draft.ts';
import { createRecipe } from './recipes-state.ts';

/** Keeps what an image was made from, or the panel as it is, as a recipe. */
export function SaveRecipeDialog({ from }: { readonly from: ImageOfGeneration | null }) {
  return (
    <Dialog onClose={closeSharingDialog} zIndex={DIALOG_LAYER} title="Save as recipe" size={900}>
      {from ? <OfImage from={from} /> : <OfPanel />}
    </Dialog>
  );
}

interface Picture {
  readonly generation: Generation;
  readonly image: number;
  readonly output: Output;
}

function OfPanel() {
  const { choice } = useReadiness();
  const stage = useView((state) => state.stage);
  const draft = draftOfPanel(usePanel.getState(), choice?.engine.id ?? null, choice?.model?.id ?? null);
  return stage.kind === 'generation' ? (
    <WithShownImage id={stage.id} image={stage.output} draft={draft} />
  ) : (
    <NewRecipe draft={draft} picture={null} />
  );
}

/** The image that is looked at while the panel is saved may show what the recipe makes. */
function WithShownImage(props: { readonly id: string; readonly image: number; readonly draft: RecipeDraft }) {
  const { data, isPending } = useGeneration(props.id);
  if (isPending) return <Loader size={22} color="gray" aria-label="Loading" />;
  return <NewRecipe draft={props.draft} picture={pictureOf(data, props.image)} isPictureOptional />;
}

function OfImage({ from }: { readonly from: ImageOfGeneration }) {
  const { data, error, isPending } = useGeneration(from.generation);
  if (isPending) return <Loader size={22} color="gray" aria-label="Loading" />;
  if (!data)
    return (
      <EmptyNote icon={<IconAlertTriangle size={20} />} title="The image could not be loaded">
        {toDioramaError(error).message.replace(/\.?$/, '.')} {toDioramaError(error).hint}
      </EmptyNote>
    );
  return <NewRecipe draft={draftOfRequest(data.request)} picture={pictureOf(data, from.image)} />;
}

function pictureOf(generation: Generation | undefined, image: number): Picture | null {
  const output = generation?.outputs[image];
  return generation && output ? { generation, image, output } : null;
}

function NewRecipe(props: {
  readonly draft: RecipeDraft;
  readonly picture: Picture | null;
  readonly isPictureOptional?: boolean;
}) {
  const { picture } = props;
  const account = useSession().data?.account;
  const action = useAction();
  const [withPicture, setWithPicture] = useState(!props.isPictureOptional);
  // Typing must not begin anew because something around the dialog has changed.
  const [initial] = useState<RecipeFormValue>(() => ({
    content: {
      ...props.draft.content,
      title: suggestTitle(props.draft.content.prompt),
      author: account?.email == null ? '' : account.name,
      tags: [],
    },
    shared: false,
  }));
  const save = (value: RecipeFormValue) =>
    action.run(async () => {
      const recipe = await createRecipe({
        ...value,
        picture: picture && withPicture ? { generation: picture.generation.id, image: picture.image } : null,
      });
      closeSharingDialog();
      notifications.show({
        title: 'The recipe is saved',
        message: 'Open it in the community.',
        onClick: () => showCommunity({ section: 'recipe', id: recipe.id }),
        style: { cursor: 'pointer' },
      });
    });
  return (
    <RecipeForm
      initial={initial}
      settings={props.draft.settings}
      tagSuggestions={picture ? suggestTags(picture.generation) : []}
      picture={
        picture && (
          <>
            <ImagePreview output={picture.output} alt={picture.generation.request.prompt} />
            <Checkbox
              size="xs"
              color="amber"
              label="Show this image with the recipe"
              description="A small new copy without hidden data."
              checked={withPicture}
              onChange={(event) => setWithPicture(event.currentTarget.checked)}
            />
          </>
        )
      }
      action={action}
      onSave={(value) => void save(value)}
      onCancel={closeSharingDialog}
    />
  );
}
