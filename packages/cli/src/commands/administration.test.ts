import { describe, expect, it } from 'vitest';
import { administer, parseExpiry } from './administration.ts';

const now = Date.parse('2026-11-01T12:00:00Z');

describe('when a grant ends', () => {
  it.each([
    ['12h', '2026-11-02T00:00:00.000Z'],
    ['30d', '2026-12-01T12:00:00.000Z'],
    ['8w', '2026-12-27T12:00:00.000Z'],
    ['2027-01-31', '2027-01-31T23:59:59.000Z'],
    ['2027-01-31T08:00:00+02:00', '2027-01-31T06:00:00.000Z'],
  ])('%s', (written, meant) => {
    expect(parseExpiry(written, now)).toBe(meant);
  });

  it.each([
    '',
    '0d',
    '-1d',
    '1y',
    'tomorrow',
    '2027-13-01',
    '2027-02-31T00:00:00Z!',
    '12',
    '99999999d',
    '1.5h',
  ])('%j is refused with the forms that are taken', (written) => {
    expect(() => parseExpiry(written, now)).toThrow(/12h, 30d, 8w/);
  });
});

describe('a command that changes something', () => {
  it('refuses when nothing says which server is meant', async () => {
    const before = process.env.FAIRLEAD_SERVER;
    delete process.env.FAIRLEAD_SERVER;
    try {
      await expect(administer({}, async () => 1)).rejects.toMatchObject({ code: 'server.unreachable' });
    } finally {
      if (before !== undefined) process.env.FAIRLEAD_SERVER = before;
    }
  });
});
