import { describe, expect, it } from 'vitest';
import { callsOption } from './calls-option.ts';
import { chartColours } from './chart-colours.ts';

const bars = [
  { label: '10:00', allowed: 7, refused: 2 },
  { label: '11:00', allowed: 3, refused: 0 },
];
const legend = { allowed: 'Allowed', refused: 'Refused' };

describe.each(['light', 'dark'] as const)('the chart of calls in the %s scheme', (scheme) => {
  const option = callsOption(bars, legend, scheme);
  const text = JSON.stringify(option);

  it('draws the numbers it is given', () => {
    expect((option.series as { data: number[] }[]).map(({ data }) => data)).toEqual([
      [7, 3],
      [2, 0],
    ]);
  });

  it('takes every colour from the scheme', () => {
    const known = Object.values(chartColours[scheme]);
    const used = text.match(/#[0-9a-fA-F]{3,8}/g) ?? [];
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((colour) => !known.includes(colour))).toEqual([]);
  });

  it('tells refused calls apart without colour', () => {
    const [allowed, refused] = option.series as { itemStyle: { decal: { symbol: string } } }[];
    expect(allowed?.itemStyle.decal.symbol).not.toBe(refused?.itemStyle.decal.symbol);
  });

  it('never makes HTML of a tooltip', () => {
    expect((option.tooltip as { renderMode: string }).renderMode).toBe('richText');
    expect(text).not.toContain('formatter');
  });
});
