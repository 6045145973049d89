import { useQuery } from '@tanstack/react-query';
import type { Stream } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Panel } from '../../components/panel.tsx';
import { type Status, StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { streamsQuery } from './queries.ts';

const words = messages.controls.streams;

const chips: Readonly<Record<Stream['state'], Status>> = {
  current: 'completed',
  behind: 'expiring',
  failing: 'failed',
  elsewhere: 'waiting',
  off: 'off',
};

/** Where entries are sent besides, when the program says so. */
export function StreamsPanel() {
  const { data = [] } = useQuery(streamsQuery);
  if (data.length === 0) return null;
  return (
    <Panel title={words.title} lead={words.lead}>
      <DataTable label={words.title} columns={columns} rows={data} rowKey={({ name }) => name} />
    </Panel>
  );
}

const columns: readonly Column<Stream>[] = [
  { id: 'name', header: words.columns.name, card: 'head', cell: ({ name }) => name },
  {
    id: 'state',
    header: words.columns.state,
    tight: true,
    cell: ({ state }) => <StatusChip status={chips[state]} label={words.states[state]} />,
  },
  {
    id: 'behind',
    header: words.columns.behind,
    tight: true,
    cell: ({ lagEntries, lagSeconds }) =>
      lagEntries === 0 ? words.nothing : words.behind(formatCount(lagEntries), formatCount(lagSeconds)),
  },
  {
    id: 'delivered',
    header: words.columns.delivered,
    tight: true,
    cell: ({ deliveredAt }) => (deliveredAt === null ? words.nothing : <Time at={deliveredAt} />),
  },
  {
    id: 'failure',
    header: words.columns.failure,
    cell: ({ failure, failingSince }) =>
      failure === null ? (
        words.nothing
      ) : (
        <>
          {failure} {failingSince !== null && <Time at={failingSince} />}
        </>
      ),
  },
];
