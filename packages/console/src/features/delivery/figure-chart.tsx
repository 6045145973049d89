import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import type { Scheme } from '../../components/chart-colours.ts';
import { Drawing } from '../../components/drawing.tsx';
import { type FigurePoint, figureOption } from './figure-option.ts';

use([LineChart, CustomChart, GridComponent, SVGRenderer]);

interface FigureChartProps {
  readonly points: readonly FigurePoint[];
  readonly unit: string;
  readonly summary: string;
  readonly height: number;
}

/** Dots with their intervals over time. In a file of its own, since the chart library is loaded only where it is needed. */
export default function FigureChart({ points, unit, summary, height }: FigureChartProps) {
  const option = useCallback((scheme: Scheme) => figureOption(points, unit, scheme), [points, unit]);
  return <Drawing option={option} summary={summary} height={height} />;
}
