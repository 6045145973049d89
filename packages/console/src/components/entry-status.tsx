import type { EntryRow } from '../api/types.ts';
import { messages } from '../messages/en.ts';
import { type Status, StatusChip } from './status-chip.tsx';

const kinds: Readonly<Record<string, string>> = messages.kinds;

/** What kind of entry that is, in a word. */
export const kindWord = (kind: string): string => kinds[kind] ?? kind;

/** The chip of an entry: its decision, how the call ended, or just its kind. */
export function EntryStatus({ row }: { readonly row: Pick<EntryRow, 'kind' | 'decision' | 'outcome'> }) {
  if (row.decision !== null) return <StatusChip status={row.decision} />;
  if (row.kind === 'outcome') {
    const completed = row.outcome === 'completed';
    const status: Status = completed ? 'completed' : 'failed';
    return <StatusChip status={status} />;
  }
  if (row.kind === 'recovery') return <StatusChip status="unknown" />;
  const status: Status = row.kind === 'config' || row.kind === 'admin' ? row.kind : 'other';
  return <StatusChip status={status} label={kindWord(row.kind)} />;
}
