import type { EngineModel } from '@diorama/contracts';
import type { AdapterProbe } from '../../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';

/**
 * Models to choose from: those that the last test found, else the known ones. The facts are those of today, not of the
 * test.
 *
 * @param known Ids in the order in which they are offered, the default first.
 */
export function listModels(
  connection: ConnectionConfig,
  known: readonly string[],
  factsOf: (id: string) => EngineModel,
): EngineModel[] {
  const found = connection.probe?.models.map((model) => model.id) ?? [];
  const listed = found.length > 0 ? inOrder(found, known) : known;
  return listed.map(factsOf);
}

/** Known ids first, in their order. */
export function inOrder(ids: readonly string[], known: readonly string[]): string[] {
  const place = (id: string) => {
    const index = known.indexOf(id);
    return index < 0 ? known.length : index;
  };
  return [...ids].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

/** The lines of a test about models: what was found, and whether those that are set up are among it. */
export function modelChecks(
  connection: ConnectionConfig,
  foundIds: readonly string[],
): AdapterProbe['checks'] {
  const wanted = [connection.defaultModel, ...connection.extraModels].filter((id) => id !== null);
  const missing = wanted.filter((id) => !foundIds.includes(id));
  return [
    {
      check: 'models',
      ok: foundIds.length > 0,
      detail:
        foundIds.length === 0
          ? 'No image models are listed for this key.'
          : `${foundIds.length} image ${foundIds.length === 1 ? 'model' : 'models'}: ${foundIds.slice(0, 8).join(', ')}${foundIds.length > 8 ? ' …' : ''}`,
      hint: foundIds.length === 0 ? 'Check in the account which models the key may use.' : '',
    },
    ...missing.map((id) => ({
      check: 'models',
      ok: false,
      detail: `The model ${id} is not listed.`,
      hint: 'Choose a listed model, or correct the id.',
    })),
  ];
}
