import { createClient } from '@diorama/client';
import { launchBrowser } from '@diorama/testkit/browser';
import { type FakeDiscord, startFakeDiscord } from '@diorama/testkit/fake-discord';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginWithPanel } from './begin-with-panel.ts';
import { type RunningDiorama, startDiorama } from './start-diorama.ts';

const PROMPT = 'golden hour, brass armchair';

describe('the community in a browser', () => {
  let discord: FakeDiscord;
  let diorama: RunningDiorama;
  let browser: Browser;
  let page: Page;
  let image: string;
  let link: string;
  const problems: string[] = [];

  beforeAll(async () => {
    discord = await startFakeDiscord();
    [diorama, browser] = await Promise.all([
      startDiorama({ environment: { DIORAMA_DISCORD_ORIGIN: discord.origin } }),
      launchBrowser(),
    ]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    // Draft and small: the picture is not what is looked at here.
    await beginWithPanel(page, { quality: 'draft', size: 256 });
    await page.goto(diorama.url);
    await page.getByRole('region', { name: 'Scene' }).getByRole('treeitem').first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await diorama?.stop();
    await discord?.close();
  });

  it('publishes an image with its scene, as a new copy', { timeout: 240_000 }, async () => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await moreOf(page).waitFor({ timeout: 200_000 });
    await moreOf(page).click();
    await page.getByRole('menuitem', { name: 'Publish' }).click();
    const dialog = page.getByRole('dialog', { name: /Publish/ });
    await dialog.getByLabel('Title').fill('An armchair worth its weight');
    await dialog.getByRole('checkbox', { name: /scene/i }).check();
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    link = await dialog.getByLabel('Link to the published image').inputValue();
    expect(link).toContain('#community/posts/');
    await page.keyboard.press('Escape');
    await page.goto(link);
    await page.reload();
    await page.getByRole('heading', { name: 'An armchair worth its weight' }).waitFor();
    image = (await page.locator('img[src*="/community/media/"]').first().getAttribute('src'))!;
    expect(image).toContain('/community/media/');
  });

  it('takes likes and comments as plain text', async () => {
    await page.getByRole('button', { name: /^Like, 0/ }).click();
    await page.getByRole('button', { name: /^Like no more, 1/ }).waitFor();
    await page.getByRole('textbox', { name: /comment/i }).fill('Lovely <b>light</b>\nand brass');
    await page.getByRole('button', { name: /^(Comment|Send|Post)/ }).click();
    await page.getByText('Lovely <b>light</b>').waitFor();
  });

  it('remixes it: panel, scene and lineage', async () => {
    await showPlace(page, '');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('something of my own');
    await showPlace(page, new URL(link).hash);
    await page.getByRole('button', { name: 'Remix', exact: true }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Prompt' }).inputValue(), { timeout: 20_000 })
      .toBe(PROMPT);
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    const client = createClient({ baseUrl: diorama.url });
    const remixed = async () =>
      (await client.listGenerations({ query: { limit: 1 } })).items[0]?.request.lineage ?? null;
    await expect.poll(remixed, { timeout: 60_000 }).toMatchObject({ how: 'remix' });
    await moreOf(page).waitFor({ timeout: 200_000 });
  });

  it('runs a recipe on the scene in one click', { timeout: 240_000 }, async () => {
    await showPlace(page, '#community/recipes/starter-golden-hour');
    await page
      .getByRole('button', { name: /Try on my scene/ })
      .first()
      .click();
    const client = createClient({ baseUrl: diorama.url });
    await expect
      .poll(async () => (await client.listGenerations({ query: { limit: 1 } })).items[0]?.request.lineage, {
        timeout: 60_000,
      })
      .toMatchObject({ how: 'recipe', recipe: 'starter-golden-hour' });
  });

  it('shares to Discord, and waits when it is told to', { timeout: 120_000 }, async () => {
    await showPlace(page, '#community/settings');
    await page.getByLabel('Webhook of the channel').fill(discord.webhookUrl);
    await page.getByRole('button', { name: 'Set up', exact: true }).click();
    await page.getByText('A webhook is set up').waitFor();
    await showPlace(page, '');
    await page.getByRole('tab', { name: 'History' }).click();
    const list = page.getByRole('list', { name: 'History' });
    await list
      .getByRole('button', { name: new RegExp(PROMPT) })
      .last()
      .click();
    await moreOf(page).click();
    await page.getByRole('menuitem', { name: 'Share to Discord' }).click();
    discord.rateLimitNext(1.5);
    const dialog = page.getByRole('dialog', { name: 'Share to Discord' });
    await dialog.getByLabel('Message').fill('Look at this');
    await dialog.getByRole('button', { name: /^(Share|Send)/ }).click();
    await dialog.getByRole('button', { name: 'Done' }).waitFor({ timeout: 30_000 });
    expect(discord.messages).toHaveLength(1);
    expect(JSON.stringify(discord.messages[0])).toContain('Look at this');
    expect(discord.refusals).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
  });

  it('takes it back: the picture is gone at once', async () => {
    expect((await fetch(new URL(image, diorama.url))).status).toBe(200);
    await showPlace(page, '#community/gallery');
    await page
      .getByRole('link', { name: /An armchair worth its weight/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'More about this image' }).click();
    await page.getByRole('menuitem', { name: 'Unpublish' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unpublish' });
    await dialog.getByRole('button', { name: 'Unpublish' }).click();
    await expect.poll(async () => (await fetch(new URL(image, diorama.url))).status).toBe(404);
    const thumbnail = new URL(image, diorama.url);
    thumbnail.searchParams.set('width', '384');
    expect((await fetch(thumbnail)).status).toBe(404);
  });

  it('did all of it without an error of the page', () => {
    expect(problems).toEqual([]);
  });
});

function moreOf(page: Page) {
  return page.getByRole('region', { name: 'Result' }).getByRole('button', { name: 'More', exact: true });
}

async function showPlace(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}
