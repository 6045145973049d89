import type { EChartsOption } from 'echarts';
import type { KpiRow } from '../../api/types.ts';
import { chartColours, type Scheme } from '../../components/chart-colours.ts';
import { amountText, axisStep, groupName, scaleOf } from './figure-text.ts';

/** What is drawn of one group: its dot, and the ends of its interval where it has one. */
export interface FigurePoint {
  readonly label: string;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
}

export function pointsOf(rows: readonly KpiRow[]): readonly FigurePoint[] {
  return rows.map(({ group, value, lo, hi }) => ({ label: groupName(group), value, lo, hi }));
}

/** Dots with whiskers, one after the other, from zero; every number stands in the table below. */
export function figureOption(points: readonly FigurePoint[], unit: string, scheme: Scheme): EChartsOption {
  const colours = chartColours[scheme];
  const words = { color: colours.text, fontFamily: 'inherit', fontSize: 12 };
  const intervals = points.flatMap(({ lo, hi }, i) => (lo === null || hi === null ? [] : [[i, lo, hi]]));
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: words,
    grid: { left: 4, right: 12, top: 14, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: points.map(({ label }) => label),
      axisLine: { lineStyle: { color: colours.axis } },
      axisTick: { show: false },
      axisLabel: words,
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...words, formatter: (value: number) => (value === 0 ? '0' : amountText(value, unit)) },
      ...(unit === 'seconds' && linesOf(scaleOf(points))),
    },
    series: [
      {
        type: 'line',
        data: points.map(({ value }) => value),
        symbol: 'circle',
        symbolSize: 9,
        connectNulls: false,
        lineStyle: { color: colours.axis, width: 1, type: 'dashed' },
        itemStyle: { color: colours.allowed },
        z: 3,
      },
      {
        type: 'custom',
        data: intervals,
        encode: { x: 0, y: [1, 2] },
        renderItem: (_params, api) => whisker(api, colours.allowed),
        z: 2,
      },
    ],
  };
}

/** An axis that ends on one of its lines. */
function linesOf(most: number): { interval?: number; max?: number } {
  const interval = axisStep(most);
  return interval === undefined ? {} : { interval, max: Math.ceil(most / interval) * interval };
}

interface Drawing {
  value(dimension: number): unknown;
  coord(point: readonly number[]): readonly number[];
}

function whisker(api: unknown, stroke: string) {
  const { value, coord } = api as Drawing;
  const [at, lo, hi] = [0, 1, 2].map((dimension) => Number(value(dimension))) as [number, number, number];
  const [[x = 0, low = 0], [, high = 0]] = [coord([at, lo]), coord([at, hi])] as [number[], number[]];
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line' as const,
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth: 2, fill: undefined },
  });
  const half = 5;
  return {
    type: 'group' as const,
    children: [
      line(x, low, x, high),
      line(x - half, low, x + half, low),
      line(x - half, high, x + half, high),
    ],
  };
}
