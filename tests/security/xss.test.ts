import type { Client } from '@diorama/client';
import { createClient } from '@diorama/client';
import { launchBrowser } from '@diorama/testkit/browser';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDiorama, startDiorama } from '../e2e/start-diorama.ts';

/** What would run, load or leave if any place took a person's words for markup, an address or code. */
const CORPUS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '<svg/onload=alert(1)>',
  'javascript:alert(1)',
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<a href="javascript:alert(1)">x</a>',
  '{{constructor.constructor("alert(1)")()}}',
  '$'.concat('{alert(1)}'),
  '<style>*{background:url(//evil.test/x)}</style>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '\u202e<b onmouseover=alert(1)>gnp.egami\u202c',
  '</textarea><script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<img src="https://evil.test/pixel.png">',
  '<base href="//evil.test/">',
];

/** All of it in one text, cut to what the field takes. */
const all = (length: number) => CORPUS.join(' ').slice(0, length);

describe('words that would be code', () => {
  let diorama: RunningDiorama;
  let client: Client;
  let generation: string;
  let post: string;
  let recipe: string;

  beforeAll(async () => {
    diorama = await startDiorama();
    client = createClient({ baseUrl: diorama.url });
    await fill();
  });

  afterAll(async () => {
    await diorama?.stop();
  });

  /** Puts the corpus into every text that the API takes and some page shows. */
  async function fill(): Promise<void> {
    const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#884422' } })
      .png()
      .toBuffer();
    const asset = await client.uploadAsset(new Blob([new Uint8Array(png)], { type: 'image/png' }));
    const queued = await client.createGeneration({
      body: {
        prompt: all(3_000),
        negativePrompt: all(1_000),
        references: [{ asset: asset.id, role: 'style' }],
        size: 256,
        project: all(200),
        options: { quality: 'draft', spp: 1 },
      },
    });
    generation = queued.id;
    for (;;) {
      const { status } = await client.getGeneration({ params: { id: generation } });
      if (status === 'succeeded') break;
      if (status === 'failed' || status === 'canceled') throw new Error(`The image was ${status}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await client.updateGeneration({
      params: { id: generation },
      body: { tags: CORPUS.slice(0, 10).map((text) => text.slice(0, 40)) },
    });
    for (const text of CORPUS.slice(0, 6)) {
      const board = await client.createBoard({ body: { name: text.slice(0, 80) } });
      await client.changeHistory({ body: { ids: [generation], addToBoard: board.id } });
      await client.createProject({ body: { name: text } });
    }
    post = (
      await client.publish({
        body: {
          generation,
          title: all(120),
          description: all(2_000),
          tags: CORPUS.slice(0, 10).map((text) => text.slice(0, 40)),
          licence: 'CC0-1.0',
        },
      })
    ).id;
    for (const text of CORPUS) await client.comment({ params: { id: post }, body: { text } });
    await client.report({ params: { id: post }, body: { reason: 'other', text: all(1_000) } });
    recipe = (
      await client.createRecipe({
        body: {
          content: {
            title: all(120),
            description: all(1_000),
            prompt: `${all(1_000).replaceAll(/\{\{.*?\}\}/g, '')} {{what}}`,
            variables: [
              { name: 'what', label: all(80), default: all(200), options: [...CORPUS.slice(0, 8)] },
            ],
            references: [{ role: 'style', note: all(200) }],
            tags: CORPUS.slice(0, 8).map((text) => text.slice(0, 40)),
            author: all(120),
          },
          shared: true,
          picture: { generation },
        },
      })
    ).id;
    await client.moderate({ params: { id: post }, body: { action: 'dismiss', note: all(500) } });
  }

  it('come back from the API as they were written, and never as a page', async () => {
    const comments = await client.listComments({ params: { id: post } });
    expect(comments.items.map(({ text }) => text)).toEqual([...CORPUS]);
    const answer = await fetch(`${diorama.url}/api/v1/community/posts/${post}`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('open no dialog, break no rule of the content policy and load nothing from elsewhere, on any page', async () => {
    const browser = await launchBrowser();
    const found: string[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.on('dialog', (dialog) => {
        found.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) found.push(`policy: ${message.text()}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(diorama.url) && !/^(data|blob):/.test(request.url()))
          found.push(`request: ${request.url()}`);
      });
      page.on('pageerror', (error) => found.push(`error: ${error.message}`));
      const places = [
        '#history',
        '#history/trash',
        '#community',
        '#community/gallery',
        `#community/posts/${post}`,
        '#community/recipes',
        `#community/recipes/${recipe}`,
        '#community/moderation',
        '#community/settings',
        '#community/guide',
        '#account/log',
        '#engines/budget',
      ];
      await page.goto(diorama.url);
      await page.getByRole('region', { name: 'Viewport' }).waitFor();
      // Beside the workspace: the tab with the history, the image with its details.
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByRole('list', { name: 'History' }).getByRole('button').first().click();
      await page
        .getByRole('region', { name: 'Result' })
        .getByRole('button', { name: /^Download/ })
        .first()
        .waitFor();
      for (const place of places) {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, place);
        await page
          .getByRole('dialog')
          .first()
          .waitFor()
          .catch((thrown: unknown) => found.push(`${place}: ${thrown}`));
        await page.waitForTimeout(800);
        // Hovering wakes what only runs on a touch.
        await page.mouse.move(400, 300);
        await page.mouse.move(900, 500);
      }
      expect(await page.evaluate(() => document.querySelectorAll('script:not([src])').length)).toBe(0);
    } finally {
      await browser.close();
    }
    expect(found).toEqual([]);
  });
});
