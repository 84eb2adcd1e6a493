import { aScene, hostileGlbs, tinyPng } from '@diorama/testkit';
import { launchBrowser } from '@diorama/testkit/browser';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginWithPanel } from './begin-with-panel.ts';
import { type RunningDiorama, startDiorama } from './start-diorama.ts';

/** What the Generate tab remembers: the smallest and fastest image, because these tests are not about its looks. */
const SMALL_AND_FAST = { size: 256, quality: 'draft' };

describe('what goes wrong in the studio', { timeout: 45_000 }, () => {
  let diorama: RunningDiorama;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  const sceneRegion = () => page.getByRole('region', { name: 'Scene', exact: true });
  const tree = () => page.getByRole('tree', { name: 'Objects' });
  const prompt = () => page.getByRole('textbox', { name: 'Prompt' });
  const generateButton = () => page.getByRole('button', { name: 'Generate', exact: true });
  const result = () => page.getByRole('region', { name: 'Result' });
  const backTo3d = () => page.getByRole('button', { name: 'Back to 3D' }).click();
  const notice = (text: string | RegExp) =>
    page.getByRole('region', { name: 'Viewport' }).getByRole('alert').filter({ hasText: text });

  beforeAll(async () => {
    [diorama, browser] = await Promise.all([startDiorama(), launchBrowser()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
    await beginWithPanel(page, SMALL_AND_FAST);
    await page.goto(diorama.url);
    await tree().getByRole('treeitem').first().waitFor({ timeout: 30_000 });
  });

  afterAll(async () => {
    await browser?.close();
    await diorama?.stop();
  });

  it('ends a generation that is canceled while it renders, and keeps what it was made from', async () => {
    await page.getByRole('button', { name: /^Settings/ }).click();
    await page.getByText('High', { exact: true }).click();
    await prompt().fill('noon, brass lamp');
    await generateButton().click();
    await result()
      .getByText(/^Tracing/)
      .waitFor({ timeout: 30_000 });
    await result().getByRole('button', { name: 'Cancel' }).click();
    await result().getByText('This image was canceled').waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page
      .getByRole('list', { name: 'History' })
      .getByRole('button', { name: /^Canceled: noon/ })
      .waitFor();
    await page.getByRole('tab', { name: 'Generate' }).click();
    expect(await prompt().inputValue()).toBe('noon, brass lamp');
    await page.getByText('Draft', { exact: true }).click();
    await backTo3d();
    await generateButton().click();
    await result().getByRole('button', { name: 'Download' }).waitFor({ timeout: 30_000 });
    await backTo3d();
  });

  it('refuses what is no usable image inside the slot, in one sentence', async () => {
    const slots = page.getByRole('region', { name: 'Image references' });
    const refusal = slots.getByRole('alert');
    const before = await rowNames(tree());
    const refused = async (expected: RegExp) => {
      await expect.poll(() => refusal.allTextContents(), { timeout: 10_000 }).toHaveLength(1);
      const text = (await refusal.first().textContent()) ?? '';
      expect(text).toMatch(expected);
      expect(text.match(/[.!?](?=\s|$|✕)/g)).toHaveLength(1);
      await slots.getByRole('button', { name: 'Add Image 2' }).waitFor();
      await refusal.getByRole('button', { name: 'Dismiss' }).click();
    };
    await page.getByLabel('Choose Image 2').setInputFiles({
      name: 'logo.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    });
    await refused(/SVG/);
    await page.getByLabel('Choose Image 2').setInputFiles({
      name: 'notes.png',
      mimeType: 'image/png',
      buffer: Buffer.from('Only words, no pixels. '.repeat(40)),
    });
    await refused(/PNG, JPEG or WebP/);
    await drop(page.getByRole('button', { name: 'Add Image 2' }), {
      name: 'poster.png',
      type: 'image/png',
      byteLength: 41 * 1024 * 1024,
    });
    await refused(/40 MB/);
    expect(await prompt().inputValue()).toBe('noon, brass lamp');
    expect(await rowNames(tree())).toEqual(before);
    expect(await generateButton().isEnabled()).toBe(true);
  });

  it('says of a broken model what is wrong and what to do, and keeps the scene', async () => {
    const before = await rowNames(tree());
    const loop = hostileGlbs().find(({ name }) => name === 'a loop of nodes');
    const broken = [
      { name: 'half.glb', bytes: aScene().withBox().toGlb().slice(0, 200) },
      { name: 'loop.glb', bytes: loop?.bytes ?? new Uint8Array() },
    ];
    for (const { name, bytes } of broken) {
      await importFiles(page, sceneRegion(), [{ name, bytes }]);
      const alert = notice(name.replace('.glb', ''));
      await alert.waitFor();
      const [what, todo] = await alert.locator('p').allTextContents();
      expect(what?.length).toBeGreaterThan(20);
      expect(todo).toMatch(/export|again|another/i);
      await alert.getByRole('button', { name: 'Dismiss' }).click();
      expect(await rowNames(tree())).toEqual(before);
    }
  });

  it('names the file that a model lacks, and completes the import when it comes', async () => {
    const shelf = aScene('shelf')
      .withBox({ name: 'Shelf board', color: [1, 1, 1] })
      .editing(({ json }) => {
        json.images = [{ uri: 'oak-planks.png' }];
        json.textures = [{ source: 0 }];
        json.materials[0].pbrMetallicRoughness.baseColorTexture = { index: 0 };
      })
      .toGlb();
    await importFiles(page, sceneRegion(), [{ name: 'shelf.glb', bytes: shelf }]);
    const alert = notice('shelf');
    await alert.getByText('oak-planks.png').waitFor();
    await importFiles(page, sceneRegion(), [{ name: 'oak-planks.png', bytes: tinyPng() }]);
    await tree().getByRole('treeitem', { name: /shelf/i }).first().waitFor();
    expect(await alert.count()).toBe(0);
  });

  it('takes a dropped folder whose pictures lie in subfolders', async () => {
    const crate = aScene('crate')
      .withBox({ name: 'Crate', color: [1, 1, 1] })
      .editing(({ json }) => {
        json.images = [{ uri: 'Textures/colormap.png' }];
        json.textures = [{ source: 0 }];
        json.materials[0].pbrMetallicRoughness.baseColorTexture = { index: 0 };
      })
      .toGlb();
    await dropFolder(page, 'crate', {
      'crate.glb': crate,
      'Textures/colormap.png': tinyPng(),
      '.DS_Store': new Uint8Array(8),
    });
    await tree().getByRole('treeitem', { name: /crate/i }).first().waitFor();
  });

  it('undoes and redoes a change of material and a deletion by keyboard', async () => {
    await tree().getByRole('treeitem', { name: /crate/i }).first().click();
    const roughness = page.getByRole('slider', { name: 'Roughness' });
    const value = async () => Number(await roughness.getAttribute('aria-valuenow'));
    const before = await value();
    await roughness.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
    const after = await value();
    expect(after).toBeLessThan(before);
    // With the focus still on the slider, as it is after dragging it.
    while ((await value()) !== before) await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    expect(await value()).toBeLessThan(before);

    const rows = await rowNames(tree());
    await tree().getByRole('treeitem', { name: /crate/i }).first().click();
    await page.keyboard.press('Delete');
    await expect.poll(() => rowNames(tree())).not.toContain('crate');
    await page.keyboard.press('Control+z');
    await expect.poll(() => rowNames(tree())).toEqual(rows);
  });

  it('keeps a prompt of 5,000 characters and says why it cannot be used', async () => {
    const long = 'walnut and brass, '.repeat(280).slice(0, 5_000);
    await prompt().fill(long);
    await page.getByText('1,000 characters too long').first().waitFor();
    expect(await generateButton().isDisabled()).toBe(true);
    const rows = await rowNames(tree());
    await page.reload();
    await tree().getByRole('treeitem', { name: /crate/i }).first().waitFor();
    expect(await rowNames(tree())).toEqual(rows);
    expect(await prompt().inputValue()).toBe(long);
  });

  it('makes an image from a prompt alone, and from a scene alone', async () => {
    await page.getByRole('switch', { name: 'Use canvas' }).uncheck({ force: true });
    await prompt().fill('a red ceramic vase on a wooden table');
    await generateButton().click();
    await result().getByRole('button', { name: 'Download' }).waitFor({ timeout: 30_000 });
    await backTo3d();
    await page.getByRole('switch', { name: 'Use canvas' }).check({ force: true });
    await prompt().fill('');
    await generateButton().click();
    await result().getByRole('button', { name: 'Download' }).waitFor({ timeout: 30_000 });
    await backTo3d();
    const answer = await fetch(`${diorama.url}/api/v1/generations?limit=2`);
    const { items } = (await answer.json()) as {
      items: { status: string; request: { prompt: string; canvas: unknown } }[];
    };
    expect(items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(items[0]?.request.prompt).toBe('');
    expect(items[0]?.request.canvas).not.toBeNull();
    expect(items[1]?.request.canvas).toBeNull();
  });

  it('goes on after a crash of the server as if nothing had been', async () => {
    await diorama.kill();
    const banner = page.getByRole('status').filter({ hasText: 'The server does not answer' });
    await banner.waitFor();
    await prompt().fill('typed while nobody listened');
    await expect.poll(() => generateButton().isDisabled()).toBe(true);
    await diorama.start();
    await banner.waitFor({ state: 'detached' });
    expect(await prompt().inputValue()).toBe('typed while nobody listened');
    await expect.poll(() => generateButton().isEnabled()).toBe(true);
  });

  it('left no error in the console but those of the network', () => {
    const own = problems.filter(
      (problem) => !/Failed to load resource|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_/.test(problem),
    );
    expect(own).toEqual([]);
  });
});

const rowNames = (tree: Locator) =>
  tree.getByRole('treeitem').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));

async function importFiles(
  page: Page,
  scene: Locator,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  await scene.getByRole('button', { name: /^Add/ }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('menuitem', { name: /^Import model/ }).click(),
  ]);
  await chooser.setFiles(
    files.map(({ name, bytes }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })),
  );
}

/** Drops a file of zeros: the browser makes it, because so many bytes are slow to hand over. */
async function drop(
  target: Locator,
  file: { readonly name: string; readonly type: string; readonly byteLength: number },
): Promise<void> {
  await target.evaluate((element, { name, type, byteLength }) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(byteLength)], name, { type }));
    for (const event of ['dragenter', 'dragover', 'drop'])
      element.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
  }, file);
}

/**
 * Drops a folder on the window. A script cannot put a folder into a real transfer, so the entries are played: as the
 * File System Entry API gives them, readEntries in batches with an empty one at the end.
 */
async function dropFolder(page: Page, name: string, files: Record<string, Uint8Array>): Promise<void> {
  const plain = Object.entries(files).map(([path, bytes]) => ({ path, bytes: [...bytes] }));
  await page.evaluate(
    ({ folderName, list }) => {
      const fileEntry = (path: string, bytes: number[]) => ({
        name: path.slice(path.lastIndexOf('/') + 1),
        isFile: true,
        isDirectory: false,
        file: (resolve: (file: File) => void) =>
          resolve(new File([new Uint8Array(bytes)], path.slice(path.lastIndexOf('/') + 1))),
      });
      const folderEntry = (path: string, prefix: string): object => ({
        name: path,
        isFile: false,
        isDirectory: true,
        createReader() {
          const inside = list.filter((file) => file.path.startsWith(prefix));
          const folders = new Set<string>();
          const children: object[] = [];
          for (const file of inside) {
            const [head, ...rest] = file.path.slice(prefix.length).split('/');
            if (rest.length === 0) children.push(fileEntry(file.path, file.bytes));
            else if (head && !folders.has(head)) {
              folders.add(head);
              children.push(folderEntry(head, `${prefix}${head}/`));
            }
          }
          return {
            readEntries: (resolve: (batch: object[]) => void) => resolve(children.splice(0, 1)),
          };
        },
      });
      const event = new DragEvent('drop', { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'dataTransfer', {
        value: {
          types: ['Files'],
          items: [{ kind: 'file', webkitGetAsEntry: () => folderEntry(folderName, '') }],
        },
      });
      document.body.dispatchEvent(event);
    },
    { folderName: name, list: plain },
  );
}
