import { catalogue } from '@fairlead/core/errors';
import { describe, expect, it } from 'vitest';
import { pages, renderErrors, stalePages } from '../../tools/generate-reference.ts';
import { isTest } from './boundaries.ts';
import { readSources } from './sources.ts';

const codes = Object.keys(catalogue);
const sources = readSources(['packages'], ['.ts', '.tsx']).filter(({ path }) => !isTest(path));
const users = sources.filter(({ path }) => !path.startsWith('packages/core/src/errors/'));

describe('the generated reference', () => {
  it('has pages, and they are current: `npm run reference` writes them', async () => {
    expect(pages.length).toBeGreaterThan(0);
    expect(await stalePages()).toEqual([]);
  });
});

describe('the error catalogue', () => {
  it('is made of unique codes of the form area.kebab-case', () => {
    expect(codes.length).toBeGreaterThan(8);
    expect(codes.filter((code) => !/^[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*$/.test(code))).toEqual([]);
    const written = readSources(['packages/core/src/errors'], ['.ts']).flatMap(({ text }) =>
      [...text.matchAll(/^ {2}'([^']+)': \{/gm)].map((match) => match[1]),
    );
    expect(written.length).toBe(new Set(written).size);
    expect([...written].sort()).toEqual([...codes].sort());
  });

  it('says a sentence, a fix and an error status for each', () => {
    for (const [code, { status, safeMessage, fix }] of Object.entries(catalogue)) {
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(safeMessage, code).toMatch(/^[A-Z].*\.$/s);
      expect(fix, code).toMatch(/^[A-Z`].*\.$/s);
    }
  });

  it('is what the page lists', () => {
    const listed = [...renderErrors().matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect([...listed].sort()).toEqual([...codes].sort());
  });

  it('holds every code that is raised', () => {
    const raised = users.flatMap(({ path, text }) =>
      [...text.matchAll(/new FairleadError\(\s*'([^']+)'/g)].map((match) => ({
        path,
        code: match[1] as string,
      })),
    );
    expect(raised.length).toBeGreaterThan(5);
    expect(raised.filter(({ code }) => !codes.includes(code))).toEqual([]);
  });

  it('holds no code that nothing raises', () => {
    const unused = codes.filter((code) => !users.some(({ text }) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });
});
