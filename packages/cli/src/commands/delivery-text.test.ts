import type { OutputOf } from '@fairlead/core/outputs';
import { describe, expect, it } from 'vitest';
import { baselineHtml, baselineText, timelineText } from './delivery-text.ts';

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

const timeline = {
  ...{ definition: 'timeline/v1', change: 'git.example.com/a/b#3', status: 'merged', clock: 'elapsed' },
  t: { start: null, opened: null, merged: '2026-03-02T13:00:00Z', end: '2026-03-02T13:00:00Z' },
  parts: { coding: null, pickup: null, unreviewed: null, deploy: 0, closed: 60 },
  ...{ total: null, cycle_time: null, lead_time: null, state: 'not_applicable' },
  flags: ['opened_unknown', 'reviews_unknown', 'commits_unknown'],
} as unknown as OutputOf<'delivery-timeline'>;

describe('a timeline in words', () => {
  it('calls unknown what its source doesn’t know', () => {
    expect(
      timelineText(timeline)
        .split('\n')
        .map((line) => line.replaceAll(/ +/g, ' ')),
    ).toEqual([
      'git.example.com/a/b#3, merged (timeline/v1, elapsed time)',
      ' merged 2026-03-02T13:00:00Z',
      ' end 2026-03-02T13:00:00Z',
      '',
      ' coding unknown',
      ' pickup unknown',
      ' unreviewed unknown',
      ' closed 1 min',
      ' total unknown',
      '',
      ' cycle time unknown',
      ' lead time unknown: no deployment of the repository is known',
      ' flags opened_unknown, reviews_unknown, commits_unknown',
      expect.stringContaining('Unknown is what the source of this change doesn’t know'),
      '',
    ]);
  });

  it('says nothing of the kind where all is known, and names another clock by its name', () => {
    const text = timelineText({
      ...{ ...timeline, total: 60, cycle_time: 60, flags: [], clock: 'working time of no team (UTC)' },
      parts: { coding: 0, pickup: 0, unreviewed: 0, deploy: 0, closed: 60 } as never,
    });
    expect(text).toContain('(timeline/v1, working time of no team (UTC))\n');
    expect(text).not.toContain('Unknown is');
  });

  it('of a change that wasn’t merged says that, and not unknown', () => {
    const text = timelineText({ ...timeline, status: 'closed', flags: [] });
    expect(text).toMatch(/cycle time +not merged\n +lead time +not merged\n/);
  });
});

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
      '  cycle time, defect rate: nothing in the window has it',
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
