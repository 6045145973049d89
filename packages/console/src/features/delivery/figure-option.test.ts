import { describe, expect, it } from 'vitest';
import { chartColours } from '../../components/chart-colours.ts';
import { figureOption } from './figure-option.ts';

const points = [
  { label: 'Sep 2026', value: 90_000, lo: 80_000, hi: 100_000 },
  { label: 'Oct 2026', value: 95_000, lo: null, hi: null },
  { label: 'Nov 2026', value: null, lo: null, hi: null },
];

describe('the chart of a figure', () => {
  const option = figureOption(points, 'seconds', 'dark') as never as {
    series: { data: unknown[] }[];
    yAxis: { min: number; axisLabel: { color: string; formatter(value: number): string } };
  };

  it('has a dot for each known value, and a whisker for each interval', () => {
    expect(option.series[0]?.data).toEqual([90_000, 95_000, null]);
    expect(option.series[1]?.data).toEqual([[0, 80_000, 100_000]]);
  });

  it('begins at zero, in the colours of its scheme and the words of its unit', () => {
    expect(option.yAxis.min).toBe(0);
    expect(option.yAxis.axisLabel.color).toBe(chartColours.dark.text);
    expect(option.yAxis.axisLabel.formatter(90_000)).toBe('1 d 1 h');
  });
});
