import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from '../support/fairlead.ts';

export type Scheme = 'light' | 'dark';
export const widths = { wide: 1440, usual: 1280, narrow: 390 } as const;

export interface ViewOptions {
  readonly scheme?: Scheme;
  readonly width?: number;
}

/** A page of the console in a browser context of its own. */
export interface ConsoleView {
  readonly page: Page;
  /** What the browser complained of: failed scripts, blocked styles, requests that failed. */
  readonly complaints: string[];
  /** Loads an address of the console and waits until it shows its content. */
  open(address: string): Promise<void>;
  /** Waits until nothing loads any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const heights: Readonly<Record<number, number>> = { 1440: 900, 1280: 800, 390: 844 };

/** Opens an empty page that looks at `origin`. */
export async function openView(
  browser: Browser,
  origin: string,
  { scheme = 'light', width = widths.wide }: ViewOptions = {},
): Promise<ConsoleView> {
  const context = await browser.newContext({
    viewport: { width, height: heights[width] ?? 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const settled = async () => {
    await page.waitForFunction(
      () => document.querySelector('h1') && !document.querySelector('[data-loading]'),
    );
  };
  return {
    page,
    complaints,
    settled,
    open: async (address) => {
      await page.goto(new URL(address, origin).href);
      await settled();
    },
    close: () => context.close(),
  };
}

const axeSource = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * What axe finds on the page, each as one readable line; `serious` leaves out what is less than that. Its script goes
 * past the page's content security policy.
 */
export async function axeFindings(page: Page, from: 'any' | 'serious' = 'any'): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: unknown, options: unknown): Promise<{ violations: AxeViolation[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const result = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return result.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  });
  const counted = violations.filter(({ impact }) => from === 'any' || /serious|critical/.test(impact ?? ''));
  return counted.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

/** How many pixels the page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Words that are broken inside over two lines; hashes, which no line has room for, aside. */
export function brokenWordsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const longest = 40;
    const range = document.createRange();
    const isBroken = (node: Node, word: RegExpMatchArray) => {
      range.setStart(node, word.index!);
      range.setEnd(node, word.index! + word[0].length);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set<string>();
    while (texts.nextNode()) {
      const node = texts.currentNode;
      for (const word of (node.textContent ?? '').matchAll(/[\p{L}\p{N}]+/gu))
        if (word[0].length <= longest && isBroken(node, word)) found.add(word[0]);
    }
    return [...found];
  });
}

/** Texts drawn in an image that can't be read on the ground they stand on: contrast below 4.5. */
export function unreadableDrawnTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const channel = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const luminance = (colour: string) => {
      const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((text) => channel(Number(text) / 255));
      return 0.2126 * (parts[0] ?? 0) + 0.7152 * (parts[1] ?? 0) + 0.0722 * (parts[2] ?? 0);
    };
    const groundOf = (element: Element | null): string => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (!/rgba\(.*, 0\)|transparent/.test(backgroundColor)) return backgroundColor;
      }
      return 'rgb(255, 255, 255)';
    };
    return [...document.querySelectorAll('[role=img] svg text')].flatMap((text) => {
      const [a, b] = [luminance(getComputedStyle(text).fill), luminance(groundOf(text))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ratio >= 4.5 ? [] : [`${text.textContent}: ${ratio.toFixed(2)}`];
    });
  });
}
