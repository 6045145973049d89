/* States that the real server can't be brought to show within a test, on a stand-in that follows its contract. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { me } from './fixture/answers.ts';
import { markup } from './fixture/entries.ts';
import { type FixtureServer, startFixture } from './fixture/server.ts';
import { axeFindings, type ConsoleView, openView, overflowOf, widths } from './page.ts';

let browser: Browser;
let fixture: FixtureServer;
let view: ConsoleView;

beforeAll(async () => {
  browser = await launchChromium(inject('chromiumPath'));
});
beforeEach(async () => {
  fixture = await startFixture();
  view = await openView(browser, fixture.url);
  await view.open(fixture.signIn);
});
afterEach(async () => {
  await view.close();
  await fixture.close();
});
afterAll(() => browser.close());

const refusal = {
  error: { code: 'identity.not-allowed', message: 'Policy does not permit that.', fix: 'Ask audit.' },
};

describe('names with markup', () => {
  it.each(['/', '/audit', '/sessions', '/keys', '/about'])('are text on %s', async (path) => {
    await view.open(path);
    if (path !== '/about') await expect.poll(() => view.page.getByText(markup).count()).toBeGreaterThan(0);
    expect(await view.page.locator('#root img, #root b').count()).toBe(0);
    expect(await view.page.evaluate(() => 'attacked' in globalThis)).toBe(false);
  });

  it('are text on the page of their entry and in its facts', async () => {
    await view.open(`/audit?repository=${encodeURIComponent(markup)}`);
    await view.page.locator('a[href^="/audit/"]').first().click();
    await view.page.getByTestId('proof-result').waitFor();
    await expect.poll(() => view.page.getByText(markup).count()).toBeGreaterThan(0);
    expect(await view.page.locator('#root img, #root b').count()).toBe(0);
    expect(await view.page.evaluate(() => 'attacked' in globalThis)).toBe(false);
  });
});

describe('a proof', () => {
  const openEntry = async () => {
    await view.open('/audit?decision=deny');
    await view.page.locator('a[href^="/audit/"]').first().click();
    return view.page.getByTestId('proof-result');
  };
  const proofPath = async () => {
    await view.open('/audit?decision=deny');
    const href = await view.page.locator('a[href^="/audit/"]').first().getAttribute('href');
    return `/api${href?.replace('/audit/', '/audit/entries/')}/proof`;
  };

  it('that does not hold says so, and which step fails', async () => {
    const path = await proofPath();
    const proof = (await (await fetch(new URL(path, fixture.url))).json()) as { path: string[] };
    fixture.override(path, { status: 200, body: { ...proof, path: proof.path.toReversed() } });
    const result = await openEntry();
    await result.waitFor();
    await expect.poll(() => result.textContent()).toContain('Not verified');
    await expect
      .poll(() => view.page.locator('li[data-state=invalid]').textContent())
      .toContain('This does not hold.');
  });

  it('of an entry that is not signed yet waits for it', async () => {
    const path = await proofPath();
    const error = { code: 'ledger.not-signed-yet', message: 'Not signed yet.', fix: 'Wait a second.' };
    fixture.override(path, { status: 409, body: { error } });
    await openEntry();
    await view.page.getByText('Not signed yet', { exact: true }).waitFor();
    expect(await view.page.getByTestId('proof-result').count()).toBe(0);
  });
});

describe('a refusal of the API', () => {
  it.each([
    ['/controls', '/api/controls'],
    ['/keys', '/api/keys'],
    ['/budgets', '/api/budgets'],
    ['/sessions', '/api/audit/sessions'],
    ['/audit', '/api/audit/entries'],
    ['/', '/api/overview'],
    ['/delivery', '/api/delivery/kpis'],
    ['/delivery/definitions', '/api/delivery/definitions'],
  ])('shows on %s with what to do', async (page, path) => {
    fixture.override(path, { status: 403, body: refusal });
    await view.open(page);
    const alert = view.page.getByRole('alert');
    await alert.waitFor();
    await expect
      .poll(() => alert.textContent())
      .toContain('Policy does not permit that.Ask audit.identity.not-allowed');
    expect(await axeFindings(view.page)).toEqual([]);
  });

  it('that the session is over leads to the sign-in page', async () => {
    fixture.override('/api/overview', { status: 401, body: { error: { code: 'identity.session-invalid' } } });
    await view.page.goto(fixture.url);
    await view.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expect.poll(() => view.page.getByRole('alert').textContent()).toContain('Your session has ended.');
    expect(await view.page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

describe('somebody who may see no figures', () => {
  it('gets what there is instead, and the repositories that can be looked at', async () => {
    fixture.override('/api/me', { status: 200, body: { ...me, roles: [], actions: [] } });
    await view.open('/');
    await view.page.getByRole('heading', { name: 'What you can look at' }).waitFor();
    expect(await view.page.getByRole('alert').count()).toBe(0);
    expect(await axeFindings(view.page)).toEqual([]);
    await view.page.getByRole('navigation', { name: 'Pages' }).getByRole('link').click();
    const main = view.page.locator('main');
    await main.getByText('Repositories whose changes you can look at').waitFor();
    await expect.poll(() => main.textContent()).toContain('as in github.com/acme/checkout-web#12');
    expect(await axeFindings(view.page)).toEqual([]);
  });
});

describe('an installation without data', () => {
  const nothing = {
    '/api/audit/entries': { entries: [], next: null, size: 0 },
    '/api/audit/sessions': { sessions: [], next: null },
    '/api/keys': [],
    '/api/controls': [],
    '/api/budgets': { rows: [], pausedKeys: [], priceVersion: null },
  };
  it.each([
    ['/audit', 'The ledger is empty', 'Entries appear as soon as'],
    ['/sessions', 'No session yet', 'A session begins with'],
    ['/keys', 'No key yet', 'Issue one'],
    ['/controls', 'The program names no controls', 'controls.yaml'],
    ['/budgets', 'The program sets no budget', 'budgets.yaml'],
  ])('says on %s what to do next', async (path, title, advice) => {
    for (const [name, body] of Object.entries(nothing)) fixture.override(name, { status: 200, body });
    await view.open(path);
    await expect.poll(() => view.page.getByText(title).count()).toBe(1);
    await expect.poll(() => view.page.locator('main').textContent()).toContain(advice);
  });

  it('has filters that fit nothing, with the way back', async () => {
    await view.open('/audit?q=nothing-has-this-in-it');
    await view.page.getByText('No entry fits these filters').waitFor();
    await view.page.getByRole('button', { name: 'Clear all filters' }).click();
    await view.page.getByRole('table').waitFor();
    await expect.poll(() => new URL(view.page.url()).search).toBe('');
  });
});

describe('dialogs', () => {
  it('show a new key once, and nowhere afterwards', async () => {
    await view.open('/keys');
    await view.page.getByRole('button', { name: 'Issue a key' }).click();
    const dialog = view.page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Holder' }).fill('Dana');
    await view.page.getByRole('option', { name: 'Dana Moss (dana.moss)' }).click();
    await dialog.getByRole('combobox', { name: 'Assistant' }).click();
    await view.page.getByRole('option', { name: 'Claude Code' }).click();
    await dialog.getByRole('combobox', { name: 'Repositories' }).click();
    await view.page.getByRole('option', { name: 'github.com/acme/payments-api' }).click();
    expect(await axeFindings(view.page, 'serious')).toEqual([]);
    await dialog.getByRole('button', { name: 'Issue the key' }).click();
    await dialog.getByText('flk_').waitFor();
    await dialog.getByRole('button', { name: 'Copy the key' }).click();
    expect(await view.page.evaluate(() => navigator.clipboard.readText())).toMatch(/^flk_/);
    await view.page.keyboard.press('Escape');
    await expect.poll(() => dialog.getByText('flk_').count()).toBe(1);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await view.page.content()).not.toContain('flk_');
  });

  it('ask before a key is revoked, and send the reason', async () => {
    await view.open('/keys');
    const sent = view.page.waitForRequest((request) => request.url().endsWith('/revoke'));
    await view.page.getByRole('button', { name: 'Revoke the key of Dana Moss' }).first().click();
    const dialog = view.page.getByRole('dialog', { name: 'Revoke this key' });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('laptop lost');
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    expect((await sent).postDataJSON()).toEqual({ reason: 'laptop lost' });
    await dialog.waitFor({ state: 'detached' });
  });

  it('want a reason before a paused key goes on', async () => {
    await view.open('/budgets');
    await view.page.getByRole('button', { name: 'Resume' }).click();
    const dialog = view.page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: 'Resume the key' });
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('looked at its calls');
    const sent = view.page.waitForRequest((request) => request.url().endsWith('/resume'));
    await submit.click();
    expect((await sent).postDataJSON()).toEqual({ reason: 'looked at its calls' });
  });
});

describe('budgets', () => {
  it('say in words what their bars show', async () => {
    await view.open('/budgets');
    const item = view.page.getByRole('listitem').filter({ hasText: 'Web shop' });
    await expect.poll(() => item.textContent()).toContain('$4,012.90 spent of $4,000.00 (100.3% used)');
    await expect.poll(() => item.textContent()).toContain('Used up: calls are refused');
  });
});

describe('the browser’s complaints', () => {
  it('are none on the way through every page, at every width', async () => {
    for (const width of Object.values(widths)) {
      await view.page.setViewportSize({ width, height: 900 });
      for (const path of ['/', '/audit', '/sessions', '/controls', '/budgets', '/keys', '/about']) {
        await view.open(path);
        expect(await overflowOf(view.page), `${path} at ${width}`).toBe(0);
      }
    }
    expect(view.complaints).toEqual([]);
  });
});
