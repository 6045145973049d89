import { describe, expect, it } from 'vitest';
import type { KpiRow } from '../../api/types.ts';
import {
  absence,
  amountText,
  axisStep,
  figureName,
  figureNames,
  groupName,
  intervalText,
  scaleOf,
} from './figure-text.ts';

const row: KpiRow = {
  kpi: 'cycle_time.p50',
  version: 'v1',
  group: 'all',
  from: '2026-01-05',
  to: '2026-07-06',
  n: 240,
  value: 107_039,
  lo: 97_632,
  hi: 114_409,
  coverage: 0.85,
  unit: 'seconds',
  method: 'cluster bootstrap (24 clusters, B=2000)',
  note: '',
  reason: null,
  suppressed: false,
  missing: [],
};

describe('figures as people read them', () => {
  it.each([
    ['cycle_time.p50', 'Cycle time, median'],
    ['defect_rate', 'Defect rate'],
    ['incident_frequency.delivery', 'Incidents by changes'],
    ['time_to_merge.p90', 'Time to merge, 90th percentile'],
    ['brand_new_figure', 'Brand new figure'],
  ])('%s is %s', (id, name) => {
    expect(figureName(id)).toBe(name);
  });

  it('of one kind stand together', () => {
    expect(figureNames(['lead_time.p50', 'defect_rate', 'lead_time.p90', 'cost.tasks'])).toEqual([
      'Lead time (median, 90th percentile)',
      'Defect rate',
      'Cost of tasks',
    ]);
  });

  it.each([
    ['all', 'All teams'],
    ['team:payments', 'payments'],
    ['team:unmapped', 'not in the program'],
    ['repository:other of payments', 'other of payments'],
    ['repository:git.example.com:8443/a/b', 'git.example.com:8443/a/b'],
    ['stage:pilot', 'pilot'],
    ['stage:unknown', 'Stage not known'],
    ['month:2026-10', 'Oct 2026'],
    ['week:2026-W01..2026-W03', '2026-W01 – 2026-W03'],
  ])('the group %s is %s', (group, name) => {
    expect(groupName(group)).toBe(name);
  });

  it.each([
    [0.0347, 'share', '3.5%'],
    [0.00001, 'share', '< 0.1%'],
    [144.12, 'changes per week', '144.1 a week'],
    [2.5, 'per 100 changes', '2.5 per 100'],
    [12.5, 'USD', 'US$12.50'],
    [7, 'count', '7'],
  ])('%d in %s is %s', (value, unit, text) => {
    expect(amountText(value, unit)).toBe(text);
  });

  it('say their interval, or why there is none', () => {
    expect(intervalText(row)).toBe('1 d 3 h to 1 d 8 h');
    expect(intervalText({ ...row, lo: null, hi: null, method: 'none (4 clusters)' })).toBe(
      'no interval: 4 clusters',
    );
    expect(intervalText({ ...row, lo: null, hi: null, method: 'Aalen–Johansen; interval: none' })).toBe(
      'no interval: Aalen–Johansen',
    );
    expect(intervalText({ ...row, value: null })).toBeNull();
  });

  it('say why they are absent', () => {
    expect(absence(row)).toBeNull();
    // Which sources are missing the row says itself, whatever words its note has.
    const unknown = { ...row, value: null, note: 'unknown', missing: ['sessions'] };
    expect(absence(unknown)).toEqual({
      word: 'Not known',
      why: 'source not connected (sessions of assistants): import sessions at branches, or the notes of git-ai',
    });
    expect(absence({ ...row, value: null, suppressed: true, note: 'few' })?.word).toBe('Not shown');
    expect(absence({ ...row, value: null, note: 'unknown: nothing has it' })?.why).toBe('nothing has it');
  });

  it('have axes of whole hours and days', () => {
    expect([1_000, 9_000, 150_000, 9_000_000].map(axisStep)).toEqual([undefined, 3_600, 43_200, 604_800]);
  });

  it('are drawn from zero to beyond the largest end', () => {
    expect(scaleOf([row, { value: 200_000, hi: null }])).toBeCloseTo(210_000);
    expect(scaleOf([{ value: null, hi: null }])).toBe(1);
  });
});
