import type { Page } from 'playwright-core';

/**
 * Gives a page, before it reads them, the settings of the panel that somebody left; what the test changes since then
 * stays through reloads.
 */
export async function beginWithPanel(page: Page, state: Readonly<Record<string, unknown>>): Promise<void> {
  await page.addInitScript(
    (kept) => {
      if (!localStorage.getItem('diorama-panel')) localStorage.setItem('diorama-panel', kept);
    },
    JSON.stringify({ state, version: 1 }),
  );
}
