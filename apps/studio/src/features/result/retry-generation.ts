import { DioramaError, type Generation, type RetryOmission } from '@diorama/contracts';
import { api } from '../../app/api.ts';
import { newId } from '../../app/new-id.ts';
import { rememberGeneration } from '../../app/server-state.ts';

const keys = new Map<string, string>();

/**
 * Makes a new generation from the request of a finished one, or from what is left of it without some inputs.
 *
 * The key stays the same until the server has answered: when only the answer was lost, trying once more finds the
 * generation that was made, and does not make a second one.
 */
export async function retryGeneration(
  id: string,
  without: readonly RetryOmission[] = [],
): Promise<Generation> {
  const click = [id, ...without].join(' ');
  const idempotencyKey = keys.get(click) ?? newId();
  keys.set(click, idempotencyKey);
  try {
    const again = await api.retryGeneration(id, without, { idempotencyKey });
    keys.delete(click);
    rememberGeneration(again);
    return again;
  } catch (thrown) {
    if (thrown instanceof DioramaError && thrown.code !== 'network') keys.delete(click);
    throw thrown;
  }
}
