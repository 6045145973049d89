/* What people of different roles are offered. The server decides what they may do; the console doesn't offer the rest. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cleanUp } from '../support/fairlead.ts';
import { launchChromium } from './chromium.ts';
import { type Demo, makeCalls, startDemo } from './demo.ts';
import { type ConsoleView, openView } from './page.ts';

let browser: Browser;
let demo: Demo;

beforeAll(async () => {
  [browser, demo] = await Promise.all([launchChromium(inject('chromiumPath')), startDemo()]);
  await makeCalls(demo);
});
afterAll(async () => {
  await browser.close();
  await demo.close();
  await cleanUp();
});

async function signedInAs(principal: string): Promise<ConsoleView> {
  const view = await openView(browser, demo.console);
  await view.open(await demo.signInLink(principal));
  return view;
}

const menuOf = ({ page }: ConsoleView) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();

const everything = [
  'Overview',
  'Delivery',
  'Audit',
  'Sessions',
  'Controls',
  'Budgets',
  'Keys',
  'What is covered',
];

describe('the menu', () => {
  it.each([
    ['an administrator and security', 'robin.vale', everything],
    ['an auditor', 'ingrid.lund', everything],
    ['an executive', 'ulrike.hartmann', ['Overview', 'Delivery', 'Controls', 'Budgets']],
    ['an engineer', 'dana.moss', ['One change']],
  ])('of %s has what policy permits', async (_, principal, menu) => {
    const view = await signedInAs(principal);
    await view.page.getByRole('button', { name: 'Your account' }).waitFor();
    await expect.poll(() => menuOf(view)).toEqual(menu);
    await view.close();
  });
});

describe('a page that policy does not permit', () => {
  it('says so, and whom to ask', async () => {
    const view = await signedInAs('ulrike.hartmann');
    await view.open('/audit');
    const alert = view.page.getByRole('alert');
    await alert.waitFor();
    await expect.poll(() => alert.textContent()).toContain('identity.not-allowed');
    await view.close();
  });
});

describe('keys', () => {
  it('are shown to an auditor, who can’t change them', async () => {
    const view = await signedInAs('ingrid.lund');
    await view.open('/keys');
    await view.page.getByRole('table').waitFor();
    expect(await view.page.getByRole('button', { name: /Issue|Rotate|Revoke/ }).count()).toBe(0);
    await view.close();
  });

  it('are issued and revoked by those who may, and the ledger says so', async () => {
    const view = await signedInAs('robin.vale');
    await view.open('/keys');
    await view.page.getByRole('button', { name: 'Issue a key' }).click();
    const dialog = view.page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Holder' }).fill('dana.moss');
    await view.page.getByRole('option', { name: 'Dana Moss (dana.moss)' }).click();
    await dialog.getByRole('combobox', { name: 'Assistant' }).click();
    await view.page.getByRole('option', { name: 'Claude Code' }).click();
    await dialog.getByRole('combobox', { name: 'Repositories' }).fill('payments-api');
    await view.page.getByRole('option', { name: 'github.com/acme/payments-api' }).click();
    await dialog.getByRole('textbox', { name: 'Label' }).fill('made in the browser');
    await dialog.getByRole('button', { name: 'Issue the key' }).click();
    await dialog.getByText(/^flk_/).waitFor();
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    const row = view.page.getByRole('row').filter({ hasText: 'made in the browser' });
    await row.getByRole('button', { name: 'Revoke the key of Dana Moss' }).click();
    await view.page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click();
    await row.waitFor({ state: 'detached' });
    await view.open('/audit?kind=admin');
    await view.page.getByRole('link', { name: 'A key was revoked.' }).first().waitFor();
    expect(view.complaints).toEqual([]);
    await view.close();
  });
});
