import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Control, ControlState } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { Titled } from '../../components/titled.tsx';
import { messages } from '../../messages/en.ts';
import styles from './controls-page.module.css';
import { controlsQuery } from './queries.ts';
import { RetentionPanel } from './retention-panel.tsx';
import { controlStates } from './search.ts';
import { StreamsPanel } from './streams-panel.tsx';

const words = messages.controls;

const points: Readonly<Record<string, string>> = words.points;

/** Every control with its measured state; what is not in force comes first. */
export function ControlsPage() {
  const query = useQuery(controlsQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      <Loaded query={query}>{(controls) => <Controls controls={controls} />}</Loaded>
      <StreamsPanel />
      <RetentionPanel />
    </Page>
  );
}

function Controls({ controls }: { readonly controls: readonly Control[] }) {
  const { state: chosen } = useSearch({ from: '/shell/controls' });
  if (controls.length === 0) {
    return (
      <Panel title={words.list}>
        <EmptyState title={words.empty.title}>{words.empty.text}</EmptyState>
      </Panel>
    );
  }
  const rows = controls
    .filter(({ state }) => chosen === undefined || state === chosen)
    .toSorted((a, b) => controlStates.indexOf(a.state) - controlStates.indexOf(b.state));
  return (
    <>
      <States controls={controls} chosen={chosen} />
      <Panel title={words.list}>
        {rows.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <DataTable label={words.list} columns={columns} rows={rows} rowKey={({ id }) => id} />
        )}
      </Panel>
    </>
  );
}

interface StatesProps {
  readonly controls: readonly Control[];
  readonly chosen: ControlState | undefined;
}

/** How many controls are in each state; pressing one lists only those. */
function States({ controls, chosen }: StatesProps) {
  const navigate = useNavigate({ from: '/controls' });
  return (
    <fieldset className={styles.states} aria-label={words.summary}>
      {controlStates.toReversed().map((state) => (
        <button
          key={state}
          type="button"
          className={styles.state}
          aria-pressed={state === chosen}
          onClick={() => void navigate({ search: state === chosen ? {} : { state } })}
        >
          <StatusChip status={state} />
          <span className={styles.number}>
            {words.count(controls.filter((control) => control.state === state).length)}
          </span>
          <span className={styles.meaning}>{words.meanings[state]}</span>
        </button>
      ))}
    </fieldset>
  );
}

const columns: readonly Column<Control>[] = [
  {
    id: 'control',
    header: words.columns.control,
    card: 'head',
    wide: true,
    cell: ({ id, title }) => <Titled title={title} id={id} />,
  },
  {
    id: 'state',
    header: words.columns.state,
    tight: true,
    cell: ({ state }) => <StatusChip status={state} />,
  },
  {
    id: 'where',
    header: words.columns.where,
    tight: true,
    cell: ({ where, state }) =>
      where.length > 0
        ? where.map((point) => points[point] ?? point).join(', ')
        : state === 'unknown'
          ? messages.none
          : words.nowhere,
  },
  { id: 'owner', header: words.columns.owner, tight: true, cell: ({ owner }) => owner },
  {
    id: 'since',
    header: words.columns.since,
    tight: true,
    cell: ({ since }) => (since === null ? messages.none : <Time at={since} />),
  },
  {
    id: 'how',
    header: words.columns.how,
    cell: ({ how, evidence }) => (
      <>
        {how}{' '}
        {evidence && (
          <TextLink to="/audit/$entry" params={{ entry: evidence.entryId }} underline="always">
            {words.evidence}
          </TextLink>
        )}
      </>
    ),
  },
];
