import { describe, expect, it } from 'vitest';
import { besideDay, readChangeName, readDeliverySearch, windowOf } from './search.ts';

describe('the address of the delivery page', () => {
  it('keeps what it knows, and leaves out what is usual', () => {
    expect(
      readDeliverySearch({ from: '2026-01-05', to: '2026-07-06', by: 'month', kpi: 'defect_rate' }),
    ).toEqual({ from: '2026-01-05', to: '2026-07-06', by: 'month', kpi: 'defect_rate' });
    expect(readDeliverySearch({ by: 'stage' })).toEqual({ by: 'stage' });
    expect(readDeliverySearch({ by: 'team', kpi: 'cycle_time.p50' })).toEqual({});
    expect(readDeliverySearch({ from: 'soon', to: 7, by: 'person', kpi: '<b>' })).toEqual({});
  });

  it('means the last 26 weeks unless it says otherwise', () => {
    const now = Date.parse('2026-07-06T12:00:00Z');
    expect(windowOf({}, now)).toEqual({ from: '2026-01-05', to: '2026-07-06' });
    expect(windowOf({ from: '2026-06-01' }, now)).toEqual({ from: '2026-06-01', to: '2026-07-06' });
    expect(windowOf({ to: '2026-03-02' }, now)).toEqual({ from: '2025-09-01', to: '2026-03-02' });
  });
});

describe('the last day of a window', () => {
  it.each([
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-12-31', 1, '2027-01-01'],
    ['', 1, ''],
    ['2026-99-01', -1, ''],
  ] as const)('beside %s (%i) is “%s”', (text, days, beside) => {
    expect(besideDay(text, days)).toBe(beside);
  });
});

describe('the name of a change', () => {
  it.each([
    ['github.com/acme/web#7', ['github.com', 'acme', 'web', '7']],
    [' https://github.com/acme/web/pull/12 ', ['github.com', 'acme', 'web', '12']],
    ['git.example.com/group/sub/web#3', ['git.example.com', 'group/sub', 'web', '3']],
    ['https://git.example.com/group/web/-/merge_requests/3', ['git.example.com', 'group', 'web', '3']],
  ])('is read from %s', (text, parts) => {
    expect(Object.values(readChangeName(text)!)).toEqual(parts);
  });

  it.each(['', 'web#7', 'acme/web', 'github.com/acme/web', 'github.com/acme/web#', 'github.com/a/b#x'])(
    'is none in “%s”',
    (text) => {
      expect(readChangeName(text)).toBeNull();
    },
  );
});
