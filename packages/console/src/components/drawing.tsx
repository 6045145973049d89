import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type EChartsCoreOption, type EChartsType, init } from 'echarts/core';
import { useEffect, useRef } from 'react';
import type { Scheme } from './chart-colours.ts';

interface DrawingProps {
  /** What is drawn in a colour scheme; another function draws anew, so keep it as long as its data stay the same. */
  readonly option: (scheme: Scheme) => EChartsCoreOption;
  /** What the chart shows, for those who don't see it; its numbers stand in a table beside it. */
  readonly summary: string;
  readonly height: number;
}

/** A chart as wide as its place. Whoever uses it registers the parts of the chart library that its option names. */
export function Drawing({ option, summary, height }: DrawingProps) {
  const scheme = useComputedColorScheme('light');
  const drawing = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { ref, width } = useElementSize();
  useEffect(() => {
    if (drawing.current === null || width === 0) return;
    chart.current ??= init(drawing.current, null, { renderer: 'svg' });
    chart.current.resize({ width, height });
    chart.current.setOption(option(scheme), true);
  }, [option, scheme, width, height]);
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
