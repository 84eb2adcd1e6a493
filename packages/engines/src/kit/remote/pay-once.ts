import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { AdapterIo } from './adapter.ts';

const sentSchema = z.object({ sent: z.literal(true) });

/**
 * For services whose one answer is the picture: marks on disk that a charged request is about to be sent, so that a
 * later attempt does not send a second one by itself.
 *
 * @throws {DioramaError} `outcome-unknown` when an earlier attempt got this far and its answer was lost.
 */
export async function payOnce<T>(
  io: Pick<AdapterIo, 'resume' | 'checkpoint'>,
  send: () => Promise<T>,
): Promise<T> {
  if (sentSchema.safeParse(io.resume).success) throw new DioramaError('outcome-unknown');
  await io.checkpoint({ sent: true });
  return await send();
}
