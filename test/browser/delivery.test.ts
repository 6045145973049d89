/* The pages of delivery: figures in every state they can be in, never a chart without its numbers, and nobody's name. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { deliveryTimeline } from './fixture/delivery.ts';
import { markup } from './fixture/entries.ts';
import { type FixtureServer, startFixture } from './fixture/server.ts';
import {
  axeFindings,
  brokenWordsOf,
  type ConsoleView,
  openView,
  overflowOf,
  unreadableDrawnTexts,
  widths,
} from './page.ts';

let browser: Browser;
let fixture: FixtureServer;
let view: ConsoleView;

beforeAll(async () => {
  browser = await launchChromium(inject('chromiumPath'));
});
beforeEach(async () => {
  fixture = await startFixture(20);
});
afterEach(async () => {
  await view.close();
  await fixture.close();
});
afterAll(() => browser.close());

const change = '/delivery/change/github.com/acme/payments-api/7';
const pages = [
  '/delivery',
  '/delivery?by=month',
  '/delivery?by=week',
  '/delivery?by=stage',
  '/delivery?by=repository&kpi=defect_rate',
  '/delivery/change',
  change,
  '/delivery/definitions',
  '/delivery/health',
  '/delivery/baselines',
];

async function signedIn(options: Parameters<typeof openView>[2] = {}): Promise<void> {
  view = await openView(browser, fixture.url, options);
  await view.open(fixture.signIn);
}

describe.each([
  ['light', widths.wide],
  ['light', widths.usual],
  ['light', widths.narrow],
  ['dark', widths.wide],
  ['dark', widths.narrow],
] as const)('in the %s scheme at %i pixels', (scheme, width) => {
  it('every page is sound', async () => {
    await signedIn({ scheme, width });
    for (const path of pages) {
      await view.open(path);
      expect(await axeFindings(view.page), path).toEqual([]);
      expect(await overflowOf(view.page), `${path} is too wide`).toBe(0);
      expect(await brokenWordsOf(view.page), `${path} breaks words`).toEqual([]);
    }
    expect(view.complaints).toEqual([]);
  });
});

describe('the figures', () => {
  it('say their value, interval, n, coverage and version, or why they have none', async () => {
    await signedIn();
    await view.open('/delivery');
    const tiles = view.page.getByRole('list', { name: 'Figures of all teams' });
    const tile = await tiles.getByRole('listitem').filter({ hasText: 'Cycle time, median' }).textContent();
    expect(tile).toContain('1 d 4 h');
    expect(tile).toContain('95 %: 22 h 13 min to 1 d 12 h');
    expect(tile).toContain('n 120 · 90% known · v1');
    const unknown = await tiles
      .getByRole('listitem')
      .filter({ hasText: 'Change failure rate' })
      .textContent();
    expect(unknown).toContain('Not known');
    expect(unknown).toContain('source not connected');
    const table = view.page.getByRole('table', { name: 'Cycle time, median, group by group' });
    await expect
      .poll(() => table.getByRole('row').filter({ hasText: 'fraud' }).textContent())
      .toContain('Not shown––––1 Jun – 22 Nova rate of fewer than 20 changes is not shown');
    await expect
      .poll(() => table.getByRole('row').filter({ hasText: 'catalog' }).textContent())
      .toContain('no interval: 4 clusters');
    await expect.poll(() => view.page.locator('main').textContent()).toContain('this is no ranking');
  });

  it('over time are a chart that can be read, with its numbers below', async () => {
    await signedIn({ scheme: 'dark' });
    await view.open('/delivery?by=month');
    const chart = view.page.getByRole('img', { name: /^Cycle time, median as dots/ });
    await chart.locator('svg text').first().waitFor();
    expect(await unreadableDrawnTexts(view.page)).toEqual([]);
    const table = view.page.getByRole('table', { name: 'Cycle time, median, group by group' });
    await expect.poll(() => table.getByRole('row').count()).toBe(7);
  });

  it('are chosen, grouped and bounded by the address, with the keyboard', async () => {
    await signedIn();
    await view.open('/delivery');
    await view.page.getByRole('combobox', { name: 'Group by' }).selectOption('month');
    await view.page.waitForURL(/by=month/);
    await view.page.getByRole('combobox', { name: 'Figure' }).selectOption('defect_rate');
    await view.page.waitForURL(/kpi=defect_rate/);
    await view.page.getByRole('heading', { name: 'Defect rate, group by group' }).waitFor();
    await view.page.getByRole('link', { name: 'Throughput' }).focus();
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('heading', { name: 'Throughput, group by group' }).waitFor();
    await view.page.getByLabel('First day').fill('2026-07-06');
    await view.page.waitForURL(/from=2026-07-06/);
    await view.page.getByLabel('Last day').fill('2026-09-27');
    await view.page.waitForURL(/to=2026-09-28/);
    expect(await view.page.getByLabel('Last day').inputValue()).toBe('2026-09-27');
  });

  it('by stage say that no stage is known', async () => {
    await signedIn();
    await view.open('/delivery');
    await view.page.getByRole('combobox', { name: 'Group by' }).selectOption('stage');
    await view.page.waitForURL(/by=stage/);
    const table = view.page.getByRole('table', { name: 'Cycle time, median, group by group' });
    await expect.poll(() => table.textContent()).toContain('Stage not known');
    await expect
      .poll(() => view.page.locator('main').textContent())
      .toContain('No rollout is recorded here yet');
  });

  it('have parts whose shares add up', async () => {
    await signedIn();
    await view.open('/delivery');
    const row = view.page
      .getByRole('table', { name: 'The same as numbers' })
      .getByRole('row')
      .filter({ hasText: 'All teams' });
    await row.waitFor();
    const shares = (await row.getByRole('cell').allTextContents()).flatMap((text) =>
      /^[\d.]+%$/.test(text) ? [Number(text.slice(0, -1))] : [],
    );
    expect(shares).toHaveLength(8);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 5);
  });

  it.each(pages)('on %s are text, whatever they are named', async (path) => {
    await signedIn();
    await view.open(path);
    expect(await view.page.locator('#root img, #root b').count()).toBe(0);
    expect(await view.page.evaluate(() => 'attacked' in globalThis)).toBe(false);
    if (path === '/delivery' || path === '/delivery/health')
      await expect.poll(() => view.page.getByText(markup).count()).toBeGreaterThan(0);
  });
});

describe('data health', () => {
  it('names what incidents name and nobody knows', async () => {
    await signedIn();
    await view.open('/delivery/health');
    await expect.poll(() => view.page.locator('main').textContent()).toContain('INC-4, caused by');
    expect(await view.page.locator('main').textContent()).toContain('Dated in the future');
    const text = await view.page.locator('main').textContent();
    expect(text).toContain('3 links of incidents lead nowhere');
    expect(text).toContain('INC-5, fixed by deployment api-deploy-31');
    expect(text).toContain('and 1 more');
  });
});

describe('baselines', () => {
  it('show their headline figures, and all others when asked', async () => {
    await signedIn();
    await view.open('/delivery/baselines');
    const sealed = view.page.getByRole('list', { name: 'Sealed baselines' }).locator('> li');
    await expect.poll(() => sealed.count()).toBe(2);
    const newest = sealed.first();
    await expect.poll(() => newest.textContent()).toContain('5 Jan – 5 Jul 2026 · 240 changes');
    const headlines = await newest.locator('> ul > li').allTextContents();
    expect(headlines).toEqual([
      'Cycle time, median1 d95 %: 22 h to 1 d 2 hn 240 · 100% known · v1',
      'Review latency, median5 h 41 minno interval: 4 clustersn 204 · 85% known · v1',
      'Defect rateNot known',
    ]);
    const table = newest.getByRole('table', { name: 'Figures of github.com/acme/payments-api' });
    expect(await table.isVisible()).toBe(false);
    await newest.getByText('All 3 figures').focus();
    await view.page.keyboard.press('Enter');
    await expect.poll(() => table.getByRole('row').count()).toBe(4);
    await expect.poll(() => newest.textContent()).toContain('Not known when it was sealedDefect rate');
    expect(await axeFindings(view.page)).toEqual([]);
    expect(await brokenWordsOf(view.page)).toEqual([]);
    await expect.poll(() => sealed.last().textContent()).toContain('Its figures are for those who can read');
  });
});

describe('one change', () => {
  it('is found by its name or its address, with the keyboard', async () => {
    await signedIn();
    await view.open('/delivery/change');
    await view.page.getByRole('textbox', { name: 'Change' }).fill('payments');
    await view.page.keyboard.press('Enter');
    await view.page.getByText('This is no name of a change.').waitFor();
    await view.page
      .getByRole('textbox', { name: 'Change' })
      .fill('https://github.com/acme/payments-api/pull/7');
    await view.page.keyboard.press('Enter');
    await view.page.waitForURL(`**${change}`);
    await view.page.getByRole('heading', { level: 1, name: 'github.com/acme/payments-api#7' }).waitFor();
    const main = view.page.locator('main');
    await expect.poll(() => main.textContent()).toContain('no approval, reviewed in draft');
    await expect.poll(() => main.textContent()).toContain('not in production yet');
  });

  it('of which git alone tells says what is unknown', async () => {
    await signedIn();
    const { t, parts } = deliveryTimeline;
    fixture.override('/api/delivery/changes/github.com/acme/payments-api/7/timeline', {
      status: 200,
      body: {
        ...deliveryTimeline,
        t: { ...t, opened: null, firstReview: null },
        parts: { ...parts, coding: null, pickup: null, review: null, unreviewed: null },
        flags: ['opened_unknown', 'reviews_unknown'],
      },
    });
    await view.open(change);
    const main = view.page.locator('main');
    await expect.poll(() => main.textContent()).toContain('Unknown is not none.');
    await expect.poll(() => main.textContent()).toContain('First review by a humanunknown');
    await expect.poll(() => main.textContent()).not.toContain('no approval');
  });

  it('that is still open says what has not happened yet', async () => {
    await signedIn();
    fixture.override('/api/delivery/changes/github.com/acme/payments-api/7/timeline', {
      status: 200,
      body: {
        ...deliveryTimeline,
        ...{ status: 'open', state: 'not_applicable', cycle_time: null, flags: [] },
        t: { ...deliveryTimeline.t, firstReview: null, merged: null },
      },
    });
    await view.open(change);
    const main = view.page.locator('main');
    await expect.poll(() => main.textContent()).toContain('First review by a humannone yet');
    await expect.poll(() => main.textContent()).toContain('Mergednot yet');
    await expect.poll(() => main.textContent()).toContain('In productionnot yet');
    expect(await main.textContent()).not.toMatch(/(not |un)known/);
  });

  it('that may not be read says who can', async () => {
    await signedIn();
    const error = {
      code: 'delivery.repository-closed',
      message: 'Only people who can read this repository see its changes.',
      fix: 'Ask whoever owns the repository.',
    };
    fixture.override('/api/delivery/changes/github.com/acme/payments-api/7/timeline', {
      status: 403,
      body: { error },
    });
    await view.open(change);
    await expect
      .poll(() => view.page.getByRole('alert').textContent())
      .toContain('Ask whoever owns the repository.');
  });
});

describe('without facts', () => {
  const noSource = { facts: 0, repositories: 0, coverage: null, newest: null, lagSeconds: null };
  const nothing = {
    '/api/delivery/kpis': { asOf: '2026-11-26T09:00:00.000Z', origin: 'live', rows: [] },
    '/api/delivery/parts': { asOf: '2026-11-26T09:00:00.000Z', origin: 'live', rows: [] },
    '/api/delivery/baselines': [],
    '/api/delivery/health': {
      asOf: '2026-11-26T09:00:00.000Z',
      origin: 'live',
      sources: [{ source: 'changes', connected: false, ...noSource }],
      repositories: { listed: 0, withFacts: 0, without: [], unlisted: [] },
      people: { known: 0, unmapped: 0 },
      bots: [],
      unknownLinks: { count: 0, links: [] },
      ahead: { count: 0, facts: [] },
      restating: { lateFacts: 'at_once', waiting: 0, restatedAt: null, nextRestatement: null },
    },
  };

  it.each([
    ['/delivery', 'No delivery facts yet', 'bin/fairlead delivery import'],
    ['/delivery/health', 'No facts yet', 'fairlead delivery import'],
    ['/delivery/baselines', 'No baseline is sealed', 'bin/fairlead baseline'],
  ])('%s says what to do next', async (path, title, advice) => {
    await signedIn();
    for (const [name, body] of Object.entries(nothing)) fixture.override(name, { status: 200, body });
    await view.open(path);
    await view.page.getByText(title, { exact: true }).waitFor();
    await expect.poll(() => view.page.locator('main').textContent()).toContain(advice);
    expect(await axeFindings(view.page)).toEqual([]);
  });

  it('that can be shown in a window, says so', async () => {
    await signedIn();
    fixture.override('/api/delivery/kpis', { status: 200, body: nothing['/api/delivery/kpis'] });
    await view.open('/delivery');
    await view.page.getByText('Nothing can be shown of this window').waitFor();
  });
});
