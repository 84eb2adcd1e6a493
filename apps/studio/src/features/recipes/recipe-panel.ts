import { type EngineDescription, fillPrompt, type Recipe } from '@diorama/contracts';
import type { PanelState, ReferenceSlot, ReferenceSlots } from '../generate/panel-store.ts';

/** What was filled in, by the name of the variable. */
export type BlankValues = Readonly<Record<string, string>>;

export interface RecipePanel {
  readonly changes: Partial<PanelState>;
  /** What cannot be as the recipe wants it, one sentence each. */
  readonly notes: readonly string[];
}

const EMPTY: ReferenceSlot = { state: 'empty' };

/**
 * What a recipe puts into the panel. What it says nothing about stays as the person has it.
 *
 * @param engines Those that are there; the recipe's own is only taken when it can be used.
 */
export function recipePanel(
  recipe: Pick<Recipe, 'id' | 'content'>,
  values: BlankValues,
  panel: Pick<PanelState, 'references' | 'models'>,
  engines: readonly EngineDescription[],
): RecipePanel {
  const { content } = recipe;
  const { settings } = content;
  const notes: string[] = [];
  const changes: { -readonly [K in keyof PanelState]?: PanelState[K] } = {
    prompt: fillPrompt(content, values),
    negativePrompt: content.negativePrompt,
    useCanvas: settings.useCanvas,
    references: referencesFor(content.references, panel.references),
    lineage: { recipe: recipe.id, how: 'recipe' },
  };
  if (settings.aspectRatio !== null) changes.aspectRatio = settings.aspectRatio;
  if (settings.size !== null) changes.size = settings.size;
  if (settings.quality !== null) changes.quality = settings.quality;
  if (settings.geometryStrength !== null) changes.geometryStrength = settings.geometryStrength;
  if (settings.engine !== null) {
    const engine =
      engines.find(({ id, available }) => id === settings.engine && available) ??
      engines.find(({ kind, available }) => kind === settings.engine && available);
    if (!engine)
      notes.push(
        `It was made for the engine “${settings.engine}”, which is not available here. Yours is used.`,
      );
    else {
      changes.engine = engine.id;
      if (settings.model !== null) {
        if (engine.models.some(({ id }) => id === settings.model))
          changes.models = { ...panel.models, [engine.id]: settings.model };
        else
          notes.push(
            `It was made with the model “${settings.model}”, which ${engine.name} does not offer here.`,
          );
      }
    }
  }
  return { changes, notes };
}

/** The pictures in the slots get the roles of the recipe; slots that it does not name are emptied. */
function referencesFor(wanted: Recipe['content']['references'], slots: ReferenceSlots): ReferenceSlots {
  const [first, second] = slots.map((slot, index): ReferenceSlot => {
    const reference = wanted[index];
    if (!reference) return EMPTY;
    return slot.state === 'ready' ? { state: 'ready', image: { ...slot.image, role: reference.role } } : slot;
  });
  return [first!, second!];
}

/** The notes of those pictures that a recipe needs and that are not in their slots. */
export function missingReferences(
  content: Pick<Recipe['content'], 'references'>,
  slots: ReferenceSlots,
): readonly string[] {
  return content.references.flatMap(({ required, note, role }, index) =>
    required && slots[index]?.state !== 'ready' ? [note || `a picture for ${role}`] : [],
  );
}
