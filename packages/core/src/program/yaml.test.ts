import { describe, expect, it } from 'vitest';
import { buildProgram } from './build.ts';
import { exampleDay, withFile } from './testing/example.ts';
import { readYaml } from './yaml.ts';

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]}, `.repeat(8)}*a]`),
  )
  .join('\n');

function codes(text: string): string[] {
  return readYaml('x.yaml', text).findings.map((item) => item.code);
}

describe('readYaml', () => {
  it('reads plain values, days as text', () => {
    const read = readYaml('x.yaml', 'a: 1\nb: [true, 2026-11-01, "x"]\nc: { d: ~ }\n');
    expect(read.findings).toEqual([]);
    expect(read.data).toEqual({ a: 1, b: [true, '2026-11-01', 'x'], c: { d: null } });
  });

  it('finds keys, values and list items, and the nearest thing above what is missing', () => {
    const { locate } = readYaml('x.yaml', 'a:\n  - b: 1\n    "c": two\n  - *x\n'.replace('*x', 'e: {f: 3}'));
    expect(locate(['a', 0, 'c'], 'key')).toEqual({ line: 3, column: 5 });
    expect(locate(['a', 0, 'c'])).toEqual({ line: 3, column: 10 });
    expect(locate(['a', 1, 'e', 'f'])).toEqual({ line: 4, column: 12 });
    expect(locate(['a', 1, 'e', 'nothing', 'here'])).toEqual({ line: 4, column: 8 });
    expect(locate(['nowhere'])).toEqual({ line: 1, column: 1 });
  });

  it('adds the lines above front matter', () => {
    expect(readYaml('x.md', 'a: 1\na: 2', 1).findings[0]).toMatchObject({ line: 3, column: 1 });
  });

  it.each([
    ['a repeated key', 'a: 1\na: 2', 'program.yaml-duplicate-key'],
    ['a tag of its own', 'a: !!js/function "x"', 'program.yaml-tag'],
    ['a local tag', 'a: !secret x', 'program.yaml-tag'],
    ['binary', 'a: !!binary aGk=', 'program.yaml-tag'],
    ['two documents', 'a: 1\n---\nb: 2', 'program.yaml-documents'],
    ['a directive', '%YAML 1.1\n---\na: yes', 'program.yaml-documents'],
    ['a key that is a list', '? [a]\n: 1', 'program.yaml-syntax'],
    ['an unknown alias', 'a: *b', 'program.yaml-alias'],
    ['broken text', 'a: [1, 2', 'program.yaml-syntax'],
    ['a tab for indentation', 'a:\n\tb: 1', 'program.yaml-syntax'],
    ['an alias bomb', bomb, 'program.yaml-alias'],
    ['a thousand aliases', `a: &a 1\nb: [${'*a, '.repeat(1000)}*a]`, 'program.yaml-alias'],
    ['an alias of itself', 'a: &a [*a, *a]', 'program.yaml-nesting'],
    ['deep brackets', '['.repeat(1e6), 'program.yaml-nesting'],
    ['deep mappings', '{a: '.repeat(2e5), 'program.yaml-nesting'],
    ['deep lists', '- '.repeat(5e5), 'program.yaml-nesting'],
    ['deep questions', '? '.repeat(5e5), 'program.yaml-nesting'],
    [
      'deep lines',
      Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'program.yaml-nesting',
    ],
  ])('refuses %s', (_, text, code) => {
    expect(codes(text)).toContain(code);
    expect(readYaml('x.yaml', text).data).toBeUndefined();
  });

  it('never repeats what stands in the file', () => {
    const text = 'password: "hunter2\nmore: [hunter2';
    expect(JSON.stringify(readYaml('x.yaml', text).findings)).not.toContain('hunter2');
  });

  it('keeps special names out of the prototype', () => {
    const { program, findings } = buildProgram(
      withFile('mcp.yaml', 'servers:\n  __proto__: { sanctioned: true }\n'),
      exampleDay,
    );
    expect(program).toBeNull();
    expect(findings.some((item) => item.file === 'mcp.yaml' && item.severity === 'error')).toBe(true);
    expect(({} as { sanctioned?: boolean }).sanctioned).toBeUndefined();
  });
});
