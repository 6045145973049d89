import { describe, expect, it } from 'vitest';
import { canonicalJson } from './index.ts';

describe('canonicalJson', () => {
  it('sorts keys by UTF-16 unit and writes the shortest numbers (RFC 8785, section 3.2.3)', () => {
    const value = { '\u20ac': 1e21, '\r': 0.1, '\ufb33': [-0, 1e-7], '1': 'a', '\u{1f600}': null, ö: true };
    expect(canonicalJson(value)).toBe(
      '{"\\r":0.1,"1":"a","ö":true,"\u20ac":1e+21,"\u{1f600}":null,"\ufb33":[0,1e-7]}',
    );
  });

  it.each([undefined, Number.NaN, () => 1])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
