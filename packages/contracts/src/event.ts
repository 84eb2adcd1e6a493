import { z } from 'zod';
import { generationSchema } from './generation.ts';

/** What `GET /events` sends. `generation-updated` events have ids and can be resumed by Last-Event-ID; previews cannot. */
export const serverEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('generation-updated'), generation: generationSchema }),
  z.object({ type: z.literal('generation-deleted'), id: z.uuid() }),
  /** Events were missed that cannot be sent again: reload the lists. */
  z.object({ type: z.literal('resync') }),
  z.object({
    type: z.literal('preview'),
    id: z.uuid(),
    /** data:image/jpeg;base64,… at a reduced size. */
    image: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
  }),
]);
export type ServerEvent = z.infer<typeof serverEventSchema>;
