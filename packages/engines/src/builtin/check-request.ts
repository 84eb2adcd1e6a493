import {
  type BuiltinOptions,
  builtinOptionsSchema,
  cameraSchema,
  DioramaError,
  LIMITS,
  parseRequest,
  type Warning,
} from '@diorama/contracts';
import type { EngineRequest } from '../kit/engine.ts';

const SMALLEST_EDGE = 16;

/**
 * Judges a request before any work.
 *
 * @throws {DioramaError} `nothing-to-generate`, `invalid-request`, `invalid-size`, `invalid-camera`, `prompt-too-long`,
 *   `too-many-references`.
 */
export function checkRequest(request: EngineRequest): { options: BuiltinOptions; warnings: Warning[] } {
  const warnings: Warning[] = [];
  if (!request.scene && request.references.length === 0 && request.prompt.trim() === '')
    throw new DioramaError('nothing-to-generate');
  if (request.prompt.length > LIMITS.promptCharacters) throw new DioramaError('prompt-too-long');
  if (request.references.length > LIMITS.references) throw new DioramaError('too-many-references');
  for (const edge of [request.size.width, request.size.height])
    if (!Number.isInteger(edge) || edge < SMALLEST_EDGE || edge > LIMITS.longEdgeMax)
      throw new DioramaError(
        'invalid-size',
        `The size ${request.size.width} x ${request.size.height} is out of range.`,
      );
  if (!Number.isInteger(request.count) || request.count < 1 || request.count > LIMITS.count)
    throw new DioramaError('invalid-request', `count: From 1 to ${LIMITS.count} images can be made at once.`);
  if (!Number.isInteger(request.seed) || request.seed < 0 || request.seed > 0xffff_ffff)
    throw new DioramaError('invalid-request', 'seed: It must be a whole number from 0 to 4294967295.');
  if (request.scene?.camera) {
    const camera = cameraSchema.safeParse(request.scene.camera);
    if (!camera.success) throw new DioramaError('invalid-camera', camera.error.issues[0]?.message);
  }
  const options = parseRequest(builtinOptionsSchema, request.options);
  for (const name of Object.keys(request.options))
    if (!Object.hasOwn(builtinOptionsSchema.shape, name))
      warnings.push({
        code: 'option-ignored',
        message: `The built-in engine has no option "${name.slice(0, 64)}".`,
      });
  if (request.negativePrompt.trim() !== '')
    warnings.push({
      code: 'feature-ignored',
      message: 'The built-in engine draws only what it is told to, so it does not use the negative prompt.',
    });
  if (request.model !== null)
    warnings.push({ code: 'option-ignored', message: 'The built-in engine has no models to choose from.' });
  return { options, warnings };
}
