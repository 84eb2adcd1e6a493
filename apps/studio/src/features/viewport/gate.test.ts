import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gateFovAfterReshape, gateInPixels, gateRect, viewportFovYDegrees } from './gate.ts';

const viewport = fc.record({
  width: fc.double({ min: 200, max: 4000, noNaN: true }),
  height: fc.double({ min: 200, max: 3000, noNaN: true }),
});
const ratio = fc.constantFrom(1, 4 / 5, 5 / 4, 3 / 4, 4 / 3, 2 / 3, 3 / 2, 9 / 16, 16 / 9, 21 / 9);

describe('gateRect', () => {
  it('has exactly the asked shape, lies inside the viewport and is centred', () => {
    fc.assert(
      fc.property(viewport, ratio, (size, shape) => {
        const rect = gateRect(size, shape);
        expect(rect.width / rect.height).toBeCloseTo(shape, 6);
        expect(rect.x).toBeGreaterThanOrEqual(-1e-9);
        expect(rect.y).toBeGreaterThanOrEqual(-1e-9);
        expect(rect.x * 2 + rect.width).toBeCloseTo(size.width, 6);
        expect(rect.y * 2 + rect.height).toBeCloseTo(size.height, 6);
      }),
    );
  });

  it('touches one pair of margins', () => {
    const wide = gateRect({ width: 1000, height: 800 }, 21 / 9);
    expect(wide.x).toBe(24);
    const tall = gateRect({ width: 1000, height: 800 }, 9 / 16);
    expect(tall.y).toBe(56);
  });
});

describe('field of view', () => {
  it('shows in the gate exactly what the gate is asked to show', () => {
    const size = { width: 900, height: 700 };
    const gate = gateRect(size, 16 / 9);
    const full = viewportFovYDegrees(35, size, gate);
    expect(full).toBeGreaterThan(35);
    // A point on the gate's upper edge lies at tan(35 / 2) above the axis.
    const pixelsPerTangent = size.height / 2 / Math.tan((full * Math.PI) / 360);
    expect(pixelsPerTangent * Math.tan((35 * Math.PI) / 360)).toBeCloseTo(gate.height / 2, 6);
  });

  it('does not move the picture when the shape changes, and comes back to the same angle', () => {
    const size = { width: 900, height: 700 };
    const wide = gateRect(size, 16 / 9);
    const tall = gateRect(size, 9 / 16);
    const changed = gateFovAfterReshape(35, wide, tall);
    expect(viewportFovYDegrees(changed, size, tall)).toBeCloseTo(viewportFovYDegrees(35, size, wide), 9);
    expect(gateFovAfterReshape(changed, tall, wide)).toBeCloseTo(35, 9);
  });
});

describe('gateInPixels', () => {
  it('stays inside the canvas whatever the pixel ratio', () => {
    fc.assert(
      fc.property(viewport, ratio, fc.double({ min: 0.5, max: 3, noNaN: true }), (size, shape, dpr) => {
        const canvas = { width: Math.floor(size.width * dpr), height: Math.floor(size.height * dpr) };
        const rect = gateInPixels(gateRect(size, shape), size, canvas);
        expect(rect.x + rect.width).toBeLessThanOrEqual(canvas.width);
        expect(rect.y + rect.height).toBeLessThanOrEqual(canvas.height);
        expect(rect.width / rect.height).toBeGreaterThan(shape * 0.97);
        expect(rect.width / rect.height).toBeLessThan(shape * 1.03);
      }),
    );
  });
});
