/* Whether the page is right when it says that its figures are live. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { cleanUp } from '../support/fairlead.ts';
import { launchChromium } from './chromium.ts';
import { type Demo, startDemo } from './demo.ts';
import { type ConsoleView, openView } from './page.ts';

let browser: Browser;
let demo: Demo;
let view: ConsoleView;

beforeAll(async () => {
  [browser, demo] = await Promise.all([launchChromium(inject('chromiumPath')), startDemo()]);
  view = await openView(browser, demo.console);
});
afterAll(async () => {
  process.kill(demo.app.pid, 'SIGCONT');
  await view.close();
  await browser.close();
  await demo.close();
  await cleanUp();
});

it('says "not live" of a server that hangs without closing its connections, and "live" when it is back', async () => {
  const says = (words: RegExp) =>
    expect.poll(() => view.page.getByText(words).isVisible(), { timeout: 50_000 }).toBe(true);
  // The page's time is the test's own: nobody waits for a minute.
  await view.page.clock.install();
  await view.open(await demo.signInLink());
  await says(/^Live/);
  process.kill(demo.app.pid, 'SIGSTOP');
  await view.page.clock.fastForward(60_000);
  await says(/^Not live/);
  process.kill(demo.app.pid, 'SIGCONT');
  // The next try may have begun while it hung, and waits for what it will get.
  await says(/^Live/);
}, 180_000);
