import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { HttpFailure } from '../../kit/http/http.ts';
import { readLoginError } from '../diffusion/key-headers.ts';

const saidSchema = z.object({ error: z.string(), message: z.string().optional() });

/** What the server says with an error answer; null when its status says enough. */
export function readSdServerError({ status, json }: HttpFailure): DioramaError | null {
  const login = readLoginError({ status });
  if (login !== null) return login;
  const said = saidSchema.safeParse(json);
  if (!said.success) return null;
  const text = said.data.message ?? said.data.error;
  if (status === 429) {
    return new DioramaError('rate-limited', 'The queue of the server is full.', {
      hint: 'Wait until some of its jobs are done.',
      details: { status },
    });
  }
  if (status === 400 && /unsupported.*mode|mode.*not supported/i.test(text)) {
    return new DioramaError('request-rejected', 'The loaded model does not make pictures.', {
      hint: 'Start the server with an image model.',
      details: { status },
    });
  }
  return null;
}

/** The error of a job that ended badly. */
export function jobFailed(error: { readonly code: string; readonly message: string } | null): DioramaError {
  const text = error?.message ?? '';
  if (/memory|alloc/i.test(text)) {
    return new DioramaError('out-of-memory', 'The server ran out of memory.', {
      hint: 'Use a smaller size, or start it with --offload-to-cpu or --vae-tiling.',
    });
  }
  return new DioramaError(
    'engine-failed',
    `The server could not make the picture.${text === '' ? '' : ` It says: ${text.slice(0, 200)}`}`,
    {
      hint: 'Look at its log. A size beyond its memory, or pictures that the loaded model cannot take, are the usual reasons.',
      details: { reason: error?.code ?? '' },
    },
  );
}
