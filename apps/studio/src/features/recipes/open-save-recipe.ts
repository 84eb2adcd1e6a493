import { type ImageOfGeneration, useSharingDialog } from '../community/open-publish.ts';

/** Asks how to call it and which words to leave open, and keeps the panel as it is as a recipe. */
export function openSavePanelAsRecipe(): void {
  useSharingDialog.setState({ dialog: { kind: 'save-recipe', from: null } });
}

/** The same with what an image was made from; the image shows what the recipe makes. */
export function openSaveAsRecipe(generationId: string, image = 0): void {
  const from: ImageOfGeneration = { generation: generationId, image };
  useSharingDialog.setState({ dialog: { kind: 'save-recipe', from } });
}
