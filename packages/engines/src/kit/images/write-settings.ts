import type { Camera, EngineKind, Look } from '@diorama/contracts';
import { digitalSourceTypeOf, NO_SETTINGS, shapeOf, writeMetadata } from '@diorama/metadata';
import type { EngineRequest } from '../engine.ts';

export interface ImageOrigin {
  /** Id and kind of the engine, and the version of what Diorama does on this way. */
  readonly engine: string;
  readonly kind: EngineKind;
  readonly version: string;
  readonly modelUsed: string | null;
  /** Which of the request's images it is, from 0. */
  readonly index: number;
  readonly seed: number;
  readonly look: Look | null;
  /** The one that was used; null when there was none. */
  readonly camera: Camera | null;
}

/**
 * Puts into a finished picture how it was made, as far as the request tells, and what kind of picture it is. It is
 * decided by the request alone: the same request gives the same bytes, wherever and whenever it is made.
 */
export function writeImageSettings(png: Uint8Array, request: EngineRequest, origin: ImageOrigin): Uint8Array {
  const { kind, index, version, ...rest } = origin;
  return writeMetadata(png, {
    settings: {
      ...NO_SETTINGS,
      ...shapeOf(request.size),
      ...request.named,
      ...request.size,
      ...rest,
      image: index,
      engineKind: kind,
      engineVersion: version,
      model: request.model,
      prompt: request.prompt,
      negativePrompt: request.negativePrompt,
      sceneNotes: request.sceneNotes,
      count: request.count,
      geometryStrength: request.geometryStrength,
      options: request.options,
    },
    digitalSourceType: digitalSourceTypeOf({
      isBuiltIn: kind === 'builtin',
      hasCanvas: request.scene !== null || request.capture !== null,
      hasReferences: request.references.length > 0,
    }),
  });
}
