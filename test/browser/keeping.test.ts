/* Saved views, export, and legal holds. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cleanUp } from '../support/fairlead.ts';
import { launchChromium } from './chromium.ts';
import { type Demo, makeCalls, startDemo } from './demo.ts';
import { type FixtureServer, startFixture } from './fixture/server.ts';
import { axeFindings, type ConsoleView, openView, overflowOf, widths } from './page.ts';

let browser: Browser;
let demo: Demo;
let fixture: FixtureServer;

beforeAll(async () => {
  [browser, demo, fixture] = await Promise.all([
    launchChromium(inject('chromiumPath')),
    startDemo(),
    startFixture(40),
  ]);
  await makeCalls(demo);
});
afterAll(async () => {
  await browser.close();
  await fixture.close();
  await demo.close();
  await cleanUp();
});

async function signedInAs(principal: string, width?: number): Promise<ConsoleView> {
  const view = await openView(browser, demo.console, width === undefined ? {} : { width });
  await view.open(await demo.signInLink(principal));
  return view;
}

describe('a saved view', () => {
  it('keeps the filters under a name, for a role, and goes again, with the keyboard alone', async () => {
    const view = await signedInAs('ingrid.lund');
    const { page } = view;
    await view.open('/audit?decision=deny');
    await page.getByRole('button', { name: 'Save this view' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Save this view' });
    await dialog.getByText('Decision: deny').waitFor();
    await page.keyboard.type('Refused, for us');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('shared with auditor').waitFor();
    await view.open('/audit');
    await page.getByRole('link', { name: 'Refused, for us' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/decision=deny/);
    await page.getByRole('button', { name: 'Remove the view Refused, for us' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the view' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('None yet.').waitFor();
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  it('of somebody else can be applied and not removed, and a name is taken once', async () => {
    const own = await signedInAs('robin.vale');
    await own.open('/audit');
    const save = async () => {
      await own.page.getByRole('button', { name: 'Save this view' }).click();
      await own.page.getByRole('textbox', { name: 'Name' }).fill('Everything');
      await own.page.getByRole('button', { name: 'Save', exact: true }).click();
    };
    await own.page.getByRole('button', { name: 'Save this view' }).click();
    await own.page.getByRole('textbox', { name: 'Name' }).fill('Everything');
    await own.page.getByRole('combobox', { name: 'Who sees it' }).selectOption('security');
    await own.page.getByRole('button', { name: 'Save', exact: true }).click();
    await own.page.getByText('shared with security').waitFor();
    await save();
    await own.page.getByRole('alert').getByText('audit.view-exists').waitFor();
    await own.close();
    const other = await signedInAs('farah.khoury');
    await other.open('/audit');
    await other.page.getByRole('link', { name: 'Everything' }).waitFor();
    expect(await other.page.getByRole('button', { name: /Remove the view/ }).count()).toBe(0);
    await other.close();
  });
});

describe('an export', () => {
  it('saves what the list shows, and the ledger says so', async () => {
    const view = await signedInAs('ingrid.lund');
    await view.open('/audit?decision=deny');
    for (const [button, file] of [
      ['Export CSV', 'fairlead-audit.csv'],
      ['Export JSON lines', 'fairlead-audit.jsonl'],
    ] as const) {
      const [download] = await Promise.all([
        view.page.waitForEvent('download'),
        view.page.getByRole('button', { name: button }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(file);
      const text = readFileSync(await download.path(), 'utf8');
      if (file.endsWith('csv')) expect(text).toMatch(/^index,ts,kind,[^\r]*\r\n\d+,[^\r]*,decision,deny,/);
      else
        expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ kind: 'decision', decision: 'deny' });
      await view.page.getByText(/\d+ entr(y|ies) saved\./).waitFor();
    }
    await view.open('/audit?kind=admin');
    await view.page.getByRole('link', { name: 'Entries of the audit were exported.' }).first().waitFor();
    await view.close();
  });
});

describe('legal holds', () => {
  it('are placed and released by legal, seen by audit, and by nobody else', async () => {
    const legal = await signedInAs('clara.voss');
    const { page } = legal;
    await legal.open('/controls');
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByRole('textbox', { name: 'Case' }).fill('case-7');
    await page.getByRole('textbox', { name: 'Reason' }).fill('litigation');
    await page.getByRole('button', { name: 'Place the hold' }).click();
    await page.getByRole('button', { name: 'Release the hold case-7' }).waitFor();
    const auditor = await signedInAs('ingrid.lund');
    await auditor.open('/controls');
    await auditor.page.getByRole('cell', { name: 'litigation' }).waitFor();
    expect(await auditor.page.getByRole('button', { name: /hold/ }).count()).toBe(0);
    await auditor.close();
    await page.getByRole('button', { name: 'Release the hold case-7' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('settled');
    await page.getByRole('dialog').getByRole('button', { name: 'Release the hold' }).click();
    await page.getByText('No legal hold stands.').waitFor();
    expect(legal.complaints).toEqual([]);
    await legal.close();
    const executive = await signedInAs('ulrike.hartmann');
    await executive.open('/controls');
    expect(await executive.page.getByText('Legal holds').count()).toBe(0);
    await executive.close();
  });
});

describe.each(
  (['light', 'dark'] as const).flatMap((scheme) =>
    [widths.wide, widths.narrow].map((width) => [scheme, width] as const),
  ),
)('in the %s scheme at %i pixels', (scheme, width) => {
  it('views, holds and their dialogs are sound', async () => {
    const view = await openView(browser, fixture.url, { scheme, width });
    await view.open(fixture.signIn);
    for (const [path, button, shot] of [
      ['/audit?decision=deny', 'Save this view', 'views'],
      ['/audit?decision=deny', 'Remove the view Refused this month', 'remove'],
      ['/controls', 'Place a hold', 'holds'],
      ['/controls', 'Release the hold case-7', 'release'],
      ['/controls', 'Delete what is over', 'run'],
    ] as const) {
      await view.open(path);
      const opener = view.page.getByRole('button', { name: button, exact: true });
      await opener.scrollIntoViewIfNeeded();
      await shootTo(view, `${shot}-${scheme}-${width}`);
      expect(await axeFindings(view.page), path).toEqual([]);
      expect(await overflowOf(view.page), path).toBe(0);
      await opener.click();
      await view.page.getByRole('dialog').waitFor();
      await shootTo(view, `${shot}-dialog-${scheme}-${width}`);
      // The library's dialogs have a header of their own, which axe finds moderate.
      expect(await axeFindings(view.page, 'serious'), button).toEqual([]);
      expect(await overflowOf(view.page), button).toBe(0);
    }
    expect(view.complaints).toEqual([]);
    await view.close();
  });
});

/** Pictures to look at, where a folder is named for them. */
async function shootTo({ page }: ConsoleView, name: string): Promise<void> {
  const folder = process.env.FAIRLEAD_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
