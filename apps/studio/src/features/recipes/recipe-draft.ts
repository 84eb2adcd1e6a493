import type {
  GenerationRequest,
  Quality,
  RecipeContent,
  RecipeSettings,
  ReferenceRole,
} from '@diorama/contracts';
import type { PanelState } from '../generate/panel-store.ts';
import { readyReferences } from '../generate/panel-store.ts';

/** What a new recipe begins as, and which settings it could keep. */
export interface RecipeDraft {
  readonly content: RecipeContent;
  readonly settings: RecipeSettings;
}

interface DraftSource {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly roles: readonly ReferenceRole[];
  readonly settings: RecipeSettings;
}

/** The panel as it is. */
export function draftOfPanel(panel: PanelState, engine: string | null, model: string | null): RecipeDraft {
  return draft({
    prompt: panel.prompt,
    negativePrompt: panel.negativePrompt,
    roles: readyReferences(panel.references).map(({ image }) => image.role ?? 'style'),
    settings: {
      useCanvas: panel.useCanvas,
      aspectRatio: panel.aspectRatio,
      size: panel.size,
      quality: panel.quality,
      engine,
      model,
      geometryStrength: panel.geometryStrength,
    },
  });
}

/** What an image was asked for with. */
export function draftOfRequest(request: GenerationRequest): RecipeDraft {
  return draft({
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    roles: request.references.map(({ role }) => role ?? 'style'),
    settings: {
      useCanvas: request.canvas !== null,
      aspectRatio: request.aspectRatio,
      size: request.size,
      quality: qualityOf(request.options.quality),
      engine: request.engine,
      model: request.model,
      geometryStrength: request.geometryStrength,
    },
  });
}

function qualityOf(value: unknown): Quality | null {
  return value === 'draft' || value === 'standard' || value === 'high' ? value : null;
}

function draft(source: DraftSource): RecipeDraft {
  return {
    settings: source.settings,
    content: {
      title: '',
      description: '',
      prompt: source.prompt.trim(),
      negativePrompt: source.negativePrompt.trim(),
      variables: [],
      references: source.roles.map((role) => ({ role, note: '', required: false })),
      // Shape and size are mostly a matter of the place the image is for, and the engine one of who makes it.
      settings: { ...source.settings, aspectRatio: null, size: null, engine: null, model: null },
      tags: [],
      sampleScene: null,
      author: '',
      licence: 'CC0-1.0',
    },
  };
}
