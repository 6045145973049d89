/* Somebody who has never seen Fairlead: from the link that the demo prints to a refusal that is understood and proven. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import { cleanUp, fairlead } from '../support/fairlead.ts';
import { launchChromium } from './chromium.ts';
import { type Demo, downloadDir, makeCalls, startDemo } from './demo.ts';
import { type ConsoleView, openView } from './page.ts';

let browser: Browser;
let demo: Demo;
let view: ConsoleView;

beforeAll(async () => {
  [browser, demo] = await Promise.all([launchChromium(inject('chromiumPath')), startDemo()]);
  await makeCalls(demo);
  view = await openView(browser, demo.console);
});
afterAll(async () => {
  await view.close();
  await browser.close();
  await demo.close();
  await cleanUp();
});

describe('a newcomer', () => {
  it('opens the link of the ready line and sees what was refused', async () => {
    await view.open(demo.app.ready.signIn as string);
    const heading = view.page.getByRole('heading', { level: 1 });
    await expect.poll(() => heading.textContent()).toMatch(/assistants made \d+ calls; \d+ were refused/);
    const why = view.page.getByRole('region', { name: 'What was refused, and what to do' });
    const row = why.getByRole('row').filter({ hasText: 'repository.allowlist' });
    await expect.poll(() => row.textContent()).toContain('Ask the owner of the repository to have it listed');
  });

  it('opens a refused call and reads why, and what to do', async () => {
    const why = view.page.getByRole('region', { name: 'What was refused, and what to do' });
    await why.getByRole('row').filter({ hasText: 'repository.allowlist' }).getByRole('link').first().click();
    const reasons = view.page.getByRole('region', { name: 'Why it was refused, and what to do' });
    await reasons.waitFor();
    await expect.poll(() => reasons.textContent()).toContain('Only repositories on the allowlist');
    await expect.poll(() => reasons.textContent()).toContain('What to do: Ask the owner of the repository');
    const facts = view.page.getByRole('region', { name: 'Facts' });
    await expect.poll(() => facts.textContent()).toContain('github.com/acme/skunkworks');
    const same = view.page.getByRole('region', { name: 'The same call' });
    await expect.poll(() => same.textContent()).toContain('nothing was sent to a vendor');
  });

  it('sees the proof verified in the browser', async () => {
    const result = view.page.getByTestId('proof-result');
    await result.getByText('Verified').waitFor();
    await expect.poll(() => view.page.locator('li[data-state=verified]').count()).toBe(5);
  });

  it('saves the evidence, which the command line verifies too', async () => {
    const saved = view.page.waitForEvent('download');
    await view.page.getByRole('button', { name: 'Save the evidence file' }).click();
    const download = await saved;
    const id = new URL(view.page.url()).pathname.split('/').pop() as string;
    expect(download.suggestedFilename()).toBe(`${id}.tlog-proof`);
    const file = join(downloadDir(), download.suggestedFilename());
    await download.saveAs(file);
    await view.page.getByText('The signed checkpoint and the key').click();
    const vkey = await view.page.getByRole('region', { name: 'the log’s key' }).textContent();
    const checked = await fairlead(['ledger', 'proof', '--verify', file, '--vkey', vkey as string]);
    expect(checked).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toContain('c2sp.org/tlog-proof@v1');
  });

  it('sees the next call without loading the page again', async () => {
    await view.open('/');
    const heading = view.page.getByRole('heading', { level: 1 });
    const before = await heading.textContent();
    await call(
      demo.app.ready.gateway,
      routes.chat,
      demo.app.ready.keys.allowed,
      routes.chat.body('Once more.'),
    );
    await view.page.waitForFunction((text) => document.querySelector('h1')?.textContent !== text, before);
    await expect.poll(() => view.page.getByText(/^Live/).count()).toBe(1);
  });

  it('learns who made a call only by saying why, and that is recorded', async () => {
    await view.open('/audit?decision=deny');
    await view.page.locator('a[href^="/audit/"]').first().click();
    await view.page.getByRole('button', { name: 'Who is this?' }).click();
    const dialog = view.page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('a test of the way to a name');
    await dialog.getByRole('button', { name: 'Record and show the name' }).click();
    await view.page.locator('dd strong').first().waitFor();
    await view.open('/audit?kind=admin');
    await view.page
      .getByText('a test of the way to a name')
      .or(view.page.getByText('pseudonym'))
      .first()
      .waitFor();
  });

  it('is never complained to by the browser', () => {
    expect(view.complaints).toEqual([]);
  });
});
