import { z } from 'zod';
import { generationSchema } from './generation.ts';

/** What `GET /events` sends. Stored events (`generation-…`, `history-changed`) have ids and can be resumed by Last-Event-ID; previews cannot. Everyone is sent their own only. */
export const serverEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('generation-updated'), generation: generationSchema }),
  z.object({ type: z.literal('generation-deleted'), id: z.uuid() }),
  /** Many entries changed at once: read the history again. */
  z.object({ type: z.literal('history-changed') }),
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
