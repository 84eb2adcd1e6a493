import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import type { InputSource, PreparedInput } from '../../kit/remote/adapter.ts';
import { withRefusalsExplained } from './refused-inputs.ts';

const input = (source: InputSource): PreparedInput => ({
  source,
  bytes: new Uint8Array(),
  mediaType: 'image/png',
  size: { width: 1, height: 1 },
  fileName: 'a.png',
});
const JOB = {
  prompt: 'a long prompt about a quiet harbour at dawn with gulls',
  inputs: [
    input({ kind: 'canvas' }),
    input({ kind: 'reference', index: 1, role: 'style' }),
    input({ kind: 'map', map: 'depth' }),
  ],
};
const explained = async (error: unknown): Promise<unknown> =>
  await withRefusalsExplained(JOB, () => Promise.reject(error)).catch((thrown: unknown) => thrown);

describe('explaining a refusal', () => {
  it('names what was sent, a map being no input of the user', async () => {
    expect(await explained(new DioramaError('content-refused'))).toMatchObject({
      details: { suspects: ['prompt', 'canvas', 'reference-2'] },
    });
  });

  it('is narrowed by what the service says', async () => {
    const about = (what: string) => new DioramaError('content-refused', 'x', { details: { about: what } });
    expect(await explained(about('pictures'))).toMatchObject({
      details: { suspects: ['canvas', 'reference-2'] },
    });
    expect(await explained(about('prompt'))).toMatchObject({ details: { suspects: ['prompt'] } });
  });

  it('cuts a message where it begins to repeat the prompt', async () => {
    const error = new DioramaError('request-rejected', `It says: no "${JOB.prompt}" please`);
    expect(await explained(error)).toMatchObject({ code: 'request-rejected', message: 'It says: no "…' });
  });

  it('leaves everything else as it is', async () => {
    const error = new DioramaError('rate-limited', undefined, { details: { retryAfterMs: 5 } });
    expect(await explained(error)).toBe(error);
    const other = new TypeError('x');
    expect(await explained(other)).toBe(other);
  });
});
