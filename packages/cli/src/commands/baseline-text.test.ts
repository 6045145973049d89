import type { OutputOf } from '@fairlead/core/outputs';
import { describe, expect, it } from 'vitest';
import { baselineHtml, baselineText } from './baseline-text.ts';

const row = { version: 'v1', group: 'a', from: '2026-01-05', to: '2026-03-02', coverage: null };
const bounds = { ...row, lo: null, hi: null, method: 'none', unit: 'seconds', suppressed: false };
const unknown = { ...bounds, n: 0, value: null, missing: [] };
const figure = { ...bounds, n: 30, value: 3_600, note: '', reason: null, missing: [] };
const nothing = { ...unknown, note: 'words that nobody reads', reason: 'nothing' } as const;
const unconnected = (kpi: string, ...missing: readonly string[]) =>
  ({ ...unknown, kpi, note: 'others', reason: 'not_connected', missing }) as const;
const baseline: OutputOf<'baseline'> = {
  subject: 'git.example.com/a/b',
  source: 'git',
  definitions: 'timeline/v1',
  window: { from: '2026-01-05', to: '2026-03-02' },
  changes: 0,
  kpis: [
    { ...nothing, kpi: 'cycle_time.p50' },
    { ...nothing, kpi: 'cycle_time.p90' },
    unconnected('lead_time.p50', 'deployments'),
    { ...nothing, kpi: 'defect_rate', note: 'in words of its own' },
    unconnected('review_latency.p50', 'changes', 'reviews'),
    unconnected('deployment_frequency', 'deployments'),
  ],
  missing: ['what JSON says'],
  remarks: ['no change was merged in this window', '40 commits came to main directly, in no change: none'],
  status: 'partial',
  sealed: null,
};

describe('a baseline in words', () => {
  it('without any figure says so, and why, one reason a line', () => {
    expect(baselineText(baseline).split('\n')).toEqual([
      'Baseline of git.example.com/a/b, 2026-01-05 to 2026-03-02 (UTC): 0 merged changes from git, partial (timeline/v1)',
      '',
      'No figure is known.',
      '',
      'Not known, and why:',
      '  no change was merged in this window',
      '  40 commits came to main directly, in no change: none',
      '  cycle time, defect rate: known of no change in the window',
      '  lead time, deployment frequency: source not connected (deployments)',
      '  review latency: source not connected (changes, reviews)',
      '',
      'To connect a source:',
      expect.stringMatching(/^ {2}deployments +fairlead delivery import --format jsonl/),
      expect.stringMatching(/^ {2}changes +fairlead delivery collect/),
      expect.stringMatching(/^ {2}reviews +.*git alone knows none/),
      '',
      expect.stringContaining('Partial: for the gates of a rollout'),
      'Not sealed.',
      '',
    ]);
  });

  it('says of each figure what to know of it, and what it means', () => {
    const kpis = [
      { ...figure, kpi: 'cycle_time.p50', lo: 3_000, hi: 4_000, note: 'this team only' },
      {
        ...figure,
        kpi: 'cycle_time.p90',
        note: 'fewer changes than the definition asks for; this team only',
      },
      { ...figure, kpi: 'throughput', unit: 'changes per week', value: 8.25, method: 'none (3 clusters)' },
      { ...figure, kpi: 'time_to_merge.p50', method: 'Aalen–Johansen; interval: none' },
      { ...nothing, kpi: 'defect_rate', coverage: 0 },
    ];
    const remarks = ['defect_rate, reversal_rate: no incident is known'];
    const text = baselineText({ ...baseline, kpis, remarks });
    expect(text).toMatch(/cycle time, median \(v1\) +1 h +50 min … 1 h 6 min +30/);
    expect(text).toMatch(/throughput \(v1\) +8.3 a week +none \(3 clusters\) +30/);
    expect(text).toMatch(/time to merge, median \(v1\) +1 h +none +30/);
    expect(text).toContain(
      [
        'Not known, and why:',
        '  defect rate, reversal rate: no incident is known',
        '  defect rate: known 28 days after a merge, and no change in the window is that old',
        '',
        'To know of the figures:',
        '  this team only: intervals are over its own weeks, and say nothing of other teams',
        '  cycle time: fewer changes than the definition asks for',
        '  none (k clusters): an interval needs 12 weeks with changes, and there are k',
        '',
        'What they mean:',
        '  cycle time: first commit to merge, without the time a change was closed (timeline/v1)',
        '  throughput: merged changes ÷ weeks,',
      ].join('\n'),
    );
    const page = baselineHtml({ ...baseline, kpis, remarks });
    expect(page).toContain('this team only: intervals are over its own weeks');
    expect(page).toContain('<li>cycle time: first commit to merge,');
  });

  it('names figures in words, with the version of each', () => {
    const kpis = ['p50', 'p90'].map((part) => ({ ...figure, kpi: `cycle_time.${part}` }));
    const full = { ...baseline, changes: 1, kpis, missing: [], remarks: [], status: 'full' } as const;
    const text = baselineText(full);
    expect(text).toContain('1 merged change from git, full');
    expect(text).toMatch(/cycle time, median \(v1\) +1 h/);
    expect(text).toMatch(/cycle time, 90 % within \(v1\) +1 h/);
    expect(text).not.toContain('Partial');
    expect(baselineHtml(full)).toContain('<td>cycle time, median (v1)</td><td>1 h</td>');
  });

  it('of a name with markup has none of it as a page', () => {
    const page = baselineHtml({ ...baseline, subject: '<img src=x>' });
    expect(page).not.toContain('<img');
    expect(page).toContain('Partial: for the gates');
  });
});
