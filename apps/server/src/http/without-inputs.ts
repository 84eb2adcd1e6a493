import { DioramaError, type GenerationRequest, type RetryOmission } from '@diorama/contracts';

/**
 * The same request without some of its inputs.
 *
 * @throws {DioramaError} `invalid-request` for an input that it does not have: leaving that out would be the same
 *   request once more, and cost once more.
 */
export function withoutInputs(
  request: GenerationRequest,
  omissions: readonly RetryOmission[],
): GenerationRequest {
  const without = new Set(omissions);
  const requireThere = (omission: RetryOmission, isThere: boolean): void => {
    if (!without.has(omission) || isThere) return;
    const message = `the request has no ${WORDS[omission]}`;
    throw new DioramaError('invalid-request', `without: ${message}.`, {
      details: { issues: [{ field: 'without', message }] },
    });
  };
  requireThere('prompt', request.prompt.trim() !== '');
  requireThere('negative-prompt', request.negativePrompt.trim() !== '');
  requireThere('canvas', request.canvas !== null);
  requireThere('reference-1', request.references.length >= 1);
  requireThere('reference-2', request.references.length >= 2);
  return {
    ...request,
    prompt: without.has('prompt') ? '' : request.prompt,
    negativePrompt: without.has('negative-prompt') ? '' : request.negativePrompt,
    canvas: without.has('canvas') ? null : request.canvas,
    references: request.references.filter(
      (_, index) => !without.has(index === 0 ? 'reference-1' : 'reference-2'),
    ),
  };
}

const WORDS: Readonly<Record<RetryOmission, string>> = {
  prompt: 'prompt',
  'negative-prompt': 'negative prompt',
  canvas: 'canvas',
  'reference-1': 'reference image',
  'reference-2': 'second reference image',
};
