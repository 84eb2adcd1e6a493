import { type BuiltinOptions, builtinOptionsSchema, parseRequest, type Warning } from '@diorama/contracts';
import { checkEngineRequest } from '../kit/check-request.ts';
import type { EngineRequest } from '../kit/engine.ts';

/**
 * Judges a request before any work.
 *
 * @throws {DioramaError} `nothing-to-generate`, `invalid-request`, `invalid-size`, `invalid-camera`, `prompt-too-long`,
 *   `too-many-references`.
 */
export function checkRequest(request: EngineRequest): { options: BuiltinOptions; warnings: Warning[] } {
  const warnings: Warning[] = [];
  checkEngineRequest(request);
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
