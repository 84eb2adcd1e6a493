import { describe, expect, it } from 'vitest';
import { costQuestionOf, estimateCost, INPUT_EDGE_PX, type Price } from './cost.ts';

const facts = { asOf: '2026-11-01', source: 'a test' } as const;
const question = (edge: number, changes: Partial<Parameters<typeof costQuestionOf>[0]> = {}) =>
  costQuestionOf({
    size: { width: edge, height: edge },
    count: 1,
    hasCanvas: true,
    references: 2,
    ...changes,
  });

describe('the estimate of a cost', () => {
  it('adds up what a model charges for, times the number of images', () => {
    const price: Price = {
      perImage: 0.01,
      perOutputMegapixel: 0.02,
      perInputImage: 0.005,
      perInputMegapixel: 0.001,
      ...facts,
    };
    const one = estimateCost(price, question(1000));
    expect(one).toBeCloseTo(0.01 + 0.02 + 3 * 0.005 + 3 * 0.001, 9);
    expect(estimateCost(price, question(1000, { count: 3 }))).toBeCloseTo(3 * one, 9);
    expect(estimateCost(price, question(1000, { hasCanvas: false, references: 0 }))).toBeCloseTo(0.03, 9);
  });

  it('charges no more megapixels than the model draws', () => {
    const price: Price = { perOutputMegapixel: 1, outputMegapixelsMax: 4, ...facts };
    expect(estimateCost(price, question(1000))).toBeCloseTo(1, 9);
    expect(estimateCost(price, question(4000))).toBeCloseTo(4, 9);
  });

  it('rounds every picture up where the service counts whole megapixels', () => {
    const price: Price = {
      perImage: 0.015,
      perOutputMegapixel: 0.015,
      perInputMegapixel: 0.015,
      countsWholeMegapixels: true,
      ...facts,
    };
    expect(estimateCost(price, question(500, { references: 0 }))).toBeCloseTo(0.045, 9);
    expect(estimateCost(price, question(1024, { hasCanvas: false, references: 0 }))).toBeCloseTo(0.03, 9);
    expect(estimateCost(price, question(1025, { hasCanvas: false, references: 0 }))).toBeCloseTo(0.045, 9);
  });

  it('takes inputs as large as they are sent at most', () => {
    expect(question(4096).inputMegapixels).toBeCloseTo((3 * INPUT_EDGE_PX ** 2) / 1e6, 6);
  });

  it('counts seconds of a machine where those are charged', () => {
    expect(estimateCost({ perSecond: 0.001, typicalSeconds: 20, ...facts }, question(512))).toBeCloseTo(
      0.02,
      9,
    );
  });
});
