import { describe, expect, it } from 'vitest';
import { csvRow } from './csv.ts';

describe('a row of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\uff1dcmd', "'\uff1dcmd"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['a=b', 'a=b'],
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
    ['', ''],
    [' x', '" x"'],
  ])('has %j as %j', (value, cell) => {
    expect(csvRow([value])).toBe(`${cell}\r\n`);
  });

  it('has numbers, lists and nothing as they are', () => {
    expect(csvRow([-5, true, null, ['a', 'b'], ['=x', 'y'], []])).toBe(`-5,true,,a b,'=x y,\r\n`);
  });
});
