import { NativeSelect, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import type { Grouping, KpiRow } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Days } from '../../components/days.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/numbers.ts';
import { isInOneYear } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { pointsOf } from './figure-option.ts';
import { absence, amountText, coverageText, figureName, intervalText, scaleOf } from './figure-text.ts';
import { GroupName } from './group-name.tsx';
import { kpisQuery } from './queries.ts';
import { Whisker } from './whisker.tsx';

const FigureChart = lazy(() => import('./figure-chart.tsx'));
const words = messages.delivery;
const height = 240;

interface GroupsPanelProps {
  readonly window: { readonly from: string; readonly to: string };
  readonly by: Grouping;
  readonly kpi: string;
  /** Ids to choose from. */
  readonly kpis: readonly string[];
  readonly onKpi: (kpi: string) => void;
}

/** One figure, group by group. */
export function GroupsPanel({ window, by, kpi, kpis, onKpi }: GroupsPanelProps) {
  const query = useQuery(kpisQuery(window, by));
  return (
    <Panel
      title={words.byGroup(figureName(kpi))}
      aside={
        <NativeSelect
          size="xs"
          aria-label={words.fields.kpi}
          value={kpi}
          onChange={({ currentTarget }) => onKpi(currentTarget.value)}
          data={kpis.map((id) => ({ value: id, label: figureName(id) }))}
        />
      }
    >
      <Loaded query={query}>
        {({ rows }) => (
          <div className={query.isPlaceholderData ? styles.stale : undefined}>
            <Groups rows={rows.filter((row) => row.kpi === kpi)} by={by} kpi={kpi} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

interface GroupsProps {
  readonly rows: readonly KpiRow[];
  readonly by: Grouping;
  readonly kpi: string;
}

function Groups({ rows, by, kpi }: GroupsProps) {
  const points = useMemo(() => pointsOf(rows), [rows]);
  const columns = useMemo(() => columnsOf(rows), [rows]);
  if (rows.length === 0) return <p>{words.oneGroup}</p>;
  const overTime = by === 'month' && rows.some(({ value }) => value !== null);
  const unit = rows[0]?.unit ?? '';
  return (
    <>
      {overTime && (
        <div className={styles.chart}>
          <Suspense fallback={<Skeleton height={height} data-loading />}>
            <FigureChart
              points={points}
              unit={unit}
              summary={words.chart(figureName(kpi), rows.length)}
              height={height}
            />
          </Suspense>
        </div>
      )}
      <DataTable
        label={words.byGroup(figureName(kpi))}
        columns={columns}
        rows={rows}
        rowKey={({ group }) => group}
      />
      <p className={styles.foot}>
        {by === 'month' && `${words.monthNote} `}
        {by === 'week' && `${words.weekNote} `}
        {rows.some(({ group }) => group === 'stage:unknown') && `${words.stageNote} `}
        {words.scale(amountText(0, unit), amountText(scaleOf(rows), unit))}
      </p>
    </>
  );
}

function columnsOf(rows: readonly KpiRow[]): readonly Column<KpiRow>[] {
  const most = scaleOf(rows);
  return [
    {
      id: 'group',
      header: words.columns.group,
      card: 'head',
      cell: ({ group }) => <GroupName group={group} />,
    },
    {
      id: 'value',
      header: words.columns.value,
      align: 'right',
      tight: true,
      cell: (row) => (row.value === null ? absence(row)?.word : amountText(row.value, row.unit)),
    },
    {
      id: 'drawn',
      header: words.columns.drawn,
      cell: ({ value, lo, hi }) =>
        value === null ? null : <Whisker value={value} lo={lo} hi={hi} most={most} />,
    },
    { id: 'interval', header: words.columns.interval, tight: true, cell: intervalText },
    {
      id: 'n',
      header: words.columns.n,
      align: 'right',
      tight: true,
      cell: ({ n }) => (n === null ? null : formatCount(n)),
    },
    {
      id: 'coverage',
      header: words.columns.coverage,
      align: 'right',
      tight: true,
      cell: coverageText,
    },
    {
      id: 'span',
      header: words.columns.span,
      tight: rows.every(({ from, to }) => isInOneYear(from, to)),
      cell: ({ from, to }) => <Days from={from} to={to} />,
    },
    {
      id: 'note',
      header: words.columns.note,
      wide: true,
      cell: (row) => absence(row)?.why ?? (row.note === '' ? null : row.note),
    },
  ];
}
