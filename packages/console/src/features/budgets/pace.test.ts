import { describe, expect, it } from 'vitest';
import { byScope, paceOf } from './pace.ts';

describe('a budget’s bar', () => {
  it.each([
    ['untouched', { limit: 100, settled: 0, reserved: 0 }, { settled: 0, reserved: 0, state: 'ok' }],
    ['in use', { limit: 100, settled: 30, reserved: 10 }, { settled: 30, reserved: 10, state: 'ok' }],
    [
      'nearly used up',
      { limit: 100, settled: 70, reserved: 10 },
      { settled: 70, reserved: 10, state: 'near' },
    ],
    [
      'used up by what is reserved',
      { limit: 100, settled: 60, reserved: 40 },
      { settled: 60, reserved: 40, state: 'over' },
    ],
    ['overdrawn', { limit: 100, settled: 150, reserved: 50 }, { settled: 75, reserved: 25, state: 'over' }],
    ['of nothing', { limit: 0, settled: 0, reserved: 0 }, { settled: 0, reserved: 0, state: 'over' }],
  ])('that is %s', (_, row, pace) => {
    expect(paceOf(row)).toEqual(pace);
  });
});

describe('budgets', () => {
  it('stand by what they bound, the fullest first', () => {
    const row = (id: string, scope: string, limit: number, settled: number) => ({
      id,
      scope,
      limit,
      settled,
      reserved: 0,
    });
    const rows = [
      row('o', 'organisation', 100, 1),
      row('a', 'team', 100, 10),
      row('b', 'team', 10, 5),
      row('c', 'team', 0, 0),
    ];
    const order = byScope(rows).map(({ scope, own }) => [scope, own.map(({ id }) => id).join('')]);
    expect(order).toEqual([
      ['organisation', 'o'],
      ['team', 'cba'],
    ]);
  });
});
