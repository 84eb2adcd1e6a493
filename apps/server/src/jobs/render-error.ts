import { DioramaError, type GenerationError, generationErrorSchema } from '@diorama/contracts';
import type { RenderError } from './render-messages.ts';

const retryAfterSchema = generationErrorSchema.shape.retryAfterMs;
const suspectsSchema = generationErrorSchema.shape.suspects;

/** An error as it crosses a process boundary, with all that can be said in JSON. */
export function toRenderError({ code, message, hint, details }: DioramaError): RenderError {
  return { code, message, hint, details: JSON.parse(JSON.stringify(details)) };
}

/** An error as a generation keeps it: of its details only what that shows. */
export function toGenerationError({ code, message, hint, details }: DioramaError): GenerationError {
  const retryAfter = retryAfterSchema.safeParse(details.retryAfterMs);
  const suspects = suspectsSchema.safeParse(details.suspects);
  return {
    code,
    message,
    hint,
    ...(retryAfter.success && retryAfter.data !== undefined ? { retryAfterMs: retryAfter.data } : {}),
    ...(suspects.success && suspects.data !== undefined ? { suspects: suspects.data } : {}),
  };
}

export function fromRenderError({ code, message, hint, details }: RenderError): DioramaError {
  return new DioramaError(code, message, { hint, details: { ...details } });
}
