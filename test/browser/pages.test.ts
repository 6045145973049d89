/* Every page on the real server, light and dark, wide and narrow: no accessibility finding, nothing cut off. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cleanUp } from '../support/fairlead.ts';
import { launchChromium } from './chromium.ts';
import { type Demo, makeCalls, startDemo } from './demo.ts';
import {
  axeFindings,
  brokenWordsOf,
  type ConsoleView,
  openView,
  overflowOf,
  type Scheme,
  unreadableDrawnTexts,
  widths,
} from './page.ts';

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

const pages = [
  '/',
  '/delivery',
  '/delivery/health',
  '/audit',
  '/sessions',
  '/controls',
  '/budgets',
  '/keys',
  '/about',
  '/nowhere',
];
/** Lists whose first item has a page of its own. */
const lists = ['/audit', '/sessions'];
const views = (['light', 'dark'] as const).flatMap((scheme) =>
  [widths.wide, widths.narrow].map((width) => [scheme, width] as const),
);

async function expectSound(view: ConsoleView, what: string): Promise<void> {
  expect(await axeFindings(view.page), what).toEqual([]);
  expect(await overflowOf(view.page), `${what} is too wide`).toBe(0);
}

async function signedIn(scheme: Scheme, width: number): Promise<ConsoleView> {
  const view = await openView(browser, demo.console, { scheme, width });
  await view.open(await demo.signInLink());
  return view;
}

describe.each(views)('in the %s scheme at %i pixels', (scheme, width) => {
  it('every page is sound', async () => {
    const view = await signedIn(scheme, width);
    for (const path of pages) {
      await view.open(path);
      await expectSound(view, path);
      expect(await brokenWordsOf(view.page), `${path} breaks words`).toEqual([]);
    }
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  it('one entry and one session are sound', async () => {
    const view = await signedIn(scheme, width);
    for (const list of lists) {
      await view.open(list);
      await view.page.locator(`a[href^="${list}/"]`).first().click();
      await view.page.waitForURL(`**${list}/*`);
      await view.settled();
      if (list === '/audit') await view.page.getByTestId('proof-result').waitFor();
      await expectSound(view, `the first of ${list}`);
    }
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  it('the sign-in page is sound, and the words of the chart can be read', async () => {
    const view = await openView(browser, demo.console, { scheme, width });
    await view.open('/sign-in');
    await expectSound(view, '/sign-in');
    await view.open(await demo.signInLink());
    await view.page.locator('[role=img] svg text').first().waitFor();
    expect(await unreadableDrawnTexts(view.page)).toEqual([]);
    await view.close();
  });
});

describe('at 1280 pixels', () => {
  it('no page is too wide, and none breaks a word', async () => {
    const view = await signedIn('light', widths.usual);
    for (const path of pages) {
      await view.open(path);
      expect(await overflowOf(view.page), path).toBe(0);
      expect(await brokenWordsOf(view.page), `${path} breaks words`).toEqual([]);
    }
    await view.close();
  });
});
