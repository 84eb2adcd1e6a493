import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModel } from './load-model.ts';
import { layOutStrips } from './strip-layout.ts';
import { STRIP_ALIGNMENT } from './strip-plan.ts';

const limit = 300e6;

describe('layOutStrips', () => {
  it('covers every column once, aligned, within the memory and the number of workers', async () => {
    const model = await loadModel('base');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 64 }), (width, workers) => {
        const layout = layOutStrips({ width, height: 200 }, model, { workers, maxMemoryBytes: limit });
        expect(layout.workers).toBeGreaterThanOrEqual(1);
        expect(layout.workers).toBeLessThanOrEqual(Math.min(workers, layout.strips.length));
        expect(layout.memoryBytes).toBeLessThanOrEqual(limit);
        let column = 0;
        for (const { coreStart, coreEnd } of layout.strips) {
          expect(coreStart).toBe(column);
          expect(coreStart % STRIP_ALIGNMENT).toBe(0);
          expect(coreEnd).toBeGreaterThan(coreStart);
          column = coreEnd;
        }
        expect(column).toBe(width);
      }),
      { numRuns: 40 },
    );
  });

  it.each(['small', 'base'] as const)(
    'keeps 4096 x 4096 within 300 MB with 2, 8 and 64 workers (%s)',
    async (name) => {
      const model = await loadModel(name);
      for (const workers of [2, 8, 64]) {
        const layout = layOutStrips({ width: 4096, height: 4096 }, model, { workers, maxMemoryBytes: limit });
        expect(layout.memoryBytes).toBeLessThanOrEqual(limit);
        expect(layout.workers).toBeGreaterThanOrEqual(Math.min(workers, 8));
      }
    },
  );

  it('prefers narrower strips to fewer workers when memory is short', async () => {
    const model = await loadModel('small');
    const image = { width: 4096, height: 1024 };
    const roomy = layOutStrips(image, model, { workers: 2, maxMemoryBytes: limit });
    const tight = layOutStrips(image, model, { workers: 2, maxMemoryBytes: 70e6 });
    expect(roomy.strips.length).toBe(2);
    expect(tight.workers).toBe(2);
    expect(tight.strips.length).toBeGreaterThan(2);
  });
});
