import type { EngineDescription, Recipe } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { hidePage } from '../../app/page-route.ts';
import { showViewport, useView } from '../../app/view-store.ts';
import { usePanel } from '../generate/panel-store.ts';
import { replacementOf } from '../import/open-scene.ts';
import { currentDocument, runCommand } from '../scene/scene-store.ts';
import { currentPanel } from '../scene/surroundings.ts';
import { type BlankValues, recipePanel } from './recipe-panel.ts';

/** Fills the panel; the scene stays as it is. One step that can be undone. */
export function applyRecipe(
  recipe: Pick<Recipe, 'id' | 'content'>,
  values: BlankValues,
  engines: readonly EngineDescription[],
): void {
  const before = currentPanel();
  const { changes, notes } = recipePanel(recipe, values, before, engines);
  const label = `Recipe ${recipe.content.title}`;
  // Nothing of the scene changes; the step is there to be undone.
  runCommand(replacementOf(currentDocument(), label), { label, surroundings: { panel: before } });
  usePanel.setState(changes);
  for (const note of notes) notifications.show({ message: note, autoClose: 10_000 });
}

/** Leaves the page for the panel. */
export function showFilledPanel(): void {
  showViewport();
  useView.setState({ tab: 'generate', rightOpen: true });
  hidePage();
}
