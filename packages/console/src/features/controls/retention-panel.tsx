import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LegalHold, RetentionStatus } from '../../api/types.ts';
import { useMay } from '../../app/permissions.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { type Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { formatDay } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import { HoldDialogs, type OpenHoldDialog } from './hold-dialogs.tsx';
import { holdsQuery, retentionQuery } from './queries.ts';
import styles from './retention-panel.module.css';

const words = messages.retention;

/** How long what is recorded is kept, and the legal holds that keep it for longer; for those who may see it. */
export function RetentionPanel() {
  const may = useMay();
  const shown = may('ReadRetention');
  const status = useQuery({ ...retentionQuery, enabled: shown });
  const holds = useQuery({ ...holdsQuery, enabled: shown });
  const [dialog, setDialog] = useState<OpenHoldDialog>(null);
  if (!shown) return null;
  return (
    <Panel title={words.title} lead={words.lead}>
      <Loaded query={status} lines={3}>
        {(data) => <Facts facts={factsOf(data)} />}
      </Loaded>
      <h3 className={styles.title}>{words.holds.list}</h3>
      <Loaded query={holds} lines={2}>
        {(rows) => (
          <Holds
            rows={rows}
            onRelease={may('ReleaseHold') ? (hold) => setDialog({ kind: 'release', hold }) : null}
          />
        )}
      </Loaded>
      <Group gap={8} mt={14}>
        {may('PlaceHold') && (
          <Button size="xs" variant="default" onClick={() => setDialog({ kind: 'place' })}>
            {words.holds.place}
          </Button>
        )}
        {may('PruneLedger') && status.data?.enforce === true && (
          <Button size="xs" variant="default" onClick={() => setDialog({ kind: 'run' })}>
            {words.run}
          </Button>
        )}
      </Group>
      <HoldDialogs dialog={dialog} onClose={() => setDialog(null)} />
    </Panel>
  );
}

function factsOf({ enforce, ledgerDays, contentDays, classes, minimum, lastRun }: RetentionStatus): Fact[] {
  if (ledgerDays === null || contentDays === null) {
    return [
      { name: words.facts.state, value: words.unsaid },
      { name: words.facts.minimum, value: words.below(minimum) },
    ];
  }
  return [
    { name: words.facts.state, value: enforce ? words.enforced : words.notEnforced },
    { name: words.facts.ledger, value: words.days(ledgerDays) },
    { name: words.facts.content, value: words.atMost(contentDays) },
    ...(classes.length === 0
      ? []
      : [
          {
            name: words.facts.classes,
            value: classes
              .map((one) => words.classOf(one.dataClass, one.ledgerDays, one.contentDays))
              .join('; '),
          },
        ]),
    { name: words.facts.minimum, value: words.below(minimum) },
    { name: words.facts.last, value: lastRun === null ? words.never : <LastRun run={lastRun} /> },
  ];
}

function LastRun({ run }: { readonly run: NonNullable<RetentionStatus['lastRun']> }) {
  const nothing = run.items === 0 && run.entries === 0;
  return (
    <>
      <Time at={run.at} />: {nothing ? words.ranNothing : words.ran(run.items, run.entries)}
      {run.failed.length > 0 && <>. {words.failed(run.failed.join(', '))}</>}
    </>
  );
}

interface HoldsProps {
  readonly rows: readonly LegalHold[];
  /** Null: policy does not permit it. */
  readonly onRelease: ((hold: LegalHold) => void) | null;
}

function Holds({ rows, onRelease }: HoldsProps) {
  if (rows.length === 0) return <p>{words.holds.none}</p>;
  const columns = onRelease === null ? holdColumns : [...holdColumns, releaseColumn(onRelease)];
  return <DataTable label={words.holds.list} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

const holdColumns: readonly Column<LegalHold>[] = [
  {
    id: 'id',
    header: words.holds.columns.id,
    card: 'head',
    tight: true,
    cell: ({ id }) => <strong>{id}</strong>,
  },
  { id: 'reason', header: words.holds.columns.reason, cell: ({ reason }) => reason },
  {
    id: 'covers',
    header: words.holds.columns.covers,
    tight: true,
    cell: ({ from }) => (from === null ? words.holds.everything : words.holds.since(formatDay(from))),
  },
  { id: 'since', header: words.holds.columns.since, tight: true, cell: ({ since }) => <Time at={since} /> },
];

const releaseColumn = (onRelease: (hold: LegalHold) => void): Column<LegalHold> => ({
  id: 'actions',
  header: words.holds.columns.actions,
  silent: true,
  tight: true,
  align: 'right',
  cell: (hold) => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={words.holds.releaseOf(hold.id)}
      onClick={() => onRelease(hold)}
    >
      {words.holds.release}
    </Button>
  ),
});
