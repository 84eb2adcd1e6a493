import { readFile } from 'node:fs/promises';
import { buildSample } from '@diorama/samples';
import { launchBrowser } from '@diorama/testkit/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDiorama, startDiorama } from './start-diorama.ts';

const PROMPT = 'golden hour, pink marble plinth';

describe('the main job in a browser', () => {
  let diorama: RunningDiorama;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    [diorama, browser] = await Promise.all([startDiorama(), launchBrowser()]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
  });

  afterAll(async () => {
    await browser?.close();
    await diorama?.stop();
  });

  it('opens isolated from other origins, with a scene to look at', async () => {
    await page.goto(diorama.url);
    await page.getByRole('region', { name: 'Viewport' }).waitFor();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it('imports a GLB', async () => {
    const scene = page.getByRole('region', { name: 'Scene' });
    await scene.getByRole('button', { name: /^Add/ }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('menuitem', { name: /^Import model/ }).click(),
    ]);
    await chooser.setFiles({
      name: 'flacon.glb',
      mimeType: 'model/gltf-binary',
      buffer: Buffer.from(await buildSample('perfume')),
    });
    await scene.getByText('flacon', { exact: false }).first().waitFor();
  });

  it('shows in the Canvas slot what the viewport shows, after an orbit too', async () => {
    const slot = page.getByRole('group', { name: 'Canvas' }).locator('canvas').first();
    await slot.waitFor();
    await expect.poll(() => differentColors(slotPixels(page)), { timeout: 20_000 }).toBeGreaterThan(50);
    const before = await slotPixels(page);
    const box = await page.getByRole('region', { name: 'Viewport' }).boundingBox();
    if (!box) throw new Error('The viewport has no box.');
    // Near the corner, where no gizmo is: dragging there orbits.
    await page.mouse.move(box.x + 60, box.y + box.height - 120);
    await page.mouse.down();
    await page.mouse.move(box.x + 260, box.y + box.height - 180, { steps: 8 });
    await page.mouse.up();
    await expect
      .poll(async () => changedShare(before, await slotPixels(page)), { timeout: 20_000 })
      .toBeGreaterThan(0.05);
  });

  it('generates an image of the chosen shape and shows it on the canvas', { timeout: 240_000 }, async () => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
    await page.getByRole('radio', { name: /16:9/ }).check({ force: true });
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.getByRole('progressbar', { name: 'Generating' }).first().waitFor({ timeout: 30_000 });
    const image = page.getByRole('region', { name: 'Result' }).getByRole('img', { name: PROMPT });
    await page.getByRole('button', { name: /^Download/ }).waitFor({ timeout: 200_000 });
    await image.first().waitFor();
    const size = await image
      .first()
      .evaluate((element: HTMLImageElement) => [element.naturalWidth, element.naturalHeight]);
    expect(size[0]! / size[1]!).toBeCloseTo(16 / 9, 2);
  });

  it('downloads a PNG of exactly that shape', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).first().click(),
    ]);
    const png = await readFile(await download.path());
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1024, 576]);
  });

  it('keeps scene and history across a reload and a restart of the server', async () => {
    await diorama.restart();
    await page.reload();
    await page
      .getByRole('region', { name: 'Scene' })
      .getByText('flacon', { exact: false })
      .first()
      .waitFor({ timeout: 30_000 });
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(PROMPT);
    await page.getByRole('tab', { name: 'History' }).click();
    const entries = page.getByRole('list', { name: 'History' }).getByRole('listitem');
    await entries.first().waitFor({ timeout: 30_000 });
    await entries.first().click();
    await page.getByRole('region', { name: 'Result' }).getByRole('img', { name: PROMPT }).first().waitFor();
  });

  it('did all of it without an error in the console', () => {
    // The restart itself interrupts the event stream, which the browser reports.
    expect(
      problems.filter(
        (problem) =>
          !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(
            problem,
          ),
      ),
    ).toEqual([]);
  });
});

/** RGBA bytes of the Canvas slot. */
async function slotPixels(page: Page): Promise<number[]> {
  return page
    .getByRole('group', { name: 'Canvas' })
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d');
      return context ? Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data) : [];
    });
}

async function differentColors(pixels: Promise<number[]>): Promise<number> {
  const bytes = await pixels;
  const colors = new Set<number>();
  for (let i = 0; i < bytes.length; i += 4)
    colors.add((bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!);
  return colors.size;
}

function changedShare(a: readonly number[], b: readonly number[]): number {
  let changed = 0;
  for (let i = 0; i < a.length; i += 4) {
    if (Math.abs(a[i]! - b[i]!) + Math.abs(a[i + 1]! - b[i + 1]!) + Math.abs(a[i + 2]! - b[i + 2]!) > 24)
      changed++;
  }
  return changed / (a.length / 4);
}
