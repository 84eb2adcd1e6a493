import { z } from 'zod';
import { ERROR_CODES } from './error-codes.ts';

/** RFC 9457 `application/problem+json`, with our code, the next step, and the request id to find it in the log. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(ERROR_CODES),
  hint: z.string(),
  requestId: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
