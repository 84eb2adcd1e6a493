import { launchBrowser } from '@diorama/testkit/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDiorama, startDiorama } from './start-diorama.ts';

const OWNER = { name: 'Ada Owner', email: 'ada@example.org', password: 'correct horse battery' };
const MEMBER = { name: 'Max Member', email: 'max@example.org', password: 'staple paper tray nine' };

describe('accounts in a browser', () => {
  let diorama: RunningDiorama;
  let browser: Browser;
  let ownerContext: BrowserContext;
  let memberContext: BrowserContext;
  let owner: Page;
  let member: Page;

  beforeAll(async () => {
    [diorama, browser] = await Promise.all([
      startDiorama({ environment: { DIORAMA_ACCOUNTS: 'on' } }),
      launchBrowser(),
    ]);
    [ownerContext, memberContext] = await Promise.all([browser.newContext(), browser.newContext()]);
    [owner, member] = await Promise.all([ownerContext.newPage(), memberContext.newPage()]);
  });

  afterAll(async () => {
    await browser?.close();
    await diorama?.stop();
  });

  it('lets nobody in before the address of the log was opened', async () => {
    await member.goto(diorama.url);
    await member.getByRole('heading', { name: 'This server has no owner yet' }).waitFor();
    expect((await fetch(`${diorama.url}/api/v1/generations`)).status).toBe(401);
  });

  it('makes whoever opens it the owner, and lets the workspace begin', async () => {
    const setup = /http:\/\/[\w.:]+\/#account\/setup\/[\w-]+/.exec(diorama.printed())?.[0];
    expect(setup).toBeDefined();
    await owner.goto(setup!);
    await owner.getByRole('heading', { name: 'Become the owner' }).waitFor();
    await fillPerson(owner, OWNER);
    await owner.getByRole('button', { name: 'Create account' }).click();
    await workspaceOf(owner);
    await owner.getByRole('button', { name: `Account of ${OWNER.name}` }).waitFor();
    // The token is used up.
    await member.goto(setup!);
    await member.reload();
    await fillPerson(member, MEMBER);
    await member.getByRole('button', { name: 'Create account' }).click();
    await member.getByRole('alert').waitFor();
  });

  it('gives a link that lets one more person in, once', async () => {
    await owner.getByRole('button', { name: `Account of ${OWNER.name}` }).click();
    await owner.getByRole('menuitem', { name: 'Members' }).click();
    await owner.getByRole('button', { name: 'Make an invitation' }).click();
    const link = (await owner.getByRole('status').locator('code').textContent())!.trim();
    expect(link).toContain('#account/join/');
    await member.goto(link);
    await member.reload();
    await member.getByRole('heading', { name: 'Join this server' }).waitFor();
    await fillPerson(member, MEMBER);
    await member.getByRole('button', { name: 'Create account' }).click();
    await workspaceOf(member);
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(link);
    await fillPerson(stranger, { ...MEMBER, email: 'other@example.org' });
    await stranger.getByRole('button', { name: 'Create account' }).click();
    await stranger.getByRole('alert').getByText('does not work any more').waitFor();
    await stranger.context().close();
  });

  it('keeps what runs the server from members, and what members make from owners', async () => {
    expect(await member.getByRole('button', { name: 'Engines', exact: true }).count()).toBe(0);
    const id = await member.evaluate(async () => {
      const answer = await fetch('/api/v1/generations', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          prompt: 'sunset over water',
          size: 256,
          options: { quality: 'draft', spp: 1 },
        }),
      });
      return ((await answer.json()) as { id: string }).id;
    });
    const statusFor = (page: Page) =>
      page.evaluate(async (one) => (await fetch(`/api/v1/generations/${one}`)).status, id);
    expect(await statusFor(member)).toBe(200);
    expect(await statusFor(owner)).toBe(404);
    expect(await member.evaluate(async () => (await fetch('/api/v1/settings/engines')).status)).toBe(403);
  });

  it('signs out and leaves nothing of the work in the browser', async () => {
    await member.getByLabel('Prompt', { exact: true }).fill('a secret garden');
    await member.getByRole('button', { name: `Account of ${MEMBER.name}` }).click();
    await member.getByRole('menuitem', { name: 'Sign out' }).click();
    await member.getByRole('heading', { name: 'Sign in' }).waitFor();
    const kept = await member.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).not.toContain('secret garden');
  });

  it('says the same for a wrong password and an unknown address, and lets the right one in', async () => {
    await signIn(member, { ...MEMBER, password: 'wrong password' });
    const wrong = await member.getByRole('alert').textContent();
    await signIn(member, { ...MEMBER, email: 'nobody@example.org' });
    expect(await member.getByRole('alert').textContent()).toBe(wrong);
    await signIn(member, MEMBER);
    await workspaceOf(member);
  });

  it('shuts a disabled account out in the middle of its work', async () => {
    const sections = owner.getByRole('navigation', { name: 'Sections of the page Account' });
    await sections.getByRole('button', { name: 'You', exact: true }).click();
    await sections.getByRole('button', { name: 'Members' }).click();
    await owner.getByRole('button', { name: `Manage ${MEMBER.name}` }).click();
    await owner.getByRole('menuitem', { name: /^Disable/ }).click();
    await owner.getByRole('list', { name: 'Members' }).getByText('Disabled').waitFor();
    // It may have noticed by itself already, by the events that stopped.
    await member
      .getByRole('tab', { name: 'History' })
      .click({ timeout: 3_000 })
      .catch(() => {});
    await member.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(member, MEMBER);
    await member.getByRole('main').getByRole('alert').getByText('disabled').waitFor();
  });
});

async function fillPerson(
  page: Page,
  person: { readonly name: string; readonly email: string; readonly password: string },
): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(person.name);
  await page.getByLabel('Email', { exact: true }).fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
}

async function signIn(
  page: Page,
  person: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.getByLabel('Email', { exact: true }).fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForTimeout(300);
}

async function workspaceOf(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Viewport' }).waitFor({ timeout: 60_000 });
}
