import { type Generation, type GenerationPatch, toDioramaError } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { client } from '../../app/api.ts';
import { rememberGeneration } from '../../app/server-state.ts';

/** Shown at once, and taken back when the server does not keep it. */
async function mark(
  generation: Generation,
  patch: GenerationPatch,
  shown: Partial<Generation>,
  refused: string,
): Promise<void> {
  rememberGeneration({ ...generation, ...shown });
  try {
    rememberGeneration(await client.updateGeneration({ params: { id: generation.id }, body: patch }));
  } catch (thrown) {
    rememberGeneration(generation);
    const error = toDioramaError(thrown);
    notifications.show({ color: 'red', title: refused, message: `${error.message} ${error.hint}` });
  }
}

/** A star takes a rejection back. */
export function toggleFavorite(generation: Generation): Promise<void> {
  const favorite = !generation.favorite;
  return mark(
    generation,
    { favorite },
    { favorite, ...(favorite ? { rejected: false } : {}) },
    'The star was not saved',
  );
}

/** A rejection takes a star back. */
export function toggleRejected(generation: Generation): Promise<void> {
  const rejected = !generation.rejected;
  return mark(
    generation,
    { rejected },
    { rejected, ...(rejected ? { favorite: false } : {}) },
    'The rejection was not saved',
  );
}

export function setTags(generation: Generation, tags: readonly string[]): Promise<void> {
  return mark(generation, { tags: [...tags] }, { tags: [...tags] }, 'The tags were not saved');
}
