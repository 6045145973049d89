import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { type CallsBar, type CallsLegend, callsOption } from './calls-option.ts';

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface CallsChartProps {
  readonly bars: readonly CallsBar[];
  readonly legend: CallsLegend;
  /** What the chart shows, for those who don't see it; its numbers stand in a table beside it. */
  readonly summary: string;
  readonly height: number;
}

/** Stacked bars of calls. In a file of its own, since the chart library is loaded only where it is needed. */
export default function CallsChart({ bars, legend, summary, height }: CallsChartProps) {
  const scheme = useComputedColorScheme('light');
  const drawing = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { ref, width } = useElementSize();
  useEffect(() => {
    if (drawing.current === null || width === 0) return;
    chart.current ??= init(drawing.current, null, { renderer: 'svg' });
    chart.current.resize({ width, height });
    chart.current.setOption(callsOption(bars, legend, scheme), true);
  }, [bars, legend, scheme, width, height]);
  useEffect(
    () => () => {
      chart.current?.dispose();
      chart.current = null;
    },
    [],
  );
  return (
    <div ref={ref} style={{ height }}>
      <div ref={drawing} role="img" aria-label={summary} style={{ height }} />
    </div>
  );
}
