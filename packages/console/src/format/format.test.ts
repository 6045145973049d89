import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatCount, formatMoney, formatShare, plural } from './numbers.ts';
import {
  formatDays,
  formatDuration,
  formatRelative,
  formatSecond,
  formatShortDays,
  formatSpan,
} from './time.ts';

describe('numbers', () => {
  it.each([
    [0, '$0.00'],
    [137, '$0.0001'],
    [9_083, '$0.0091'],
    [1_000_000, '$1.00'],
    [18_240_550_000, '$18,240.55'],
  ])('%i micro-USD are %s', (microUsd, text) => {
    expect(formatMoney(microUsd)).toBe(text);
  });

  it('are grouped, and shares of nothing are not claimed', () => {
    expect(formatCount(12_345)).toBe('12,345');
    expect([formatShare(1, 3), formatShare(0, 0)]).toEqual(['33.3%', '–']);
    expect([formatShare(0, 9), formatShare(1, 9_999)]).toEqual(['0%', '< 0.1%']);
  });

  it('have the right form of their noun', () => {
    expect([plural(1, 'call'), plural(2, 'call'), plural(0, 'entry', 'entries')]).toEqual([
      '1 call',
      '2 calls',
      '0 entries',
    ]);
  });
});

describe('times', () => {
  const now = Date.parse('2030-01-15T12:00:00Z');
  it.each([
    ['2030-01-15T11:59:40Z', 'just now'],
    ['2030-01-15T11:57:00Z', '3 minutes ago'],
    ['2030-01-15T07:00:00Z', '5 hours ago'],
    ['2030-01-13T12:00:00Z', '2 days ago'],
    ['2030-01-15T12:00:30Z', 'in less than a minute'],
    ['2030-01-18T12:00:00Z', 'in 3 days'],
    ['never', 'never'],
  ])('%s is %s', (iso, text) => {
    expect(formatRelative(iso, now)).toBe(text);
  });

  describe('in another zone', () => {
    afterEach(() => {
      vi.unstubAllEnvs();
      vi.resetModules();
    });
    it.each([
      ['America/Los_Angeles', '31 May 2026, 17:00'],
      ['Pacific/Kiritimati', '1 Jun 2026, 14:00'],
    ])('%s are its own, and the days of figures are UTC', async (zone, minute) => {
      vi.stubEnv('TZ', zone);
      vi.resetModules();
      const { formatDay, formatMinute, formatShortDay } = await import('./time.ts');
      expect(formatMinute('2026-06-01T00:00:00Z')).toBe(minute);
      expect(formatDay('2026-06-01')).toBe('1 Jun 2026');
      expect(formatShortDay('2026-12-01T00:00:00.000Z')).toBe('1 Dec');
    });
  });

  it.each([
    ['2026-06-08', '2026-11-23', '8 Jun – 22 Nov 2026'],
    ['2025-12-29', '2026-01-05', '29 Dec 2025 – 4 Jan 2026'],
    ['2026-03-02', '2026-03-03', '2 Mar 2026'],
    ['soon', '2026-03-03', 'soon – 2026-03-03'],
  ])('from %s to before %s are %s', (from, to, text) => {
    expect(formatDays(from, to)).toBe(text);
  });

  it('of days have no year where there is but one', () => {
    expect(formatShortDays('2026-06-08', '2026-11-23')).toBe('8 Jun – 22 Nov');
    expect(formatShortDays('2025-12-29', '2026-01-01')).toBe('29 – 31 Dec');
    expect(formatShortDays('2025-12-29', '2026-01-05')).toBe('29 Dec 2025 – 4 Jan 2026');
  });

  it('that can’t be read stay as they are', () => {
    expect(formatSecond('unknown')).toBe('unknown');
  });

  it.each([
    [12, '12 ms'],
    [12_340, '12.3 s'],
    [245_000, '4 min 05 s'],
    [68_880_000, '19 h 08 min'],
  ])('%i ms last %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [59.6, '1 min'],
    [2_700, '45 min'],
    [3_570, '1 h'],
    [20_433, '5 h 41 min'],
    [86_400, '1 d'],
    [107_039, '1 d 6 h'],
    [172_790, '2 d'],
    [513_563_147, '5,944 d'],
  ])('a span of %d seconds is %s', (seconds, text) => {
    expect(formatSpan(seconds)).toBe(text);
  });
});
