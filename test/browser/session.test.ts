/* The session in the browser: where its token stands, how tabs share it, and how it ends. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type FixtureServer, startFixture } from './fixture/server.ts';
import { type ConsoleView, openView } from './page.ts';

let browser: Browser;
let fixture: FixtureServer;
let view: ConsoleView;

beforeAll(async () => {
  browser = await launchChromium(inject('chromiumPath'));
});
beforeEach(async () => {
  fixture = await startFixture(20);
  view = await openView(browser, fixture.url);
});
afterEach(async () => {
  await view.close();
  await fixture.close();
});
afterAll(() => browser.close());

describe('signing in', () => {
  it('takes the token out of the address before it is sent', async () => {
    const sent = view.page.waitForRequest((request) => request.url().endsWith('/api/sign-in'));
    await view.page.goto(fixture.signIn);
    const request = await sent;
    expect(request.postDataJSON()).toEqual({ token: 'fli_fixture' });
    await view.settled();
    expect(view.page.url()).toBe(`${fixture.url}/`);
    await view.page.goBack();
    expect(view.page.url()).not.toContain('fli_fixture');
  });

  it('with a used link says so, and how to get another', async () => {
    const error = {
      code: 'identity.sign-in-invalid',
      message: 'The link is used up.',
      fix: 'Ask for another.',
    };
    fixture.override('/api/sign-in', { status: 401, body: { error } });
    await view.open(fixture.signIn);
    await expect
      .poll(() => view.page.getByRole('alert').textContent())
      .toContain('The link is used up.Ask for another.');
    await expect.poll(() => view.page.getByText('bin/fairlead sign-in').count()).toBe(1);
    expect(view.page.url()).not.toContain('sign-in=');
  });

  it('is asked for wherever a page is opened without a session', async () => {
    for (const path of ['/', '/audit', '/keys', '/sessions/k:1']) {
      await view.open(path);
      await expect.poll(() => new URL(view.page.url()).pathname).toBe('/sign-in');
    }
  });
});

describe('a session', () => {
  it('sends its token with every call of the API', async () => {
    const without: string[] = [];
    view.page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (
        pathname.startsWith('/api/') &&
        pathname !== '/api/sign-in' &&
        !request.headers()['x-fairlead-session']
      )
        without.push(pathname);
    });
    await view.open(fixture.signIn);
    await view.open('/audit');
    expect(without).toEqual([]);
  });

  it('is shared with another tab of the same origin, and ends in both', async () => {
    await view.open(fixture.signIn);
    const other = await view.page.context().newPage();
    await other.goto(`${fixture.url}/keys`);
    await other.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    await view.page.getByRole('button', { name: 'Your account' }).click();
    await view.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await view.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await other.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('leaves nothing in storage that outlives the tab', async () => {
    await view.open(fixture.signIn);
    const kept = await view.page.evaluate(() => ({ ...localStorage }));
    expect(JSON.stringify(kept)).not.toContain('fls_');
  });
});
