import type { OutputOf } from '@fairlead/core/outputs';
import { describe, expect, it } from 'vitest';
import { statusText } from './budget.ts';

type Row = OutputOf<'budget-status'>[number];

const row = (changes: Partial<Row>): Row => ({
  ...{ scope: 'team', id: 'payments', period: 'month', start: '2026-11-01', end: '2026-12-01' },
  ...{ limit: 10_000_000, reserved: 1_500_000, settled: 2_000_001, overrun: 0 },
  ...changes,
});

describe('fairlead budget status', () => {
  it('shows dollars, and what is left', () => {
    const text = statusText([
      row({}),
      row({
        scope: 'session',
        id: 'h:1',
        period: 'total',
        end: null,
        reserved: 0,
        settled: 9_000_000,
        overrun: 2_000_000,
      }),
    ]);
    expect(text.split('\n')).toEqual([
      'scope    id        period  until           limit    settled  reserved       left',
      'team     payments  month   2026-12-01  10.000000   2.000001  1.500000   6.499999',
      'session  h:1       total   -           10.000000  11.000000  0.000000  -1.000000',
      'US dollars; periods end at 00:00 UTC of the day shown.',
      '',
    ]);
  });

  it('says so when there is nothing', () => {
    expect(statusText([])).toMatch(/no budgets/);
  });
});
