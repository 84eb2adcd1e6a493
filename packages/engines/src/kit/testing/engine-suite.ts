import { DioramaError } from '@diorama/contracts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Engine, EngineContext, EngineRequest, EngineResult } from '../engine.ts';
import { watchedContext } from './watched-context.ts';

/** What an engine's own test brings to the shared suite. */
export interface EngineSuiteFixture {
  readonly name: string;
  readonly createEngine: () => Engine;
  /** A small request that this engine can fulfil quickly, with the canvas on where it takes one. */
  readonly request: EngineRequest;
  /** Long enough that a cancel after the first sign of work comes in the middle. */
  readonly longRequest: EngineRequest;
  /** How long the engine may take to stop, milliseconds. */
  readonly cancelWithinMs: number;
}

/** The behaviour that every engine has in common: accepts, refuses, warns, reports, cancels, fails well. */
export function describeEngine(fixture: EngineSuiteFixture): void {
  const { request, createEngine } = fixture;
  const run = (changes: Partial<EngineRequest> = {}): Promise<EngineResult> =>
    createEngine().generate({ ...request, ...changes }, watchedContext().context);

  describe(`${fixture.name}, as every engine`, () => {
    it('describes itself under the id it is registered by', async () => {
      const engine = createEngine();
      const description = await engine.describe();
      expect(description.id).toBe(engine.id);
      expect(description.available ? description.reason : 'available').toBe(
        description.available ? null : 'available',
      );
      expect(description.capabilities.longEdgeMin).toBeLessThanOrEqual(description.capabilities.longEdgeMax);
    });

    it('gives a PNG of exactly the asked size, whatever the ratio', async () => {
      for (const size of [
        { width: 64, height: 36 },
        { width: 37, height: 53 },
      ]) {
        const { images } = await run({ size });
        expect(images).toHaveLength(1);
        const meta = await sharp(images[0]!.bytes).metadata();
        expect(meta).toMatchObject({ format: 'png', ...size });
        expect(images[0]!.size).toEqual(size);
      }
    });

    it('reports progress that never falls and ends at one', async () => {
      const watched = watchedContext();
      await createEngine().generate(request, watched.context);
      const fractions = watched.progress.map(({ fraction }) => fraction);
      expect(fractions.length).toBeGreaterThan(3);
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
      expect(fractions[0]).toBeGreaterThanOrEqual(0);
      expect(fractions.at(-1)).toBe(1);
    });

    it('uses seed, seed + 1, … for the images of one request', async () => {
      const { capabilities } = await createEngine().describe();
      if (!capabilities.seed || capabilities.countMax < 2) return;
      const { images } = await run({ count: 2, seed: 11 });
      expect(images.map(({ seed }) => seed)).toEqual([11, 12]);
      expect(Buffer.compare(images[0]!.bytes, images[1]!.bytes)).not.toBe(0);
    });

    it('gives the same bytes for the same request when it says so', async () => {
      const { capabilities } = await createEngine().describe();
      if (!capabilities.deterministic) return;
      const [first, second] = [await run({ seed: 5 }), await run({ seed: 5 })];
      expect(Buffer.compare(first.images[0]!.bytes, second.images[0]!.bytes)).toBe(0);
    });

    it('warns of options it does not have', async () => {
      const { warnings } = await run({ options: { ...request.options, nonsenseOption: 1 } });
      expect(warnings.find(({ code }) => code === 'option-ignored')?.message).toContain('nonsenseOption');
    });

    it('refuses what cannot be made with a code of the closed list', async () => {
      const refusals: [Partial<EngineRequest>, string][] = [
        [{ scene: null, references: [], prompt: ' ' }, 'nothing-to-generate'],
        [{ size: { width: 0, height: 10 } }, 'invalid-size'],
        [{ size: { width: Number.NaN, height: 10 } }, 'invalid-size'],
        [{ count: 0 }, 'invalid-request'],
        [{ seed: -1 }, 'invalid-request'],
        [
          { references: [{ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png', role: null }] },
          'invalid-image',
        ],
      ];
      for (const [changes, code] of refusals) {
        const thrown: unknown = await run(changes).then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(thrown, Object.keys(changes).join()).toBeInstanceOf(DioramaError);
        expect(thrown).toMatchObject({ code });
      }
    });

    it('does nothing for a signal that has already fired', async () => {
      const watched = watchedContext(AbortSignal.abort());
      await expect(createEngine().generate(request, watched.context)).rejects.toMatchObject({
        code: 'canceled',
      });
      expect(watched.progress).toEqual([]);
    });

    it('stops soon after a cancel, at whatever stage, and says nothing more', async () => {
      const stages = new Set<string>();
      const first = watchedContext();
      await createEngine().generate(fixture.request, first.context);
      for (const { stage } of first.progress) stages.add(stage);
      for (const stage of stages) {
        const controller = new AbortController();
        const watched = watchedContext(controller.signal);
        let canceledAt = Number.POSITIVE_INFINITY;
        const context: EngineContext = {
          ...watched.context,
          onProgress: (value) => {
            watched.context.onProgress(value);
            if (value.stage !== stage || controller.signal.aborted) return;
            canceledAt = performance.now();
            controller.abort();
          },
        };
        await expect(createEngine().generate(fixture.longRequest, context), stage).rejects.toMatchObject({
          code: 'canceled',
        });
        expect(performance.now() - canceledAt, `after a cancel while ${stage}`).toBeLessThan(
          fixture.cancelWithinMs,
        );
        const said = watched.progress.length;
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(watched.progress.length).toBe(said);
      }
    });
  });
}
