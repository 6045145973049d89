/* The console without a mouse: everything can be reached, seen and left again. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type FixtureServer, startFixture } from './fixture/server.ts';
import { type ConsoleView, openView, widths } from './page.ts';

let browser: Browser;
let fixture: FixtureServer;
let view: ConsoleView;

beforeAll(async () => {
  browser = await launchChromium(inject('chromiumPath'));
  fixture = await startFixture(40);
});
beforeEach(async () => {
  view = await openView(browser, fixture.url);
  await view.open(fixture.signIn);
});
afterEach(() => view.close());
afterAll(async () => {
  await browser.close();
  await fixture.close();
});

/** Name of what has the focus, as a screen reader would say it. */
const focused = () =>
  view.page.evaluate(() => {
    const at = document.activeElement;
    const label = at?.getAttribute('aria-label') ?? at?.textContent ?? '';
    return `${at?.tagName.toLowerCase()} ${label}`.trim().slice(0, 80);
  });

/** Presses Tab until what is focused satisfies the predicate. */
async function tabTo(wanted: string, most = 60): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    await view.page.keyboard.press('Tab');
    if ((await focused()) === wanted) return;
  }
  throw new Error(`Tab never reached ${wanted}; the last was ${await focused()}`);
}

describe('with the keyboard alone', () => {
  it('the first key leads past the menu into the content', async () => {
    await view.page.keyboard.press('Tab');
    await expect.poll(focused).toBe('a Skip to the content');
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.page.evaluate(() => document.activeElement?.id)).toBe('content');
  });

  it('a refused call is found, opened, understood and proven', async () => {
    await tabTo('a Audit');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
    await expect.poll(() => view.page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await view.page.keyboard.press('Tab');
    await view.page.keyboard.press('Tab');
    await view.page.keyboard.press('R');
    await view.page.waitForURL(/decision=deny/);
    await view.settled();
    for (let presses = 0; !/was refused/.test(await focused()); presses += 1) {
      expect(presses).toBeLessThan(40);
      await view.page.keyboard.press('Tab');
    }
    await view.page.keyboard.press('Enter');
    await view.page.getByText('What to do:').waitFor();
    await view.page.getByTestId('proof-result').getByText('Verified').waitFor();
  });

  it('what has the focus is always to be seen', async () => {
    await view.open('/audit');
    const unseen: string[] = [];
    for (let presses = 0; presses < 45; presses += 1) {
      await view.page.keyboard.press('Tab');
      const seen = await view.page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body) return true;
        const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(at);
        const box = at.getBoundingClientRect();
        const marked =
          (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' || borderColor !== '';
        return marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
      });
      if (!seen) unseen.push(await focused());
    }
    expect(unseen).toEqual([]);
  });

  it('a dialog keeps the focus, and gives it back when it closes', async () => {
    await view.open('/keys');
    await tabTo('button Issue a key');
    await view.page.keyboard.press('Enter');
    const dialog = view.page.getByRole('dialog');
    const inside = () =>
      view.page.waitForFunction(() => document.activeElement?.closest('[role=dialog]') != null);
    await inside();
    for (let presses = 0; presses < 20; presses += 1) {
      await view.page.keyboard.press('Tab');
      await inside();
    }
    await view.page.keyboard.press('Escape');
    await view.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('button Issue a key');
  });

  it('the colours are switched, and stay so', async () => {
    const scheme = () => view.page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
    await expect.poll(scheme).toBe('light');
    await tabTo('button Colours');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('menuitem', { name: 'Dark' }).waitFor();
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    await expect.poll(scheme).toBe('dark');
    await view.open('/budgets');
    await expect.poll(scheme).toBe('dark');
  });

  it('the menu of a narrow window opens and leads on', async () => {
    await view.page.setViewportSize({ width: widths.narrow, height: 844 });
    await view.open('/');
    await tabTo('button Menu');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('dialog').waitFor();
    await tabTo('a Controls');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('heading', { level: 1, name: 'Controls' }).waitFor();
    await view.page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
