import { launchBrowser } from '@diorama/testkit/browser';
import type { CDPSession, Page } from 'playwright-core';
import { decodeColumns } from '../../apps/studio/src/features/history/history-columns.ts';
import { layoutHistory } from '../../apps/studio/src/features/history/history-layout.ts';

/** What a person would notice; the aims of the history. */
const BLANK_MAX_MS = 300;
const BLOCK_MAX_MS = 50;
const LAYOUT_MAX_MS = 30;
/** How much more than before the first scroll the page may hold after all of it was scrolled through. */
const HEAP_GROWTH_MAX_BYTES = 48 * 2 ** 20;

interface Phase {
  readonly name: string;
  /** Longest time that a place in view was without its picture. */
  readonly longestBlankMs: number;
  /** Longest task of the main thread. */
  readonly longestBlockMs: number;
  /** Tasks of more than 50 ms. */
  readonly blocks: number;
  readonly frames: number;
  readonly pass: boolean;
}

/** What was seen while the grid was scrolled. */
export interface ScrollResult {
  readonly entries: number;
  readonly layoutMs: number;
  readonly phases: readonly Phase[];
  readonly heapBeforeBytes: number;
  readonly heapAfterBytes: number;
  readonly elementsMax: number;
  readonly pass: boolean;
}

/**
 * Scrolls the history in a real browser: with the wheel, by dragging the scroll bar, by jumping about, and through all
 * of it; and watches for blank tiles, blocked frames and memory.
 *
 * @param url Of a server with a built studio and a long history.
 */
export async function scrollBenchmark(url: string): Promise<ScrollResult> {
  const layout = await measureLayout(url);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const session = await page.context().newCDPSession(page);
    await page.addInitScript(watchPage);
    await page.goto(`${url}/#history`);
    await page.locator('[data-scroller] li[data-seq] img').first().waitFor({ timeout: 60_000 });
    // What the rest of the studio does while it starts is not what is measured.
    await page.waitForTimeout(3_000);
    const heapBeforeBytes = await heapOf(session);
    const phases = [
      await measure(page, 'wheel', () => wheel(page)),
      await measure(page, 'drag of the scroll bar', () => page.evaluate(drag, { seconds: 6 })),
      await measure(page, 'jumps', () => page.evaluate(jump, { times: 20, restMs: 500 })),
      await measure(page, 'through everything', () => page.evaluate(through, { frames: 600 })),
    ];
    const heapAfterBytes = await heapOf(session);
    const elementsMax = await page.evaluate(() => window.historyWatch.elementsMax);
    return {
      entries: layout.entries,
      layoutMs: layout.ms,
      phases,
      heapBeforeBytes,
      heapAfterBytes,
      elementsMax,
      pass:
        phases.every(({ pass }) => pass) &&
        layout.ms <= LAYOUT_MAX_MS &&
        heapAfterBytes - heapBeforeBytes <= HEAP_GROWTH_MAX_BYTES,
    };
  } finally {
    await browser.close();
  }
}

/** Prints the figures as the other parts of this benchmark do. */
export function printScroll(result: ScrollResult): void {
  const verdict = (pass: boolean) => (pass ? 'pass' : 'FAIL');
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(`scrolling ${result.entries} entries in Chromium, 1440 x 900`);
  console.table(
    result.phases.map((phase) => ({
      what: phase.name,
      'longest blank, ms': phase.longestBlankMs.toFixed(0),
      'longest task, ms': phase.longestBlockMs.toFixed(0),
      'tasks > 50 ms': phase.blocks,
      frames: phase.frames,
      result: verdict(phase.pass),
    })),
  );
  console.log(
    `layout of all entries: ${result.layoutMs.toFixed(1)} ms (${verdict(result.layoutMs <= LAYOUT_MAX_MS)}, at most ${LAYOUT_MAX_MS}); ` +
      `JS heap ${megabytes(result.heapBeforeBytes)} MB before, ${megabytes(result.heapAfterBytes)} MB after ` +
      `(${verdict(result.heapAfterBytes - result.heapBeforeBytes <= HEAP_GROWTH_MAX_BYTES)}); at most ${result.elementsMax} tiles at once`,
  );
}

async function measureLayout(url: string): Promise<{ entries: number; ms: number }> {
  const columns = decodeColumns(await (await fetch(`${url}/api/v1/history/index`)).json());
  const times = Array.from({ length: 9 }, (_, index) => {
    const began = performance.now();
    layoutHistory(columns, { width: 1_100 + index, columnCount: 5, hasDays: true });
    return performance.now() - began;
  });
  return { entries: columns.length, ms: times.toSorted((a, b) => a - b)[4]! };
}

async function measure(page: Page, name: string, act: () => Promise<void>): Promise<Phase> {
  await page.evaluate(() => window.historyWatch.begin());
  await act();
  await page.waitForTimeout(BLANK_MAX_MS + 200);
  const seen = await page.evaluate(() => window.historyWatch.end());
  return {
    name,
    ...seen,
    pass: seen.longestBlankMs <= BLANK_MAX_MS && seen.longestBlockMs <= BLOCK_MAX_MS,
  };
}

async function wheel(page: Page): Promise<void> {
  await page.mouse.move(800, 500);
  for (let turn = 0; turn < 80; turn += 1) {
    await page.mouse.wheel(0, turn < 60 ? 400 : -900);
    await page.waitForTimeout(25);
  }
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  return usedSize;
}

interface Seen {
  readonly longestBlankMs: number;
  readonly longestBlockMs: number;
  readonly blocks: number;
  readonly frames: number;
}

declare global {
  interface Window {
    historyWatch: { begin(): void; end(): Seen; elementsMax: number };
  }
}

/** Runs in the page: looks at every tile in view in every frame. */
function watchPage(): void {
  let isOn = false;
  let blankSince = new Map<string, number>();
  let longestBlankMs = 0;
  let longestBlockMs = 0;
  let blocks = 0;
  let frames = 0;
  new PerformanceObserver((list) => {
    if (!isOn) return;
    for (const { duration } of list.getEntries()) {
      blocks += 1;
      longestBlockMs = Math.max(longestBlockMs, duration);
    }
  }).observe({ type: 'longtask' });

  const isFilled = (tile: Element): boolean => {
    const image = tile.querySelector('img');
    if (image) return image.complete && image.naturalWidth > 0;
    // Those without a picture say so in words.
    return tile.querySelector('[data-status="failed"], [data-status="canceled"]') !== null;
  };
  const look = () => {
    requestAnimationFrame(look);
    const scroller = document.querySelector('[data-scroller]');
    if (!isOn || !scroller) return;
    frames += 1;
    const now = performance.now();
    const view = scroller.getBoundingClientRect();
    const blank = new Map<string, number>();
    const tiles = scroller.querySelectorAll('li[data-seq]');
    window.historyWatch.elementsMax = Math.max(window.historyWatch.elementsMax, tiles.length);
    let inView = 0;
    for (const tile of tiles) {
      const box = tile.getBoundingClientRect();
      if (box.bottom <= view.top || box.top >= view.bottom) continue;
      inView += 1;
      if (isFilled(tile)) continue;
      const seq = tile.getAttribute('data-seq') ?? '';
      blank.set(seq, blankSince.get(seq) ?? now);
    }
    if (inView === 0) blank.set('nothing', blankSince.get('nothing') ?? now);
    for (const since of blank.values()) longestBlankMs = Math.max(longestBlankMs, now - since);
    blankSince = blank;
  };
  requestAnimationFrame(look);
  window.historyWatch = {
    elementsMax: 0,
    begin() {
      isOn = true;
      blankSince = new Map();
      longestBlankMs = 0;
      longestBlockMs = 0;
      blocks = 0;
      frames = 0;
    },
    end() {
      isOn = false;
      return { longestBlankMs, longestBlockMs, blocks, frames };
    },
  };
}

/** Runs in the page: the scroll bar is dragged to the end and back, with a rest now and then as a hand makes it. */
async function drag(options: { seconds: number }): Promise<void> {
  const scroller = document.querySelector('[data-scroller]');
  if (!scroller) throw new Error('There is no grid.');
  const span = scroller.scrollHeight - scroller.clientHeight;
  const began = performance.now();
  const endMs = options.seconds * 1000;
  for (;;) {
    await new Promise(requestAnimationFrame);
    const at = (performance.now() - began) / endMs;
    if (at >= 1) return;
    // There and back, resting for a twentieth of the way at each tenth.
    const way = 1 - Math.abs(1 - 2 * at);
    const rested = Math.floor(way * 10) / 10 + Math.min(0.1, Math.max(0, (way % 0.1) * 2 - 0.1));
    scroller.scrollTop = rested * span;
  }
}

/** Runs in the page: to places all over the list, as a click into the scroll bar does. */
async function jump(options: { times: number; restMs: number }): Promise<void> {
  const scroller = document.querySelector('[data-scroller]');
  if (!scroller) throw new Error('There is no grid.');
  for (let time = 0; time < options.times; time += 1) {
    scroller.scrollTop = ((time * 0.618) % 1) * scroller.scrollHeight;
    await new Promise((resolve) => setTimeout(resolve, options.restMs));
  }
}

/** Runs in the page: from the beginning to the end, so that every part was drawn near once. */
async function through(options: { frames: number }): Promise<void> {
  const scroller = document.querySelector('[data-scroller]');
  if (!scroller) throw new Error('There is no grid.');
  const span = scroller.scrollHeight - scroller.clientHeight;
  for (let frame = 0; frame <= options.frames; frame += 1) {
    await new Promise(requestAnimationFrame);
    scroller.scrollTop = (frame / options.frames) * span;
  }
}
