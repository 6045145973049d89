/* One headless Chromium for a test run, from an npm package: nothing is downloaded. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { root } from '../support/fairlead.ts';

/**
 * Unpacks the browser once per version. The package unpacks into the temporary folder and never replaces an old one,
 * so it is given a folder of its own while it does.
 */
export async function unpackChromium(): Promise<string> {
  const manifest = join(root, 'node_modules/@sparticuz/chromium/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = join(root, 'node_modules/.cache', `chromium-${version}`);
  mkdirSync(folder, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    const { default: bundled } = await import('@sparticuz/chromium');
    const executable = await bundled.executablePath();
    writeFileSync(join(folder, 'fonts.conf'), fontSettings(folder));
    return executable;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

/** The package's own settings name folders of another kind of machine, and without a font no text has a size. */
function fontSettings(folder: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    `  <dir>${folder}/fonts</dir>`,
    '  <dir>/usr/share/fonts</dir>',
    `  <cachedir>${folder}/fonts-cache</cachedir>`,
    '  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>',
    '  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>',
    '  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>',
    '</fontconfig>',
    '',
  ].join('\n');
}

/** Starts it. The package's own flags are for another kind of machine; these few are what is needed here. */
export function launchChromium(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  const folder = dirname(executablePath);
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--headless=shell', '--disable-gpu', '--font-render-hinting=none', ...more],
    env: { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf'), HOME: folder },
  });
}
