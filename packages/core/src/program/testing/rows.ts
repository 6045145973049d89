import { expect } from 'vitest';
import { buildProgram } from '../build.ts';
import { exampleDay, exampleFiles, withFile } from './example.ts';

export type Files = ReadonlyMap<string, string>;
/** One change of the example and what validate has to say of it. `place` is the beginning of the text that the finding points to. */
export type Row = readonly [what: string, files: Files, code: string, place: string, says: RegExp];

/** The example with a piece of text replaced wherever it stands in a file. */
export function everywhere(file: string, from: string | RegExp, to: string): Files {
  const text = textOf(file);
  const changed = text.replaceAll(from, () => to);
  if (changed === text) throw new Error(`${file} does not hold ${from}`);
  return withFile(file, changed);
}

/** Text of a file of the example. */
export function textOf(file: string): string {
  return exampleFiles.get(file) ?? '';
}

/** What stands at a finding's place. */
function textAt(files: Files, file: string, line: number, column: number): string {
  const lines = (files.get(file) ?? '').split('\n').slice(line - 1);
  return lines.join('\n').slice(column - 1);
}

/** Expects the finding of a row, at its place. */
export function expectFinding([, files, code, place, says]: Row): void {
  const { findings } = buildProgram(files, exampleDay);
  const found = findings.filter((item) => item.code === code && says.test(item.message));
  expect(found, JSON.stringify(findings.filter((item) => item.severity !== 'note'))).not.toEqual([]);
  const places = found.map(({ file, line, column }) => textAt(files, file, line, column));
  expect(
    places.some((at) => at.startsWith(place)),
    places.map((at) => at.slice(0, 40)).join('\n'),
  ).toBe(true);
}
