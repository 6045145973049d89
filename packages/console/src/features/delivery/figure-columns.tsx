import type { KpiRow } from '../../api/types.ts';
import type { Column } from '../../components/data-table.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { amountText, coverageText, figureName, intervalText } from './figure-text.ts';

const words = messages.delivery.columns;

type Row = Pick<KpiRow, 'kpi' | 'value' | 'unit' | 'lo' | 'hi' | 'method' | 'n' | 'coverage' | 'version'>;

/** A figure with its value, and what says how sure it is. */
export const figureColumns: readonly Column<Row>[] = [
  {
    id: 'figure',
    header: words.figure,
    card: 'head',
    cell: ({ kpi }) => <span className={styles.name}>{figureName(kpi)}</span>,
  },
  {
    id: 'value',
    header: words.value,
    align: 'right',
    tight: true,
    cell: ({ value, unit }) => (value === null ? null : amountText(value, unit)),
  },
  { id: 'interval', header: words.interval, tight: true, cell: intervalText },
  {
    id: 'n',
    header: words.n,
    align: 'right',
    tight: true,
    cell: ({ n }) => (n === null ? null : formatCount(n)),
  },
  { id: 'coverage', header: words.coverage, align: 'right', tight: true, cell: coverageText },
  { id: 'version', header: words.version, tight: true, cell: ({ version }) => version },
];
