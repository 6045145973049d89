import { describe, expect, it } from 'vitest';
import { sealedRows } from './baseline-rows.ts';

const figure = (kpi: string, method: string | null = 'weeks') => ({
  ...{ kpi, version: 'v1', n: 40, value: 60, lo: null, hi: null, coverage: 1, method },
});

describe('the figures of a sealed baseline', () => {
  const definitions = [{ id: 'cycle_time.p50', unit: 'seconds' }];
  it('begin with those that a rollout asks for, and keep the order of the others', () => {
    const figures = ['throughput', 'defect_rate', 'lead_time.p50', 'cycle_time.p50'].map((id) => figure(id));
    expect(sealedRows(figures, definitions).map(({ kpi }) => kpi)).toEqual([
      'cycle_time.p50',
      'defect_rate',
      'throughput',
      'lead_time.p50',
    ]);
  });

  it('have the unit of their definition, and say where no method was sealed', () => {
    const [cycle, other] = sealedRows([figure('cycle_time.p50'), figure('gone', null)], definitions);
    expect([cycle?.unit, cycle?.method]).toEqual(['seconds', 'weeks']);
    expect([other?.unit, other?.method]).toEqual(['', 'none was sealed']);
  });
});
