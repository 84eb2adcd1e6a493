import { describe, expect, it } from 'vitest';
import { MotionScale } from './render-quality.ts';

describe('MotionScale', () => {
  it('draws coarser while frames are slow, and in full when the view rests', () => {
    const scale = new MotionScale();
    let now = 0;
    expect(scale.next(now, true)).toBe(1);
    let last = 1;
    for (let frame = 0; frame < 12; frame += 1) {
      now += 400;
      last = scale.next(now, true);
    }
    expect(last).toBeLessThan(0.5);
    expect(scale.next(now + 10, false)).toBe(1);
  });

  it('stays at full resolution on a machine that keeps up', () => {
    const scale = new MotionScale();
    for (let frame = 0; frame < 60; frame += 1) expect(scale.next(frame * 16, true)).toBe(1);
  });

  it('does not take a pause between two motions for a slow frame', () => {
    const scale = new MotionScale();
    scale.next(0, true);
    scale.next(16, false);
    expect(scale.next(5_000, true)).toBe(1);
    expect(scale.next(5_016, true)).toBe(1);
  });
});
