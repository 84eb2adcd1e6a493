import type { Camera, GenerationRequestInput } from '@diorama/contracts';
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
 * The body of `POST /generations` for the panel as it is.
 *
 * @param canvas null when the canvas is switched off or shows nothing.
 * @param engine The engine's id; settings that only the built-in engine knows are sent to it alone.
 */
export function buildRequest(
  panel: PanelState,
  canvas: CanvasInput | null,
  engine: string,
): GenerationRequestInput {
  return {
    prompt: panel.prompt.trim(),
    canvas,
    references: readyReferences(panel.references).map(({ image }) =>
      image.role === null ? { asset: image.asset } : { asset: image.asset, role: image.role },
    ),
    aspectRatio: panel.aspectRatio,
    size: panel.size,
    engine,
    model: null,
    seed: panel.seedLocked ? panel.seed : null,
    count: panel.count,
    options: engine === 'builtin' ? { quality: panel.quality } : {},
  };
}
