import { ERROR_CODES, type GenerationError, generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { failureAdvice, failureInShort } from './failure-advice.ts';

const asset = (digit: string) => `sha256-${digit.repeat(64)}`;
const request = generationRequestSchema.parse({
  prompt: 'golden hour',
  engine: 'my-openai',
  canvas: { scene: asset('a'), capture: asset('b') },
  references: [{ asset: asset('c') }, { asset: asset('d') }],
});
const error = (code: GenerationError['code'], fields: Partial<GenerationError> = {}): GenerationError => ({
  code,
  message: 'What happened',
  hint: 'What to do.',
  ...fields,
});
const advise = (failed: GenerationError, asked = request) =>
  failureAdvice({ error: failed, request: asked, finishedAt: '2026-11-22T12:00:00.000Z' });

describe('failureAdvice', () => {
  it('offers to leave out one input at a time when the service does not say which it refused', () => {
    const { kind, partialRetries } = advise(error('content-refused'));
    expect(kind).toBe('refused');
    expect(partialRetries).toEqual([
      { without: ['canvas'], label: 'Without the canvas', asset: asset('b') },
      { without: ['reference-1'], label: 'Without Image 2', asset: asset('c') },
      { without: ['reference-2'], label: 'Without Image 3', asset: asset('d') },
      {
        without: ['canvas', 'reference-1', 'reference-2'],
        label: 'With the prompt only',
        asset: null,
      },
    ]);
  });

  it('offers what the service named, where it did', () => {
    const { partialRetries } = advise(error('content-refused', { suspects: ['prompt', 'reference-2'] }));
    expect(partialRetries.map(({ label }) => label)).toEqual([
      'Without Image 3',
      'Without the prompt',
      'With the prompt only',
    ]);
  });

  it('never offers to make an image from nothing', () => {
    const canvasOnly = generationRequestSchema.parse({ engine: 'x', canvas: { scene: asset('a') } });
    expect(advise(error('content-refused'), canvasOnly).partialRetries).toEqual([]);
    const promptOnly = generationRequestSchema.parse({ engine: 'x', prompt: 'a' });
    expect(advise(error('content-refused', { suspects: ['prompt'] }), promptOnly).partialRetries).toEqual([]);
  });

  it('waits as long as the service asked', () => {
    const { kind, retryAt, retryLabel } = advise(error('rate-limited', { retryAfterMs: 30_000 }));
    expect([kind, retryLabel]).toEqual(['wait', 'Retry']);
    expect(new Date(retryAt ?? 0).toISOString()).toBe('2026-11-22T12:00:30.000Z');
    expect(advise(error('rate-limited')).retryAt).toBeNull();
  });

  it('leads to where it can be put right', () => {
    expect(advise(error('key-refused')).settings?.route).toEqual({
      section: 'engines',
      connection: 'my-openai',
    });
    expect(advise(error('budget-reached')).settings?.route).toEqual({ section: 'budget' });
    expect(advise(error('timed-out')).settings).toBeNull();
  });

  it('warns of paying twice when the outcome is not known', () => {
    const advice = advise(error('outcome-unknown'));
    expect(advice.text).toMatch(/charged/);
    expect(advice.retryLabel).toBe('Try again anyway');
  });

  it('has a title and a next step for every code there is', () => {
    for (const code of ERROR_CODES) {
      const { title, text } = advise(error(code));
      expect(title).not.toBe('');
      expect(text).not.toBe('');
      expect(failureInShort(error(code))).not.toBe('');
    }
  });

  it("says the service's own words once", () => {
    const said = advise(error('no-credit', { message: 'There is no credit left at the engine' }));
    expect(said.text).toBe('What to do.');
    expect(advise(error('no-credit', { message: 'Billing hard limit reached' })).text).toBe(
      'Billing hard limit reached. What to do.',
    );
  });
});
