import { describe, expect, it } from 'vitest';
import { indented, tableLine, textTable } from './text-table.ts';

describe('a table of text', () => {
  it('is as wide as its widest cells, numbers to the right, without spaces at the ends', () => {
    const rows = [
      ['name', 'note', 'n'],
      ['a', '', '12'],
      ['longer', 'x', '3'],
    ];
    expect(textTable(rows, 2)).toEqual(['name    note   n', 'a             12', 'longer  x      3']);
    expect(textTable(rows)).toEqual(['name    note  n', 'a             12', 'longer  x     3']);
  });

  it('may have rows of unequal length, or none', () => {
    expect(indented(textTable([['a', 'b'], ['longer']]))).toEqual(['  a       b', '  longer']);
    expect(textTable([])).toEqual([]);
  });

  it('has lines of given widths, where rows come one by one', () => {
    expect(tableLine(['1', 'two', 'three'], [{ width: 3, right: true }, { width: 5 }])).toBe(
      '  1  two    three',
    );
  });
});
