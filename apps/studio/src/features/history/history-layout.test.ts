import { type Generation, generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { dayLabel, layoutHistory, visibleBoxes } from './history-layout.ts';

const now = new Date('2026-03-10T15:00:00');

function aGeneration(id: number, createdAt: Date, width = 1024, height = 576): Generation {
  return {
    id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    status: 'succeeded',
    progress: { stage: 'saving', fraction: 1 },
    request: generationRequestSchema.parse({}),
    outputs: [{ asset: `sha256-${'0'.repeat(64)}`, url: '', width, height, mediaType: 'image/png', seed: 1 }],
    warnings: [],
    attempts: 1,
    timings: {},
    favorite: false,
    seq: 1,
    rejected: false,
    tags: [],
    boards: [],
    project: null,
    deletedAt: null,
    createdAt: createdAt.toISOString(),
  };
}

describe('layoutHistory', () => {
  it('keeps the shape of every picture and never lays two over each other', () => {
    const shapes: [number, number][] = [
      [1024, 576],
      [576, 1024],
      [1024, 1024],
      [1024, 439],
      [820, 1024],
    ];
    const items = Array.from({ length: 25 }, (_, i) =>
      aGeneration(i, new Date(now.getTime() - i * 3_600_000 * 3), ...shapes[i % shapes.length]!),
    );
    const { boxes, height } = layoutHistory(items, 312, now);
    const cards = boxes.filter((box) => box.kind === 'card');
    expect(cards.map(({ generation }) => generation.id)).toEqual(items.map(({ id }) => id));
    for (const a of cards) {
      expect(a.y + a.height).toBeLessThanOrEqual(height);
      for (const b of boxes)
        if (a !== b)
          expect(
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
          ).toBe(true);
    }
    expect(cards[0]!.width / cards[0]!.height).toBeCloseTo(16 / 9, 1);
  });

  it('draws only what is near the visible part', () => {
    const items = Array.from({ length: 500 }, (_, i) => aGeneration(i, now));
    const layout = layoutHistory(items, 312, now);
    const boxes = visibleBoxes(layout, 9_000, 800);
    expect(boxes.length).toBeGreaterThan(10);
    expect(boxes.length).toBeLessThan(60);
  });
});

describe('dayLabel', () => {
  it('speaks of days as people do', () => {
    expect(dayLabel(new Date('2026-03-10T00:01:00'), now)).toBe('Today');
    expect(dayLabel(new Date('2026-03-09T23:59:00'), now)).toBe('Yesterday');
    expect(dayLabel(new Date('2026-03-06T12:00:00'), now)).toBe('Friday, March 6');
    expect(dayLabel(new Date('2025-12-24T12:00:00'), now)).toBe('December 24, 2025');
  });
});
