import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import { type CallsBar, type CallsLegend, callsOption } from './calls-option.ts';
import type { Scheme } from './chart-colours.ts';
import { Drawing } from './drawing.tsx';

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface CallsChartProps {
  readonly bars: readonly CallsBar[];
  readonly legend: CallsLegend;
  readonly summary: string;
  readonly height: number;
}

/** Stacked bars of calls. In a file of its own, since the chart library is loaded only where it is needed. */
export default function CallsChart({ bars, legend, summary, height }: CallsChartProps) {
  const option = useCallback((scheme: Scheme) => callsOption(bars, legend, scheme), [bars, legend]);
  return <Drawing option={option} summary={summary} height={height} />;
}
