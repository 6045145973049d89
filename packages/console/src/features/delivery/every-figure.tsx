import type { KpiRow } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { absence, amountText, coverageText, figureName, intervalText } from './figure-text.ts';

const words = messages.delivery;

const columns: readonly Column<KpiRow>[] = [
  {
    id: 'figure',
    header: words.columns.figure,
    card: 'head',
    cell: ({ kpi }) => <span className={styles.name}>{figureName(kpi)}</span>,
  },
  {
    id: 'value',
    header: words.columns.value,
    align: 'right',
    tight: true,
    cell: (row) => (row.value === null ? absence(row)?.word : amountText(row.value, row.unit)),
  },
  { id: 'interval', header: words.columns.interval, tight: true, cell: intervalText },
  {
    id: 'n',
    header: words.columns.n,
    align: 'right',
    tight: true,
    cell: ({ n }) => (n === null ? null : formatCount(n)),
  },
  { id: 'coverage', header: words.columns.coverage, align: 'right', tight: true, cell: coverageText },
  { id: 'version', header: words.columns.version, tight: true, cell: ({ version }) => version },
  {
    id: 'note',
    header: words.columns.note,
    cell: (row) => absence(row)?.why ?? (row.note === '' ? null : row.note),
  },
];

/** All figures of the window, those without a value too. */
export function EveryFigure({ rows }: { readonly rows: readonly KpiRow[] }) {
  return (
    <Panel title={words.every.title} lead={words.every.lead}>
      <DataTable label={words.every.title} columns={columns} rows={rows} rowKey={({ kpi }) => kpi} />
      <p className={styles.foot}>{words.rules}</p>
    </Panel>
  );
}
