import { readFile } from 'node:fs/promises';
import { launchBrowser } from '@diorama/testkit/browser';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltHistory, buildHistory } from '../../benchmarks/history/build-history.ts';
import { beginWithPanel } from './begin-with-panel.ts';
import { type RunningDiorama, startDiorama } from './start-diorama.ts';

const ENTRIES = 100_000;
const PROMPT = 'a quiet moment with quartz candlelight, long shadows';

describe('a history of 100,000 entries in a browser', () => {
  let diorama: RunningDiorama;
  let browser: Browser;
  let page: Page;
  let built: BuiltHistory;
  const problems: string[] = [];

  beforeAll(async () => {
    [diorama, browser] = await Promise.all([
      startDiorama({
        prepare: async (dataFolder) => {
          built = await buildHistory(dataFolder, { entries: ENTRIES });
        },
      }),
      launchBrowser(),
    ]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    // Draft and small: the picture is not what is looked at here.
    await beginWithPanel(page, { quality: 'draft', size: 256 });
    await page.goto(diorama.url);
    await page.getByRole('region', { name: 'Viewport' }).waitFor();
    await settledPixels(page);
  });

  afterAll(async () => {
    await browser?.close();
    await diorama?.stop();
  });

  it('finds what a word is in, and opens it', async () => {
    await openHistory(page, diorama);
    const list = page.getByRole('list', { name: 'History' });
    await list.getByRole('listitem').first().waitFor();
    expect(await list.getByRole('listitem').first().getAttribute('aria-setsize')).toBe(String(ENTRIES));
    await page.getByLabel('Search the history').fill(built.rareWord);
    await expect
      .poll(async () => Number(await list.getByRole('listitem').first().getAttribute('aria-setsize')), {
        timeout: 20_000,
      })
      .toBeLessThan(ENTRIES / 100);
    const first = list.getByRole('listitem').first();
    await expect
      .poll(() => first.getByRole('button').first().getAttribute('aria-label'))
      .toContain(built.rareWord);
    await first.getByRole('button').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Result' }).getByText(built.rareWord).first().waitFor();
    await page.getByRole('button', { name: 'Back to 3D' }).click();
  });

  it('brings back scene and camera so that the canvas has the same pixels', {
    timeout: 240_000,
  }, async () => {
    await page.getByRole('tab', { name: 'Generate' }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
    const before = await settledPixels(page);
    await generateSmall(page);
    await page.getByRole('button', { name: 'Back to 3D' }).click();

    // Another view and another scene: an object less.
    const box = (await page.getByRole('region', { name: 'Viewport' }).boundingBox())!;
    await page.mouse.move(box.x + 60, box.y + box.height - 120);
    await page.mouse.down();
    await page.mouse.move(box.x + 320, box.y + box.height - 220, { steps: 8 });
    await page.mouse.up();
    await page.getByRole('region', { name: 'Scene' }).getByRole('treeitem').nth(2).click();
    await page.keyboard.press('Delete');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('something else');
    const between = await settledPixels(page);
    expect(between).not.toEqual(before);

    await openHistory(page, diorama);
    await page.getByLabel('Search the history').fill('quartz candlelight');
    const list = page.getByRole('list', { name: 'History' });
    await expect
      .poll(() => list.getByRole('listitem').first().getAttribute('aria-setsize'), { timeout: 20_000 })
      .toBe('1');
    await list.getByRole('listitem').first().getByRole('button').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Restore scene' }).first().click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(PROMPT);
    await expect.poll(() => settledPixels(page), { timeout: 60_000 }).toEqual(before);

    // One step of undo takes all of it back: scene, camera, panel.
    await page.getByRole('button', { name: /^Undo: Restore/ }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Prompt' }).inputValue())
      .toBe('something else');
    await expect.poll(() => settledPixels(page), { timeout: 60_000 }).toEqual(between);
  });

  it('compares four, side by side and as a heat map', async () => {
    await openHistory(page, diorama);
    await page.getByLabel('Search the history').fill(built.rareWord);
    const tiles = page.getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect
      .poll(() => tiles.first().getByRole('button').first().getAttribute('aria-label'), { timeout: 20_000 })
      .toContain(built.rareWord);
    await tiles.first().getByRole('button').first().focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('4 selected').waitFor();
    await page.keyboard.press('c');
    const compare = page.getByRole('dialog', { name: 'Compare' });
    await compare.waitFor();
    await expect
      .poll(() => compare.getByRole('list', { name: 'Pictures' }).getByRole('listitem').count())
      .toBe(4);
    await page.keyboard.press('5');
    await compare
      .getByLabel(/^Heat map/)
      .first()
      .waitFor({ timeout: 60_000 });
    await compare.getByRole('button', { name: 'Share as image' }).click();
    const [shared] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^(Download|Save)/ }).click(),
    ]);
    expect((await bytesOf(shared)).subarray(1, 4).toString('latin1')).toBe('PNG');
    await page.keyboard.press('Escape');
    await compare.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
  });

  it('packs exactly what was selected into a zip: 200 images, lists and contact sheets', async () => {
    await openHistory(page, diorama);
    await page.getByLabel('Search the history').fill('');
    await page.getByLabel('Search the history').fill('chair');
    const tiles = page.getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect
      .poll(() => tiles.first().getByRole('button').first().getAttribute('aria-label'), { timeout: 20_000 })
      .toContain('chair');
    await tiles.first().getByRole('button').first().focus();
    for (let i = 0; i < 199; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('200 selected').waitFor({ timeout: 30_000 });
    await page
      .getByRole('toolbar', { name: 'Selected entries' })
      .getByRole('button', { name: /zip/i })
      .click();
    const dialog = page.getByRole('dialog', { name: /as a zip/ });
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 120_000 }),
      dialog.getByRole('button', { name: /^(Download|Make)/ }).click(),
    ]);
    const names = namesInZip(await bytesOf(download));
    const pictures = names.filter(
      (name) => /\.(png|jpg|webp)$/.test(name) && !name.includes('contact-sheet'),
    );
    // Failed and canceled ones among them have no image.
    expect(pictures.length).toBeGreaterThan(150);
    expect(pictures.length).toBeLessThanOrEqual(200);
    expect(names).toContain('index.csv');
    expect(names).toContain('index.json');
    expect(names.filter((name) => name.includes('contact-sheet')).length).toBe(
      Math.ceil(pictures.length / 40),
    );
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  it('recalls the settings from a picture that is dropped on the window', async () => {
    await closePages(page);
    const file = await page.evaluate(async (words) => {
      const answer = await fetch(`/api/v1/history?q=${encodeURIComponent(words)}`);
      const { items } = (await answer.json()) as { items: { id: string; seed: number }[] };
      const picture = await fetch(`/api/v1/generations/${items[0]!.id}/file?format=png&metadata=settings`);
      const bytes = new Uint8Array(await picture.arrayBuffer());
      return { seed: items[0]!.seed, base64: btoa(String.fromCharCode(...bytes)) };
    }, 'quartz candlelight');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('not this');
    const transfer = await page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'found-on-the-desktop.png', { type: 'image/png' }));
      return data;
    }, file.base64);
    const viewport = page.getByRole('region', { name: 'Viewport' });
    for (const type of ['dragenter', 'dragover', 'drop'])
      await viewport.dispatchEvent(type, { dataTransfer: transfer });
    const dialog = page.getByRole('dialog', { name: 'This image says how it was made' });
    await dialog.getByText('quartz candlelight').first().waitFor({ timeout: 20_000 });
    await dialog.getByRole('button', { name: 'Use settings' }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(PROMPT);
    expect(await page.evaluate(() => localStorage.getItem('diorama-panel'))).toContain(`"seed":${file.seed}`);
  });

  it('deletes with undo, and empties the trash only when told to', async () => {
    await openHistory(page, diorama);
    await page.getByLabel('Search the history').fill('quartz candlelight');
    const tiles = page.getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect.poll(() => tiles.first().getAttribute('aria-setsize'), { timeout: 20_000 }).toBe('1');
    await tiles.first().getByRole('button').first().focus();
    await page.keyboard.press('Delete');
    await expect.poll(() => tiles.count(), { timeout: 10_000 }).toBe(0);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => tiles.count(), { timeout: 10_000 }).toBe(1);
  });

  it('did all of it without an error of the page', () => {
    expect(problems).toEqual([]);
  });
});

async function openHistory(page: Page, diorama: RunningDiorama): Promise<void> {
  await closePages(page);
  await page.evaluate(() => {
    location.hash = '#history';
  });
  expect(page.url()).toContain(diorama.url);
  await page.getByRole('dialog', { name: 'History' }).waitFor();
}

async function closePages(page: Page): Promise<void> {
  await page.evaluate(() => {
    if (location.hash !== '') location.hash = '';
  });
  await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
}

async function generateSmall(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page
    .getByRole('button', { name: /^Download/ })
    .first()
    .waitFor({ timeout: 200_000 });
}

/** The Canvas slot once it has stopped changing, in one word for equal pixels. */
async function settledPixels(page: Page): Promise<string> {
  let last = '';
  for (let same = 0, tries = 0; same < 3 && tries < 100; tries++) {
    const now = await page
      .getByRole('group', { name: 'Canvas' })
      .locator('canvas')
      .first()
      .evaluate(async (canvas: HTMLCanvasElement) => {
        const context = canvas.getContext('2d');
        if (!context) return '';
        const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
        const hash = await crypto.subtle.digest('SHA-256', pixels);
        return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      })
      .catch(() => '');
    same = now !== '' && now === last ? same + 1 : 0;
    last = now;
    await page.waitForTimeout(250);
  }
  return last;
}

async function bytesOf(download: Download): Promise<Buffer> {
  return await readFile(await download.path());
}

/** From the central directory (PKWARE APPNOTE 4.3.12); no zip64, no comment. */
function namesInZip(zip: Buffer): string[] {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.subarray(at + 46, at + 46 + length).toString('utf8'));
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names;
}
