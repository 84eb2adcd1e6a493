import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScrollSpace } from './scroll-space.ts';

describe('ScrollSpace', () => {
  it('is the list itself while the list is not too tall', () => {
    const space = new ScrollSpace(5_000, 800);
    expect(space.isScaled).toBe(false);
    space.follow(1_234);
    expect([space.top, space.offset, space.elementHeight]).toEqual([1_234, 0, 5_000]);
    expect(space.moveTo(99_999)).toBe(4_200);
  });

  it('reaches both ends of a list far taller than the element', () => {
    const space = new ScrollSpace(60_000_000, 900);
    expect(space.elementHeight).toBe(8_000_000);
    space.follow(8_000_000 - 900);
    expect(space.top).toBe(60_000_000 - 900);
    space.follow(0);
    expect(space.top).toBe(0);
  });

  it('moves by as much as the wheel does, wherever one is', () => {
    const space = new ScrollSpace(60_000_000, 900);
    const element = space.moveTo(31_000_000);
    space.follow(element + 120);
    expect(space.top).toBe(31_000_120);
    expect(space.isDrifted).toBe(true);
    const settled = space.moveTo(space.top);
    expect(space.isDrifted).toBe(false);
    expect(Math.abs(settled - element - 120)).toBeLessThan(130);
  });

  it('shows what it was asked to, and finds back from where the element was put', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90_000_000 }),
        fc.integer({ min: 300, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (listHeight, viewHeight, share) => {
          const wanted = share * Math.max(0, listHeight - viewHeight);
          const space = new ScrollSpace(listHeight, viewHeight);
          const element = space.moveTo(wanted);
          expect(space.top).toBeCloseTo(wanted, 3);
          expect(element).toBeGreaterThanOrEqual(0);
          expect(element).toBeLessThanOrEqual(Math.max(0, space.elementHeight - viewHeight) + 0.5);
          const dragged = new ScrollSpace(listHeight, viewHeight);
          dragged.follow(element);
          // One pixel of the element is that many of the list.
          expect(Math.abs(dragged.top - wanted)).toBeLessThanOrEqual(1 + listHeight / space.elementHeight);
        },
      ),
    );
  });
});
