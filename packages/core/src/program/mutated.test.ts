import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProgram } from './build.ts';
import { renderValidation, validationFormats } from './report/index.ts';
import { starterDay, starterFiles } from './testing/example.ts';

const paths = [...starterFiles.keys()].filter((path) => /\.(yaml|cedar|md)$/.test(path));

/** One way in which a file gets spoilt. */
const spoil = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), text: fc.string({ unit: 'binary', maxLength: 20 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    text: fc.constantFrom(
      '{',
      '[',
      '- ',
      ': ',
      '"',
      '*a',
      '&a ',
      '!!x ',
      '---\n',
      '\t',
      '@id("x")',
      '\u0000',
      '%',
      '__proto__: ',
    ),
  }),
  fc.record({ kind: fc.constant('cut' as const), length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constant('line' as const),
    text: fc.constantFrom('', 'null', '~', '[]', '{}', '0', 'x: y'),
  }),
);

const mutation = fc.record({
  path: fc.constantFrom(...paths),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  spoil,
});

function apply(
  text: string,
  at: number,
  how: typeof spoil extends fc.Arbitrary<infer T> ? T : never,
): string {
  const offset = Math.floor(at * text.length);
  if (how.kind === 'insert') return text.slice(0, offset) + how.text + text.slice(offset);
  if (how.kind === 'cut') return text.slice(0, offset) + text.slice(offset + how.length);
  const lines = text.split('\n');
  const index = Math.floor(at * lines.length);
  const line = lines[index] ?? '';
  lines[index] = line.replace(/(: ?).*$/, (_, colon: string) => `${colon}${how.text}`);
  return lines.join('\n');
}

describe('a spoilt program', () => {
  it('never makes the reading throw, and every finding has a place in the program', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const files = new Map(starterFiles);
        for (const { path, at, spoil: how } of mutations)
          files.set(path, apply(files.get(path) ?? '', at, how));
        const { program, findings } = buildProgram(files, starterDay);
        expect(program === null).toBe(findings.some((item) => item.severity === 'error'));
        for (const item of findings) {
          expect(item.line).toBeGreaterThanOrEqual(1);
          expect(item.column).toBeGreaterThanOrEqual(1);
          expect(item.line).toBeLessThanOrEqual((files.get(item.file) ?? '').split(/\n/).length + 2);
        }
        const validation = { at: starterDay, digest: 'sha256:0', findings };
        for (const format of validationFormats)
          expect(renderValidation(validation, format)).toBeTypeOf('string');
      }),
      { numRuns: 40 },
    );
  });
});
