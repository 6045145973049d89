import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import type { Overview, Window } from '../../api/types.ts';
import { Panel } from '../../components/panel.tsx';
import { Scrollable } from '../../components/scrollable.tsx';
import { formatCount } from '../../format/numbers.ts';
import { formatHour, formatShortDay } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './calls-over-time.module.css';
import { NumbersTable } from './numbers-table.tsx';

const CallsChart = lazy(() => import('../../components/calls-chart.tsx'));
const words = messages.overview.chart;
const height = 230;

interface CallsOverTimeProps {
  readonly series: Overview['series'];
  readonly calls: Overview['calls'];
  readonly window: Window;
  readonly className?: string;
}

/** Calls by hour or day, as a chart with its numbers beside it. */
export function CallsOverTime({ series, calls, window, className }: CallsOverTimeProps) {
  const bars = useMemo(() => {
    const label = window === '24h' ? formatHour : formatShortDay;
    return series.map(({ at, allowed, refused }) => ({ at, label: label(at), allowed, refused }));
  }, [series, window]);
  const when = messages.overview.inWindow[window];
  return (
    <Panel title={words.title} className={className}>
      <div className={styles.pair}>
        <Suspense fallback={<Skeleton height={height} data-loading />}>
          <CallsChart
            bars={bars}
            legend={words}
            summary={words.summary(when, calls.allowed, calls.refused)}
            height={height}
          />
        </Suspense>
        <Scrollable className={styles.numbers} label={words.table}>
          <NumbersTable
            label={words.table}
            headers={[window === '24h' ? words.when : words.day, words.allowed, words.refused]}
            rows={bars.toReversed().map(({ at, label, allowed, refused }) => ({
              key: at,
              cells: [label, formatCount(allowed), formatCount(refused)],
            }))}
          />
        </Scrollable>
      </div>
    </Panel>
  );
}
