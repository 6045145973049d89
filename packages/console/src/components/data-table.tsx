import { VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, type ReactNode } from 'react';
import styles from './data-table.module.css';
import { useRoom } from './use-room.ts';

/** Stands in a cell that has nothing to say. */
const noValue = '–';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** Null when there is no value. */
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'right';
  /** As narrow as its content. */
  readonly tight?: boolean;
  /** Not narrower than a repository's name. */
  readonly broad?: boolean;
  /** Not narrower than a line of a sentence. */
  readonly wide?: boolean;
  /**
   * Where the cell goes when the table is a list of cards: on top, in the one small line below, or (the default) on a
   * line of its own with its header.
   */
  readonly card?: 'head' | 'line';
  /** The header is for screen readers only (a column of buttons). */
  readonly silent?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table lists. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** Rows as a table, and as cards where a table has no room. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const narrow = useMediaQuery('(max-width: 760px)', globalThis.innerWidth <= 760, {
    getInitialValueInEffect: false,
  });
  const { place, fits } = useRoom();
  return <div ref={place}>{narrow || !fits ? <Cards {...props} /> : <WideTable {...props} />}</div>;
}

function WideTable<Row>({ label, columns, rows, rowKey }: DataTableProps<Row>) {
  const classOf = ({ align, tight, broad, wide }: Column<Row>) =>
    [align === 'right' && styles.right, tight && styles.tight, broad && styles.broad, wide && styles.wide]
      .filter(Boolean)
      .join(' ') || undefined;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <caption>
          <VisuallyHidden>{label}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classOf(column)}>
                {column.silent ? <VisuallyHidden>{column.header}</VisuallyHidden> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>
                  {column.cell(row) ?? noValue}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cards<Row>({ label, columns, rows, rowKey }: DataTableProps<Row>) {
  const heads = columns.filter(({ card }) => card === 'head');
  const line = columns.filter(({ card }) => card === 'line');
  const facts = columns.filter(({ card }) => card === undefined);
  return (
    <ul className={styles.cards} aria-label={label}>
      {rows.map((row) => (
        <li key={rowKey(row)} className={styles.card}>
          {heads.map((column) => (
            <div key={column.id} className={styles.cardHead}>
              {column.cell(row)}
            </div>
          ))}
          {line.length > 0 && <CardLine columns={line} row={row} />}
          {facts.length > 0 && (
            <dl className={styles.cardFacts}>
              {facts.map((column) => (
                <Fragment key={column.id}>
                  <dt>{column.header}</dt>
                  <dd>{column.cell(row) ?? noValue}</dd>
                </Fragment>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What has a value, in one line. */
function CardLine<Row>({ columns, row }: { readonly columns: readonly Column<Row>[]; readonly row: Row }) {
  const cells = columns.flatMap(({ id, header, cell }) => {
    const value = cell(row);
    return value === null ? [] : [{ id, header, value }];
  });
  return (
    <p className={styles.cardLine}>
      {cells.map(({ id, header, value }) => (
        <span key={id}>
          <VisuallyHidden>{header}: </VisuallyHidden>
          {value}
        </span>
      ))}
    </p>
  );
}
