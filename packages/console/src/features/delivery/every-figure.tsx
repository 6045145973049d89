import type { KpiRow } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { figureColumns } from './figure-columns.tsx';
import { FigureNames } from './figure-names.tsx';
import { absence } from './figure-text.ts';

const words = messages.delivery;

const columns: readonly Column<KpiRow>[] = [
  ...figureColumns,
  { id: 'note', header: words.columns.note, cell: ({ note }) => (note === '' ? null : note) },
];

/** All figures of the window; those without a value by why they have none. */
export function EveryFigure({ rows }: { readonly rows: readonly KpiRow[] }) {
  const missing = Map.groupBy(
    rows.flatMap((row) => {
      const reason = absence(row);
      return reason === null ? [] : [{ kpi: row.kpi, why: words.every.because(reason.word, reason.why) }];
    }),
    ({ why }) => why,
  );
  return (
    <Panel title={words.every.title}>
      <DataTable
        label={words.every.known}
        columns={columns}
        rows={rows.filter(({ value }) => value !== null)}
        rowKey={({ kpi }) => kpi}
      />
      {missing.size > 0 && (
        <section className={styles.missing}>
          <h3>{words.every.missing}</h3>
          <ul className={styles.reasons}>
            {[...missing].map(([why, figures]) => (
              <li key={why}>
                <p className={styles.reason}>{why}</p>
                <FigureNames kpis={figures.map(({ kpi }) => kpi)} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className={styles.foot}>{words.rules}</p>
    </Panel>
  );
}
