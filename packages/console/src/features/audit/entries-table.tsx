import type { EntryRow } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EntryStatus } from '../../components/entry-status.tsx';
import { TextLink } from '../../components/link.tsx';
import { Time } from '../../components/time.tsx';
import { formatMoney } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './entries-table.module.css';

const words = messages.audit.columns;

/** Entries, newest first. */
export function EntriesTable({
  rows,
  label,
}: {
  readonly rows: readonly EntryRow[];
  readonly label: string;
}) {
  return <DataTable label={label} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

/** The sentence of an entry. That of a call names all about it; that of its end leaves out whose it was. */
function Sentence({ row }: { readonly row: EntryRow }) {
  const of = [row.model, row.repository].filter((text) => text !== null);
  return (
    <div className={styles.sentence}>
      <TextLink to="/audit/$entry" params={{ entry: row.id }}>
        {row.title}
      </TextLink>
      {row.kind !== 'decision' && of.length > 0 && <span className={styles.of}>{of.join(' · ')}</span>}
    </div>
  );
}

const columns: readonly Column<EntryRow>[] = [
  {
    id: 'time',
    header: words.time,
    tight: true,
    card: 'line',
    cell: ({ ts }) => <Time at={ts} as="second" />,
  },
  { id: 'status', header: words.status, tight: true, card: 'head', cell: (row) => <EntryStatus row={row} /> },
  { id: 'what', header: words.what, card: 'head', cell: (row) => <Sentence row={row} /> },
  {
    id: 'cost',
    header: words.cost,
    align: 'right',
    tight: true,
    card: 'line',
    cell: ({ costMicroUsd }) => (costMicroUsd === null ? null : formatMoney(costMicroUsd)),
  },
];
