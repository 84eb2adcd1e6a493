import { describe, expect, it } from 'vitest';
import { ProgressMeter } from './progress-meter.ts';

describe('ProgressMeter', () => {
  it('never falls and ends below one: saving comes after the engine', () => {
    const meter = new ProgressMeter();
    const seen = [0, 0.4, 0.2, Number.NaN, 5, -1].map(
      (fraction) => meter.report({ stage: 'tracing', fraction }).fraction,
    );
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBeLessThan(1);
    expect(meter.saving()).toMatchObject({ stage: 'saving' });
    expect(meter.current.fraction).toBeLessThan(1);
  });

  it('estimates the time left from the rate that it measures', () => {
    let now = 0;
    const meter = new ProgressMeter(() => now);
    let last = meter.current;
    for (let step = 1; step <= 50; step += 1) {
      now += 100;
      last = meter.report({ stage: 'tracing', fraction: step / 100 });
    }
    expect(last.etaMs).toBeGreaterThan(4_500);
    expect(last.etaMs).toBeLessThan(6_000);
  });

  it("gives no estimate before it has seen anything, and prefers the engine's own", () => {
    let now = 0;
    const meter = new ProgressMeter(() => now);
    expect(meter.report({ stage: 'loading', fraction: 0 }).etaMs).toBeUndefined();
    now += 10;
    expect(meter.report({ stage: 'tracing', fraction: 0.5, etaMs: 1234 }).etaMs).toBe(1234);
  });
});
