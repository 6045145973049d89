import { describe, expect, it } from 'vitest';
import { statusText } from './retention.ts';

const status = {
  ...{ enforce: true, ledgerDays: 730, contentDays: 0, minimum: 12, holds: 1, lastRun: null },
  classes: [{ dataClass: 'secret', ledgerDays: null, contentDays: 1 }],
};

describe('fairlead retention status', () => {
  it('says in words what is kept, and that nothing is', () => {
    expect(statusText(status).split('\n')).toEqual([
      'Retention is enforced, every day.',
      '  entries of calls  730 days; the minimum index is 12',
      '  content of calls  none is kept',
      '  secret            entries -, content 1 day',
      '  1 legal hold stands; what it covers stays',
      '  no run yet',
      '',
    ]);
    expect(statusText({ ...status, contentDays: 30 })).toContain('content of calls  30 days at most\n');
    expect(statusText({ ...status, ledgerDays: null })).toContain('nothing is deleted by itself');
  });
});
