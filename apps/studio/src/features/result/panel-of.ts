import type { GenerationRequest, Lineage } from '@diorama/contracts';
import type { PanelState, SceneNotesChoice } from '../generate/panel-store.ts';
import { INITIAL_PANEL } from '../generate/panel-store.ts';

/** As much of a request as the panel shows. References are looked up apart: they may not be stored any more. */
export type PanelRequest = Pick<
  GenerationRequest,
  | 'prompt'
  | 'negativePrompt'
  | 'sceneNotes'
  | 'aspectRatio'
  | 'size'
  | 'model'
  | 'count'
  | 'geometryStrength'
  | 'options'
> & {
  /** null = the server's default. */
  readonly engine: string | null;
};

/** Everything that the panel gets from a request, but for the references. */
export type PanelSettings = Omit<PanelState, 'references' | 'settingsOpen' | 'useCanvas'>;

/**
 * The panel as it was for a request.
 *
 * @param options.seed The seed to go by; null leaves the panel's own and draws a new one for each image.
 * @param options.notesBasis The notes as they are written from the scene by itself, to tell edited ones from.
 */
export function panelOf(
  request: PanelRequest,
  options: {
    readonly seed: number | null;
    readonly count: number;
    readonly lineage: Lineage | null;
    readonly notesBasis: string;
    readonly before: Pick<PanelState, 'models' | 'seed'>;
  },
): PanelSettings {
  const { quality } = request.options;
  const { seed, before } = options;
  return {
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    aspectRatio: request.aspectRatio,
    size: request.size,
    quality:
      quality === 'draft' || quality === 'high' || quality === 'standard' ? quality : INITIAL_PANEL.quality,
    engine: request.engine,
    models:
      request.model === null || request.engine === null
        ? before.models
        : { ...before.models, [request.engine]: request.model },
    geometryStrength: request.geometryStrength,
    sceneNotes: notesChoiceOf(request.sceneNotes, options.notesBasis),
    count: options.count,
    seed: seed ?? before.seed,
    seedLocked: seed !== null,
    lineage: options.lineage,
  };
}

function notesChoiceOf(notes: string | null | undefined, basis: string): SceneNotesChoice {
  return { isOn: notes !== null, edited: typeof notes === 'string' ? { text: notes, basis } : null };
}
