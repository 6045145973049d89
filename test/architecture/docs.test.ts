import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTracked, root } from './sources.ts';

const pages = (readTracked() ?? []).filter(({ path }) => /^(?:[A-Z]+|docs\/.*)\.md$/.test(path));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe.skipIf(pages.length === 0)('the documentation', () => {
  it('has no link to a file that is not there', () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => ({
        path,
        link: match[1] as string,
      })),
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter(({ path, link }) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
  });

  it('names no npm script that is not there', () => {
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run ([a-z:-]+)/g)].map((match) => ({ path, script: match[1] as string })),
    );
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });
});

describe('the threat model', () => {
  const rows = readFileSync(join(root, 'docs/threat-model.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| attack |'))
    .map((line) => line.slice(2, -2).split(' | '));
  const testIn = /`((?:test|packages)\/[^`]+\.test\.ts)`/g;

  it('has a control, a test and a residual for every attack', () => {
    expect(rows.length).toBeGreaterThan(35);
    expect(rows.filter((cells) => cells.length !== 4 && cells.length !== 3)).toEqual([]);
    const silent = rows.filter(
      ([, , test = '']) => !test.includes('not built yet') && test.match(testIn) === null,
    );
    expect(silent).toEqual([]);
  });

  it('names tests that exist', () => {
    const named = rows.flatMap(([attack, , test = '']) =>
      [...test.matchAll(testIn)].map((match) => ({ attack, path: match[1] as string })),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ path }) => !existsSync(join(root, normalize(path))))).toEqual([]);
  });
});
