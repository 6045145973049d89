import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readSources } from './sources.ts';

const sources = readSources(['packages/core', 'packages/server', 'packages/cli', 'tools'], ['.ts']);

describe('Node can run every source as it is', () => {
  // The compiler accepts a little more than what strips the types; tests are transformed by neither.
  it('strips the types of each', () => {
    expect(sources.length).toBeGreaterThan(500);
    const refused = sources.flatMap(({ path, text }) => {
      try {
        stripTypeScriptTypes(text);
        return [];
      } catch (error) {
        return [`${path}: ${(error as Error).message}`];
      }
    });
    expect(refused).toEqual([]);
  });
});
