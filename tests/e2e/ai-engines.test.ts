import { launchBrowser } from '@diorama/testkit/browser';
import { FAKE_KEY, type FakeOpenAi, startFakeOpenAi } from '@diorama/testkit/fake-engines';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginWithPanel } from './begin-with-panel.ts';
import { type RunningDiorama, startDiorama } from './start-diorama.ts';

const PROMPT = 'golden hour, walnut table';
/** What the Generate tab remembers: a small square, because these tests are not about looks. */
const SMALL_SQUARE = { size: 512, aspectRatio: '1:1', prompt: PROMPT };
/** Wide as no canvas of these tests is, so that the fake can tell it from the others. */
const REFERENCE_PX = { width: 330, height: 100 };

describe('AI engines in the studio', { timeout: 90_000 }, () => {
  let diorama: RunningDiorama;
  let openAi: FakeOpenAi;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  const result = () => page.getByRole('region', { name: 'Result' });
  const generateButton = () => page.getByRole('button', { name: 'Generate', exact: true });
  const line = () => page.locator('#generate-line');
  const enginesPage = () => page.getByRole('dialog', { name: 'Engines' });
  const closeEngines = async () => {
    await enginesPage().getByRole('button', { name: 'Close' }).click();
    await enginesPage().waitFor({ state: 'detached' });
  };
  const images = () => openAi.requests.filter(({ path }) => path.startsWith('/v1/images/'));

  beforeAll(async () => {
    [diorama, openAi, browser] = await Promise.all([startDiorama(), startFakeOpenAi(), launchBrowser()]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
    await beginWithPanel(page, SMALL_SQUARE);
    await page.goto(diorama.url);
    await page.getByRole('tree', { name: 'Objects' }).getByRole('treeitem').first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await openAi?.close();
    await diorama?.stop();
  });

  it('connects an engine by address and key, and shows what the test found', async () => {
    await page.getByRole('button', { name: 'Engines', exact: true }).click();
    expect(new URL(page.url()).hash).toBe('#engines');
    await enginesPage().getByRole('button', { name: 'Add key: OpenAI', exact: true }).click();
    const form = enginesPage().getByRole('form', { name: 'Connect OpenAI' });
    await form.getByRole('button', { name: 'Use another address' }).click();
    await form.getByRole('textbox', { name: 'Address' }).fill(openAi.baseUrl);
    await form.getByRole('switch', { name: 'This address may be private' }).check({ force: true });
    await form.getByLabel('API key').fill(FAKE_KEY);
    // What was typed survives an Escape.
    await form.getByLabel('API key').press('Escape');
    expect(await form.getByLabel('API key').inputValue()).toBe(FAKE_KEY);
    await form.getByRole('button', { name: 'Connect and test' }).click();
    const card = enginesPage().getByRole('group', { name: 'OpenAI' });
    await card.getByText(/^Works, tested just now/).waitFor({ timeout: 30_000 });
    await card.getByRole('list', { name: 'Models' }).getByText('gpt-image-2', { exact: true }).waitFor();
    await card.getByText('Saved').waitFor();
    // Written only: no field has it any more, and nothing that the page keeps.
    expect(await card.locator('input[type=password]').count()).toBe(0);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + document.body.innerHTML);
    expect(kept).not.toContain(FAKE_KEY);
    await closeEngines();
    expect(new URL(page.url()).hash).toBe('');
    // Who came by keyboard goes on from where they were.
    const opener = page.getByRole('button', { name: 'Engines', exact: true });
    await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('chooses engine and model, and says what it costs before the click', async () => {
    await page.getByRole('button', { name: /^Engine: Diorama/ }).click();
    await page.getByRole('option', { name: /^GPT Image 2 / }).click();
    await page.getByRole('button', { name: /^Engine: GPT Image 2, OpenAI, Cloud/ }).waitFor();
    expect(await line().textContent()).toMatch(/≈ \$0\.\d\d/);
    await page.getByRole('button', { name: /^Scene notes/ }).click();
    expect(await page.getByRole('textbox', { name: 'Scene notes' }).inputValue()).toMatch(/- Armchair/);
    await page.reload();
    await page.getByRole('button', { name: /^Engine: GPT Image 2, OpenAI, Cloud/ }).waitFor();
  });

  it('shows partial previews on the way to the image, and what it cost after', async () => {
    openAi.behaviour.eventEveryMs = 1_500;
    await generateButton().click();
    await result().locator('img[src^="data:image/jpeg"]').waitFor({ timeout: 60_000 });
    await result().getByRole('button', { name: 'Download' }).waitFor({ timeout: 60_000 });
    await result()
      .getByText(/seed \d+ .*\$0\.\d\d/)
      .waitFor();
    await result().getByRole('button', { name: 'Details' }).click();
    const details = page.getByLabel('Details of the image');
    await details.getByText('OpenAI', { exact: true }).waitFor();
    await details.getByText('GPT Image 2', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    expect(images()).toHaveLength(1);
    const body = Buffer.from(images()[0]!.body).toString('latin1');
    expect(body).toContain(PROMPT);
    expect(body).toContain('Armchair');
  });

  it('cancels what the service is working on', async () => {
    openAi.behaviour.eventEveryMs = 20_000;
    await page.getByRole('tab', { name: 'Generate' }).click();
    await generateButton().click();
    await expect.poll(() => images().length, { timeout: 30_000 }).toBe(2);
    await result().getByRole('button', { name: 'Cancel' }).click();
    await result().getByText('This image was canceled').waitFor();
    openAi.behaviour.eventEveryMs = 0;
  });

  it('tells a refusal apart and makes the image without the input that was refused', async () => {
    const wide = REFERENCE_PX.width / REFERENCE_PX.height;
    openAi.behaviour.refuse = 'without-details';
    openAi.behaviour.refuseWhen = (request) =>
      request.images.some(({ widthPx, heightPx }) => Math.abs(widthPx / heightPx - wide) < 0.1);
    await page.getByLabel('Choose Image 2').setInputFiles({
      name: 'mood.png',
      mimeType: 'image/png',
      buffer: await sharp({ create: { ...REFERENCE_PX, channels: 3, background: '#b4552d' } })
        .png()
        .toBuffer(),
    });
    await page
      .getByRole('button', { name: /^Remove/ })
      .first()
      .waitFor();
    await generateButton().click();
    await result().getByText('The engine refused the prompt or a picture').waitFor({ timeout: 30_000 });
    const retries = result().getByRole('group', { name: 'Try again without one input' });
    expect(await buttonNames(retries)).toEqual([
      'Without the canvas',
      'Without Image 2',
      'Without the prompt',
      'With the prompt only',
    ]);
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(PROMPT);
    const before = images().length;
    await retries.getByRole('button', { name: 'Without Image 2' }).click();
    await result().getByRole('button', { name: 'Download' }).waitFor({ timeout: 60_000 });
    expect(images()).toHaveLength(before + 1);
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('list', { name: 'History' }).getByText('Refused by the engine').first().waitFor();
    await page.getByRole('tab', { name: 'Generate' }).click();
  });

  it('lists what was spent and stops at the budget', async () => {
    await page.goto(`${diorama.url}/#engines/budget`);
    await enginesPage()
      .getByRole('row', { name: /OpenAI/ })
      .first()
      .waitFor();
    await enginesPage().getByRole('textbox', { name: 'Everything together, per month' }).fill('0.01');
    await enginesPage().getByRole('form', { name: 'Budget' }).getByRole('button', { name: 'Save' }).click();
    await enginesPage()
      .getByText(/of \$0\.01 spent/)
      .waitFor();
    await closeEngines();
    await line()
      .getByText(/Nothing is left of the month's budget/)
      .waitFor();
    expect(await generateButton().isDisabled()).toBe(true);
    await line().getByRole('button', { name: 'Change the budget' }).click();
    await enginesPage().getByRole('form', { name: 'Budget' }).waitFor();
    await closeEngines();
    // What costs nothing is not stopped.
    await page.getByRole('button', { name: /^Engine: GPT Image 2/ }).click();
    await page.getByRole('option', { name: /^Diorama/ }).click();
    await expect.poll(() => generateButton().isEnabled()).toBe(true);
  });

  it('did all of it without an error in the console', () => {
    expect(problems).toEqual([]);
  });
});

async function buttonNames(group: Locator): Promise<string[]> {
  await group.waitFor();
  return (await group.getByRole('button').allTextContents()).map((text) => text.trim());
}
