import { describe, expect, it } from 'vitest';
import { dayAfter, endOfDay, isLive, stateOf } from './key-state.ts';

const day = 86_400_000;
const now = Date.parse('2030-01-15T12:00:00Z');
const key = (createdDays: number, expiresDays: number, revokedAt: string | null = null) => ({
  createdAt: new Date(now + createdDays * day).toISOString(),
  expiresAt: new Date(now + expiresDays * day).toISOString(),
  revokedAt,
});

describe('a key', () => {
  it.each([
    ['in its time', key(-1, 60), 'active'],
    ['in its last week', key(-30, 3), 'expiring'],
    ['made for a day', key(0, 1), 'active'],
    ['past its time', key(-30, -1), 'expired'],
    ['at its last instant', key(-30, 0), 'expired'],
    ['that was revoked, though its time goes on', key(-1, 60, '2030-01-15T00:00:00Z'), 'revoked'],
    ['with an end that can’t be read', { ...key(-1, 60), expiresAt: 'soon' }, 'expired'],
  ])('%s is told apart', (_, view, state) => {
    expect(stateOf(view, now)).toBe(state);
  });

  it('is live only while it works', () => {
    expect((['active', 'expiring', 'expired', 'revoked'] as const).filter(isLive)).toEqual([
      'active',
      'expiring',
    ]);
  });
});

describe('the day it ends', () => {
  it('counts as a whole', () => {
    expect(dayAfter(now, 30)).toBe('2030-02-14');
    expect(new Date(endOfDay('2030-02-14') ?? '').getHours()).toBe(23);
  });

  it.each(['', 'tomorrow', '2030-02-31T', '2030-14-01'])('is not read from %j', (field) => {
    expect(endOfDay(field)).toBeNull();
  });
});
