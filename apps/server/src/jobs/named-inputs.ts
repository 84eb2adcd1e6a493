import type { GenerationRequest } from '@diorama/contracts';
import type { ImageSettings } from '@diorama/metadata';

/** What a request says of its inputs and its shape, as it stands inside the images that come of it. */
export function namedInputsOf(
  request: GenerationRequest,
): Pick<ImageSettings, 'canvas' | 'references' | 'aspectRatio' | 'size'> {
  return {
    canvas: request.canvas && {
      scene: request.canvas.scene,
      capture: request.canvas.capture ?? null,
      camera: request.canvas.camera ?? null,
      viewportRatio: request.canvas.viewportRatio ?? null,
    },
    references: request.references.map(({ asset, role }) => ({ asset, role: role ?? null })),
    aspectRatio: request.aspectRatio,
    size: request.size,
  };
}
