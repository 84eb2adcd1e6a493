import { DioramaError, type Generation } from '@diorama/contracts';
import { api } from '../../app/api.ts';
import { newId } from '../../app/new-id.ts';
import { rememberGeneration } from '../../app/server-state.ts';

const keys = new Map<string, string>();

/**
 * Makes a new generation from the request of a finished one.
 *
 * The key stays the same until the server has answered: when only the answer was lost, trying once more finds the
 * generation that was made, and does not make a second one.
 */
export async function retryGeneration(id: string): Promise<Generation> {
  const idempotencyKey = keys.get(id) ?? newId();
  keys.set(id, idempotencyKey);
  try {
    const again = await api.retryGeneration(id, { idempotencyKey });
    keys.delete(id);
    rememberGeneration(again);
    return again;
  } catch (thrown) {
    if (thrown instanceof DioramaError && thrown.code !== 'network') keys.delete(id);
    throw thrown;
  }
}
