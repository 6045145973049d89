import { describe, expect, it } from 'vitest';
import { readSources } from './sources.ts';

const hardLimit = 400;
const ninetiethLimit = 250;

/** Files that may be longer than the limit, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  'packages/console/src/api/schema.ts': 'made from the OpenAPI document',
};

const files = readSources(['packages', 'test', 'tools', 'bin'], ['.ts', '.tsx', '.mjs', '.js']).map(
  ({ path, text }) => ({
    path,
    lines: text.split('\n').length - 1,
  }),
);
const own = files.filter(({ path }) => !path.endsWith('.test.ts'));

describe('the size of files', () => {
  it('is read from a non-zero number of files', () => {
    expect(own.length).toBeGreaterThan(50);
  });

  it(`is at most ${hardLimit} lines`, () => {
    const long = files.filter(({ path, lines }) => lines > hardLimit && !(path in longFiles));
    expect(long).toEqual([]);
  });

  it(`has a 90th percentile of at most ${ninetiethLimit} lines`, () => {
    const sorted = own.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThanOrEqual(ninetiethLimit);
  });

  it('has no exception that is no longer needed', () => {
    const needless = Object.keys(longFiles).filter(
      (path) => !files.some((file) => file.path === path && file.lines > hardLimit),
    );
    expect(needless).toEqual([]);
  });
});

describe('names', () => {
  it('never end in Manager, Helper or Util', () => {
    const declared =
      /\b(?:class|function|interface|type|const)\s+(\w*(?:Manager|Helper|Helpers|Util|Utils))\b/g;
    const bad = readSources(['packages', 'tools'], ['.ts', '.mjs']).flatMap(({ path, text }) => [
      ...(/(?:manager|helpers?|utils?)\.ts$/i.test(path) ? [path] : []),
      ...[...text.matchAll(declared)].map((match) => `${path}: ${match[1]}`),
    ]);
    expect(bad).toEqual([]);
  });
});
