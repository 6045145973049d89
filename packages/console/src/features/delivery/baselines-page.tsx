import { useQuery } from '@tanstack/react-query';
import type { Baseline } from '../../api/types.ts';
import { useMay } from '../../app/permissions.ts';
import { CodeBlock } from '../../components/code.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Limited } from '../../components/limited.tsx';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount } from '../../format/numbers.ts';
import { formatDays } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { amountText, figureName } from './figure-text.ts';
import { baselinesQuery, definitionsQuery } from './queries.ts';
import { DeliveryTabs } from './tabs.tsx';

const words = messages.delivery.baselines;

/** What was sealed before a rollout. */
export function BaselinesPage() {
  const query = useQuery(baselinesQuery);
  const { data: definitions = [] } = useQuery(definitionsQuery);
  const units = new Map(definitions.map(({ id, unit }) => [id, unit]));
  const readsAudit = useMay()('ReadAudit');
  return (
    <Page title={words.title} lead={words.lead}>
      <DeliveryTabs />
      <Panel title={words.list}>
        <Loaded query={query}>
          {(baselines) =>
            baselines.length === 0 ? (
              <EmptyState title={words.empty.title}>
                <p>{words.empty.text}</p>
                <div className={styles.command}>
                  <CodeBlock text={words.empty.command} what={messages.delivery.empty.what} />
                </div>
              </EmptyState>
            ) : (
              <DataTable
                label={words.list}
                columns={columnsOf(units, readsAudit)}
                rows={baselines}
                rowKey={({ id }) => id}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

function columnsOf(units: ReadonlyMap<string, string>, readsAudit: boolean): readonly Column<Baseline>[] {
  return [
    {
      id: 'subject',
      header: words.columns.subject,
      card: 'head',
      broad: true,
      cell: ({ subject, earlier, replaced }) => (
        <>
          <p className={styles.name}>{subject}</p>
          <p>{replaced ? words.replaced : words.again(earlier)}</p>
        </>
      ),
    },
    {
      id: 'status',
      header: words.columns.status,
      tight: true,
      cell: ({ status }) => (
        <StatusChip
          status={status === 'full' ? 'active' : 'observed'}
          label={status === 'full' ? words.statuses.full : words.statuses.partial}
        />
      ),
    },
    {
      id: 'window',
      header: words.columns.window,
      tight: true,
      cell: ({ from, to }) => formatDays(from, to),
    },
    {
      id: 'changes',
      header: words.columns.changes,
      align: 'right',
      tight: true,
      cell: ({ changes }) => formatCount(changes),
    },
    {
      id: 'figures',
      header: words.columns.figures,
      cell: ({ figures }) => (figures === null ? words.closed : <Figures figures={figures} units={units} />),
    },
    {
      id: 'sealed',
      header: words.columns.sealed,
      tight: true,
      cell: ({ id, at }) => (
        <>
          <Time at={at} />{' '}
          {readsAudit && (
            <TextLink to="/audit/$entry" params={{ entry: id }} underline="always">
              {words.entry}
            </TextLink>
          )}
        </>
      ),
    },
  ];
}

/** The figures that a rollout's gate needs of a baseline stand first. */
const decisive: readonly string[] = ['cycle_time.p50', 'review_latency.p50', 'defect_rate'];
const rankOf = (kpi: string) => (decisive.includes(kpi) ? decisive.indexOf(kpi) : decisive.length);

function Figures({
  figures,
  units,
}: {
  readonly figures: NonNullable<Baseline['figures']>;
  readonly units: ReadonlyMap<string, string>;
}) {
  const known = figures.flatMap(({ kpi, value, lo, hi }) => {
    if (value === null) return [];
    const text = (amount: number) => amountText(amount, units.get(kpi) ?? '');
    const interval = lo === null || hi === null ? '' : ` (${text(lo)} – ${text(hi)})`;
    return [{ kpi, text: `${figureName(kpi)}: ${text(value)}${interval}` }];
  });
  const first = [...known].sort((a, b) => rankOf(a.kpi) - rankOf(b.kpi));
  return (
    <Limited rows={first} most={decisive.length}>
      {(few) => (
        <ul className={styles.list}>
          {few.map(({ kpi, text }) => (
            <li key={kpi}>{text}</li>
          ))}
        </ul>
      )}
    </Limited>
  );
}
