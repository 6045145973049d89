import type { EChartsOption } from 'echarts';
import { type ChartColours, chartColours, type Scheme } from './chart-colours.ts';

/** One bar: its label, and the two numbers stacked in it. */
export interface CallsBar {
  readonly label: string;
  readonly allowed: number;
  readonly refused: number;
}

export interface CallsLegend {
  readonly allowed: string;
  readonly refused: string;
}

/** What ECharts draws: allowed calls with refused ones, hatched, on top. Tooltips are drawn, never HTML. */
export function callsOption(bars: readonly CallsBar[], legend: CallsLegend, scheme: Scheme): EChartsOption {
  const colours = chartColours[scheme];
  const words = { color: colours.text, fontFamily: 'inherit', fontSize: 12 };
  const allowed = bars.map((bar) => bar.allowed);
  const refused = bars.map((bar) => bar.refused);
  return {
    animation: false,
    aria: { enabled: false, decal: { show: true } },
    textStyle: words,
    grid: { left: 4, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemGap: 20,
      itemWidth: 14,
      itemHeight: 10,
      textStyle: words,
      selectedMode: false,
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: 'shadow', shadowStyle: { color: colours.axis, opacity: 0.12 } },
      backgroundColor: colours.ground,
      borderColor: colours.axis,
      textStyle: words,
    },
    ...axes(bars, colours, words),
    series: [
      stackedBar(legend.allowed, colours.allowed, allowed, null),
      stackedBar(legend.refused, colours.refused, refused, colours.ground),
    ],
  };
}

function axes(bars: readonly CallsBar[], colours: ChartColours, axisLabel: object) {
  return {
    xAxis: {
      type: 'category' as const,
      data: bars.map(({ label }) => label),
      axisLine: { lineStyle: { color: colours.axis } },
      axisTick: { show: false },
      axisLabel,
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel,
    },
  };
}

/** `hatch`: colour of the lines across the bar, so that it can be told apart without its colour. */
function stackedBar(name: string, color: string, data: number[], hatch: string | null) {
  const lines = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 };
  const decal = hatch === null ? { symbol: 'none' } : { ...lines, color: hatch };
  return { type: 'bar' as const, name, stack: 'calls', data, barMaxWidth: 26, itemStyle: { color, decal } };
}
