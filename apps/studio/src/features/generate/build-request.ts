import type { Camera, GenerationRequestInput } from '@diorama/contracts';
import { type EngineChoice, isBuiltin } from '../engines/engine-choice.ts';
import { type PanelState, readyReferences } from './panel-store.ts';

/** What the scene contributes: ids of files that the server already has. */
export interface CanvasInput {
  readonly scene: string;
  readonly capture: string | null;
  readonly camera: Camera;
  /** Width divided by height of the viewport. */
  readonly viewportRatio: number;
}

/**
 * The body of `POST /generations` for the panel as it is. What the engine has no field for in the panel is not sent.
 *
 * @param canvas null when the canvas is switched off or shows nothing.
 */
export function buildRequest(
  panel: PanelState,
  canvas: CanvasInput | null,
  choice: EngineChoice,
  sceneName: string,
): GenerationRequestInput {
  const { engine, model, capabilities } = choice;
  const notes = isBuiltin(choice) ? undefined : notesOf(panel);
  return {
    prompt: panel.prompt.trim(),
    ...(capabilities.negativePrompt ? { negativePrompt: panel.negativePrompt.trim() } : {}),
    ...(notes === undefined ? {} : { sceneNotes: notes }),
    canvas,
    references: readyReferences(panel.references).map(({ image }) =>
      image.role === null ? { asset: image.asset } : { asset: image.asset, role: image.role },
    ),
    aspectRatio: panel.aspectRatio,
    size: panel.size,
    engine: engine.id,
    model: model?.id ?? null,
    seed: panel.seedLocked ? panel.seed : null,
    count: panel.count,
    geometryStrength: capabilities.geometryStrength ? panel.geometryStrength : null,
    project: projectOf(sceneName),
    lineage: panel.lineage,
    options: isBuiltin(choice) ? { quality: panel.quality } : {},
  };
}

/** undefined: the server writes them from the scene; null: none. */
function notesOf({ sceneNotes }: PanelState): string | null | undefined {
  return sceneNotes.isOn ? sceneNotes.edited?.text : null;
}

/** The project that an image is counted for: the scene's name, as the ledger keeps it. */
export function projectOf(sceneName: string): string | null {
  return sceneName.trim().slice(0, 200) || null;
}
