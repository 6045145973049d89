import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildConsole, builtConsole } from './build.ts';

let sources: string;
let builds: number;
const page = () => join(sources, 'dist/index.html');

const build: BuildConsole = async (_sources, outDir) => {
  builds += 1;
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, 'index.html'), `build ${builds}`);
  return true;
};

beforeEach(() => {
  builds = 0;
  sources = mkdtempSync(join(tmpdir(), 'fairlead-console-'));
  mkdirSync(join(sources, 'src/app'), { recursive: true });
  writeFileSync(join(sources, 'vite.config.ts'), '');
  writeFileSync(join(sources, 'src/app/page.tsx'), '');
});
afterEach(() => rmSync(sources, { recursive: true, force: true }));

/** Makes a file look as if it was written that many seconds from now. */
function touch(path: string, seconds: number): void {
  const at = Date.now() / 1000 + seconds;
  utimesSync(path, at, at);
}

describe('the console of a checkout', () => {
  it('is built when it is absent, and not again', async () => {
    expect(await builtConsole(sources, build)).toBe(join(sources, 'dist'));
    await builtConsole(sources, build);
    expect(builds).toBe(1);
    expect(readFileSync(page(), 'utf8')).toBe('build 1');
  });

  it('is built again when a source is newer', async () => {
    await builtConsole(sources, build);
    touch(join(sources, 'src/app/page.tsx'), 60);
    await builtConsole(sources, build);
    expect(readFileSync(page(), 'utf8')).toBe('build 2');
  });

  it('is built by several servers at once without harm', async () => {
    await Promise.all([1, 2, 3].map(() => builtConsole(sources, build)));
    expect(readFileSync(page(), 'utf8')).toMatch(/^build \d$/);
    expect(readdirSync(join(sources, 'node_modules'))).toEqual([]);
  });

  it('stays what it was when it can’t be built', async () => {
    await builtConsole(sources, build);
    touch(join(sources, 'src/app/page.tsx'), 60);
    await builtConsole(sources, async () => false);
    expect(readFileSync(page(), 'utf8')).toBe('build 1');
  });

  it('is left out when it can’t be built at all', async () => {
    await builtConsole(sources, async () => false);
    expect(existsSync(page())).toBe(false);
  });
});

describe('the console of an installed package', () => {
  it('is never built: there are no sources', async () => {
    rmSync(join(sources, 'vite.config.ts'));
    await builtConsole(sources, build);
    expect(builds).toBe(0);
  });
});
