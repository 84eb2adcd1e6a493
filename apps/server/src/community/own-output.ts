import { DioramaError, type Generation, isFinished, type Output } from '@diorama/contracts';
import { digitalSourceTypeOf } from '@diorama/metadata';
import { blobKeyOf } from '../storage/asset-id.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import { type Derivative, type DerivativeOptions, makeDerivative } from './derivative.ts';

/**
 * A finished image of one's own, ready to be shown to others.
 *
 * @throws {DioramaError} `not-found` for what is not one's own or not there, `conflict` for what is not finished.
 */
export async function ownOutput(
  generations: GenerationRepository,
  userId: string,
  wanted: { readonly generation: string; readonly image: number },
): Promise<{ generation: Generation; output: Output }> {
  const generation = await generations.of(userId).find(wanted.generation);
  if (!generation) throw new DioramaError('not-found', 'There is no such generation.');
  if (!isFinished(generation.status))
    throw new DioramaError('conflict', 'The image is not finished yet.', { hint: 'Wait until it is there.' });
  if (generation.deletedAt !== null)
    throw new DioramaError('conflict', 'The image is in the trash.', {
      hint: 'Take it out of the trash first.',
    });
  const output = generation.outputs[wanted.image];
  if (!output) throw new DioramaError('not-found', 'The generation has no such image.');
  return { generation, output };
}

/**
 * The picture that others get to see of an image: encoded anew, with nothing beside its pixels but the label that says
 * how it came to be.
 *
 * @throws {DioramaError} `storage-failed` when the file is missing, `invalid-image` when it is damaged.
 */
export async function derivativeOf(
  { generation, output }: { readonly generation: Generation; readonly output: Output },
  blobs: BlobStore,
  options: DerivativeOptions,
): Promise<Derivative> {
  const bytes = await blobs.read(blobKeyOf(output.asset));
  if (!bytes) throw new DioramaError('storage-failed', 'The file of the image is missing.');
  const { request } = generation;
  return await makeDerivative(bytes, {
    ...options,
    digitalSourceType: digitalSourceTypeOf({
      isBuiltIn: request.engine === 'builtin',
      hasCanvas: request.canvas !== null,
      hasReferences: request.references.length > 0,
    }),
  });
}
