import { DioramaError, type Generation, type GenerationRequestInput } from '@diorama/contracts';
import { api } from '../../app/api.ts';
import { newId } from '../../app/new-id.ts';
import { rememberGeneration } from '../../app/server-state.ts';

const keys = new Map<string, string>();

/**
 * Starts an image from a request that needs nothing of the workspace.
 *
 * As with a retry, the key stays the same until the server has answered: one click is one image.
 */
export async function makeGeneration(request: GenerationRequestInput): Promise<Generation> {
  const click = JSON.stringify(request);
  const idempotencyKey = keys.get(click) ?? newId();
  keys.set(click, idempotencyKey);
  try {
    const made = await api.createGeneration(request, { idempotencyKey });
    keys.delete(click);
    rememberGeneration(made);
    return made;
  } catch (thrown) {
    if (thrown instanceof DioramaError && thrown.code !== 'network') keys.delete(click);
    throw thrown;
  }
}
