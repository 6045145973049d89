import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { type FigurePoint, figureOption } from './figure-option.ts';

use([LineChart, CustomChart, GridComponent, SVGRenderer]);

interface FigureChartProps {
  readonly points: readonly FigurePoint[];
  readonly unit: string;
  /** What the chart shows, for those who don't see it; its numbers stand in a table below. */
  readonly summary: string;
  readonly height: number;
}

/** Dots with their intervals over time. In a file of its own, since the chart library is loaded only where it is needed. */
export default function FigureChart({ points, unit, summary, height }: FigureChartProps) {
  const scheme = useComputedColorScheme('light');
  const drawing = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { ref, width } = useElementSize();
  useEffect(() => {
    if (drawing.current === null || width === 0) return;
    chart.current ??= init(drawing.current, null, { renderer: 'svg' });
    chart.current.resize({ width, height });
    chart.current.setOption(figureOption(points, unit, scheme), true);
  }, [points, unit, scheme, width, height]);
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
