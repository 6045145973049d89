import { Button } from '@mantine/core';
import type { KeyView } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Name } from '../../components/name.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import { isLive, type KeyState } from './key-state.ts';
import styles from './keys-table.module.css';

const words = messages.keys;

export interface KeyRow extends KeyView {
  readonly state: KeyState;
  /** The holder's name. */
  readonly holder: string;
}

interface KeysTableProps {
  readonly rows: readonly KeyRow[];
  readonly onRotate: ((key: KeyView) => void) | null;
  readonly onRevoke: ((key: KeyView) => void) | null;
}

export function KeysTable({ rows, onRotate, onRevoke }: KeysTableProps) {
  const actions: Column<KeyRow> = {
    id: 'actions',
    header: words.columns.actions,
    silent: true,
    tight: true,
    cell: (row) =>
      isLive(row.state) && (
        <span className={styles.actions}>
          {onRotate && <Action word={words.rotate.action} row={row} onClick={() => onRotate(row)} />}
          {onRevoke && <Action word={words.revoke.action} row={row} onClick={() => onRevoke(row)} />}
        </span>
      ),
  };
  const columns = onRotate === null && onRevoke === null ? facts : [...facts, actions];
  return <DataTable label={words.list} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

interface ActionProps {
  readonly word: string;
  readonly row: KeyRow;
  readonly onClick: () => void;
}

function Action({ word, row, onClick }: ActionProps) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick} aria-label={words.of(word, row.holder)}>
      {word}
    </Button>
  );
}

const facts: readonly Column<KeyRow>[] = [
  {
    id: 'holder',
    header: words.columns.holder,
    card: 'head',
    cell: ({ holder, principal }) => (
      <>
        <p>{holder}</p>
        <p className={styles.dim}>{principal}</p>
      </>
    ),
  },
  {
    id: 'state',
    header: words.columns.state,
    tight: true,
    cell: ({ state }) => <StatusChip status={state} />,
  },
  {
    id: 'repositories',
    header: words.columns.repositories,
    broad: true,
    cell: ({ repositories, beyondGrants }) => (
      <span className={styles.repositories}>
        {repositories.map((repository) => (
          <span key={repository}>
            <Name>{repository}</Name>
            {beyondGrants.includes(repository) && <span className={styles.dim}> {words.beyondGrants}</span>}
          </span>
        ))}
      </span>
    ),
  },
  { id: 'assistant', header: words.columns.assistant, tight: true, cell: ({ assistant }) => assistant },
  { id: 'label', header: words.columns.label, cell: ({ label }) => label },
  {
    id: 'expires',
    header: words.columns.expires,
    tight: true,
    cell: ({ expiresAt }) => <Time at={expiresAt} />,
  },
];
