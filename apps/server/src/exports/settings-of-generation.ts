import type { Generation } from '@diorama/contracts';
import {
  type DigitalSourceType,
  digitalSourceTypeOf,
  type ImageSettings,
  NO_SETTINGS,
  recallSettings,
} from '@diorama/metadata';
import { namedInputsOf } from '../jobs/named-inputs.ts';

const BUILT_IN = 'builtin';

/**
 * All that is known of how one image of a generation was made: its record, and what only the engine knew, which stands
 * in the stored file.
 *
 * @param position Which image, from 0.
 */
export async function settingsOfImage(
  generation: Generation,
  position: number,
  stored: Uint8Array,
): Promise<ImageSettings> {
  const { request, outputs } = generation;
  const output = outputs[position]!;
  const inside = await readInside(stored);
  return {
    ...NO_SETTINGS,
    generation: generation.id,
    image: position,
    createdAt: generation.createdAt,
    engine: request.engine,
    engineKind: inside?.engineKind ?? (request.engine === BUILT_IN ? BUILT_IN : null),
    engineVersion: inside?.engineVersion ?? null,
    model: request.model,
    modelUsed: generation.modelUsed ?? null,
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    sceneNotes: request.sceneNotes,
    ...namedInputsOf(request),
    width: output.width,
    height: output.height,
    seed: output.seed,
    count: request.count,
    geometryStrength: request.geometryStrength,
    options: request.options,
    look: generation.look ?? null,
    camera: inside?.camera ?? null,
  };
}

/** What the IPTC vocabulary calls the images of a generation. */
export function sourceTypeOf({ request }: Generation, settings: ImageSettings): DigitalSourceType {
  return digitalSourceTypeOf({
    isBuiltIn: settings.engineKind === BUILT_IN,
    hasCanvas: request.canvas !== null,
    hasReferences: request.references.length > 0,
  });
}

/** A file whose settings cannot be read has none; the record has nearly all of them. */
async function readInside(stored: Uint8Array): Promise<ImageSettings | null> {
  try {
    const found = await recallSettings(stored);
    return found?.source === 'diorama' ? found.settings : null;
  } catch {
    return null;
  }
}
