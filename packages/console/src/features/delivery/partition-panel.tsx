import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Grouping, PartsRow } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Limited } from '../../components/limited.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount, formatShare } from '../../format/numbers.ts';
import { formatSpan } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { GroupName } from './group-name.tsx';
import { PartBar, PartLegend, partOrder } from './part-bar.tsx';
import { partsQuery } from './queries.ts';

const words = messages.delivery;
const most = 12;

interface PartitionPanelProps {
  readonly window: { readonly from: string; readonly to: string };
  readonly by: Grouping;
}

/** Where the time of merged changes goes: shares of sums, so that they add up. */
export function PartitionPanel({ window, by }: PartitionPanelProps) {
  const query = useQuery(partsQuery(window, by));
  return (
    <Panel title={words.partition.title} lead={words.partition.lead}>
      <Loaded query={query}>
        {({ rows }) => (
          <div className={query.isPlaceholderData ? styles.stale : undefined}>
            <Partition rows={rows} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function Partition({ rows }: { readonly rows: readonly PartsRow[] }) {
  const shown = partOrder.filter((part) => rows.some(({ parts }) => (parts?.[part] ?? 0) > 0));
  const columns = useMemo(() => columnsOf(shown), [shown]);
  return (
    <>
      <PartLegend shown={shown} />
      <Limited rows={rows} most={most}>
        {(few) => (
          <DataTable
            label={words.partition.table}
            columns={columns}
            rows={few}
            rowKey={({ group }) => group}
          />
        )}
      </Limited>
    </>
  );
}

function columnsOf(shown: readonly (typeof partOrder)[number][]): readonly Column<PartsRow>[] {
  return [
    {
      id: 'group',
      header: words.columns.group,
      card: 'head',
      cell: ({ group }) => <GroupName group={group} />,
    },
    {
      id: 'bar',
      header: words.columns.drawn,
      card: 'head',
      cell: ({ parts, total, note }) =>
        parts === null || total === null ? (
          `${words.hidden}: ${note}`
        ) : (
          <PartBar parts={parts} total={total} />
        ),
    },
    ...shown.map(
      (part): Column<PartsRow> => ({
        id: part,
        header: words.shortParts[part],
        align: 'right',
        cell: ({ parts, total }) => (parts === null ? null : formatShare(parts[part], total ?? 0)),
      }),
    ),
    {
      id: 'total',
      header: words.partition.total,
      align: 'right',
      tight: true,
      cell: ({ total }) => (total === null ? null : formatSpan(total)),
    },
    {
      id: 'n',
      header: words.partition.changes,
      align: 'right',
      tight: true,
      cell: ({ n }) => (n === null ? null : formatCount(n)),
    },
  ];
}
