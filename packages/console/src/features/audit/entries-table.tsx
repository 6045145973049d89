import type { EntryRow } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EntryStatus } from '../../components/entry-status.tsx';
import { TextLink } from '../../components/link.tsx';
import { Time } from '../../components/time.tsx';
import { formatMoney } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './entries-table.module.css';

const words = messages.audit.columns;

const columns: readonly Column<EntryRow>[] = [
  {
    id: 'time',
    header: words.time,
    tight: true,
    card: 'line',
    cell: ({ ts }) => <Time at={ts} as="second" />,
  },
  { id: 'status', header: words.status, tight: true, card: 'head', cell: (row) => <EntryStatus row={row} /> },
  {
    id: 'what',
    header: words.what,
    card: 'head',
    cell: (row) => (
      <>
        <TextLink to="/audit/$entry" params={{ entry: row.id }}>
          {row.title}
        </TextLink>
        {row.decision === 'deny' && <p className={styles.policies}>{row.policyIds.join(', ')}</p>}
      </>
    ),
  },
  {
    id: 'repository',
    header: words.repository,
    card: 'line',
    broad: true,
    cell: ({ repository }) => repository,
  },
  { id: 'assistant', header: words.assistant, card: 'line', tight: true, cell: ({ assistant }) => assistant },
  { id: 'model', header: words.model, card: 'line', tight: true, cell: ({ model }) => model },
  {
    id: 'cost',
    header: words.cost,
    card: 'line',
    align: 'right',
    tight: true,
    cell: ({ costMicroUsd }) => (costMicroUsd === null ? null : formatMoney(costMicroUsd)),
  },
];

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
