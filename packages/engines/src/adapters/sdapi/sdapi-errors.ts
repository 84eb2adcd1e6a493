import { DioramaError } from '@diorama/contracts';
import { z } from 'zod';
import type { HttpFailure } from '../../kit/http/http.ts';
import { readLoginError } from '../diffusion/key-headers.ts';

const said = z.string().catch('');
const bodySchema = z.object({
  error: said,
  errors: said,
  detail: z
    .union([
      z.string(),
      z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: said })),
    ])
    .catch(''),
});

/** What A1111, Forge and SD.Next say with an error answer; null when its status says enough. */
export function readSdapiError({ status, json }: HttpFailure): DioramaError | null {
  const login = readLoginError({ status });
  if (login !== null) return login;
  const body = bodySchema.safeParse(json);
  if (!body.success) return null;
  const { error, errors, detail } = body.data;
  const text = typeof detail === 'string' ? detail : '';
  if (/outofmemory/i.test(error) || /out of memory/i.test(`${errors} ${text}`)) {
    return new DioramaError('out-of-memory', 'The server ran out of memory.', {
      hint: 'Use a smaller size or fewer control maps, or start it with --medvram or --lowvram.',
      details: { status },
    });
  }
  if (status === 422 && /script .* not found|always on script/i.test(text)) {
    return new DioramaError('workflow-not-runnable', 'The server has no ControlNet any more.', {
      hint: 'Install the ControlNet extension and test the engine again on the page Engines.',
      details: { status },
    });
  }
  if (status === 422 && Array.isArray(detail)) {
    const [first] = detail;
    const field = first?.loc.filter((part) => part !== 'body').join('.') ?? '';
    return new DioramaError(
      'request-rejected',
      `The server did not accept the request${field === '' ? '' : `, because of "${field}"`}. It says: ${(first?.msg ?? '').slice(0, 200)}`,
      { details: { status, field } },
    );
  }
  if (/sampler not found/i.test(text)) {
    return new DioramaError('request-rejected', 'The server does not have this sampler.', {
      hint: 'Choose another sampler in the settings of the engine.',
      details: { status },
    });
  }
  return null;
}
