import { describe, expect, it } from 'vitest';
import { downloadName, leftInWords, progressInWords, tookInWords } from './result-words.ts';
import { zoomTowards } from './zoom.ts';

describe('progressInWords', () => {
  it('says the stage, how far it is and what is left', () => {
    expect(
      progressInWords({ stage: 'tracing', fraction: 0.5, detail: '8 of 16 samples', etaMs: 5_600 }),
    ).toBe('Tracing, 8 of 16 samples, 6 s left');
    expect(progressInWords({ stage: 'queued', fraction: 0, etaMs: 9_000 })).toBe('Waiting in the queue');
  });

  it('counts in minutes when it is long', () => {
    expect(leftInWords(150_000)).toBe('3 min');
    expect(tookInWords(64_000)).toBe('1 min 4 s');
    expect(tookInWords(3_240)).toBe('3.2 s');
  });
});

describe('downloadName', () => {
  it('is readable and safe whatever the scene and the prompt are called', () => {
    expect(downloadName('Reading corner', 'Golden hour, walnut table', 0, 1)).toBe(
      'reading-corner-golden-hour-walnut-table.png',
    );
    expect(downloadName('../..', 'a/b\\c: "d"', 1, 4)).toBe('a-b-c-d-2.png');
    expect(downloadName('', '…', 0, 1)).toBe('diorama.png');
    expect(downloadName('Café', 'x'.repeat(500), 0, 1).length).toBeLessThan(100);
  });
});

describe('zoomTowards', () => {
  it('keeps the point under the pointer where it is', () => {
    const before = { zoom: 2, x: 30, y: -10 };
    const after = zoomTowards(before, 1.5, 120, 40);
    const pictureX = (at: typeof before, pointer: number) => (pointer - at.x) / at.zoom;
    expect(pictureX(after, 120)).toBeCloseTo(pictureX(before, 120), 9);
  });

  it('comes back to the fitted picture when zoomed out', () => {
    expect(zoomTowards({ zoom: 1.1, x: 50, y: 50 }, 0.5, 0, 0)).toEqual({ zoom: 1, x: 0, y: 0 });
  });
});
