import { describe, expect, it } from 'vitest';
import { indexOfByte, positionAt, statementsOf } from './policy-text.ts';

describe('statements of a policy file', () => {
  it('end at their semicolon, wherever others stand', () => {
    const text =
      '// a; b\npermit(x) when { "a;\\"//;" == "b" }; // c;\n\n  forbid(\n// d;\n);permit();// end';
    expect(statementsOf(text).map(({ text: own, start }) => [positionAt(text, start), own])).toEqual([
      [{ line: 2, column: 1 }, 'permit(x) when { "a;\\"//;" == "b" };'],
      [{ line: 4, column: 3 }, 'forbid(\n// d;\n);'],
      [{ line: 6, column: 3 }, 'permit();'],
    ]);
  });

  it.each(['', '   \n', '// only a comment', '// no end of line;'])('are none in %j', (text) => {
    expect(statementsOf(text)).toEqual([]);
  });

  it('leave out what has no end', () => {
    expect(statementsOf('permit(); forbid("unfinished;')).toHaveLength(1);
  });
});

describe('places', () => {
  it('are counted in characters from bytes', () => {
    const text = 'é€😀x';
    expect([0, 2, 5, 9, 10, 99].map((byte) => indexOfByte(text, byte))).toEqual([0, 1, 2, 4, 5, 5]);
  });

  it('count lines and columns from one', () => {
    expect([0, 1, 2, 3].map((index) => positionAt('a\n\nb', index))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 2, column: 1 },
      { line: 3, column: 1 },
    ]);
  });
});
