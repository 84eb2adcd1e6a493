import { cameraSchema, DioramaError, LIMITS } from '@diorama/contracts';
import type { EngineRequest } from './engine.ts';

const SMALLEST_EDGE_PX = 16;

/**
 * Judges, before any work, what is the same for all engines.
 *
 * @throws {DioramaError} `nothing-to-generate`, `invalid-request`, `invalid-size`, `invalid-camera`, `prompt-too-long`,
 *   `too-many-references`.
 */
export function checkEngineRequest(request: EngineRequest): void {
  const { size } = request;
  if (!request.scene && !request.capture && request.references.length === 0 && request.prompt.trim() === '')
    throw new DioramaError('nothing-to-generate');
  if (request.prompt.length > LIMITS.promptCharacters) throw new DioramaError('prompt-too-long');
  if (request.references.length > LIMITS.references) throw new DioramaError('too-many-references');
  for (const edge of [size.width, size.height])
    if (!Number.isInteger(edge) || edge < SMALLEST_EDGE_PX || edge > LIMITS.longEdgeMax)
      throw new DioramaError('invalid-size', `The size ${size.width} x ${size.height} is out of range.`);
  if (!Number.isInteger(request.count) || request.count < 1 || request.count > LIMITS.count)
    throw new DioramaError('invalid-request', `count: From 1 to ${LIMITS.count} images can be made at once.`);
  if (!Number.isInteger(request.seed) || request.seed < 0 || request.seed > 0xffff_ffff)
    throw new DioramaError('invalid-request', 'seed: It must be a whole number from 0 to 4294967295.');
  const strength = request.geometryStrength;
  if (strength !== null && !(strength >= 0 && strength <= 1))
    throw new DioramaError('invalid-request', 'geometryStrength: It must be a number from 0 to 1.');
  if (request.scene?.camera) {
    const camera = cameraSchema.safeParse(request.scene.camera);
    if (!camera.success) throw new DioramaError('invalid-camera', camera.error.issues[0]?.message);
  }
}
