import { type AdminEntry, entryVersion } from '@fairlead/core/ledger';
import type { Clock } from '@fairlead/core/ports';
import { v7 as uuidv7 } from 'uuid';

/** Where entries of one process come from. */
export interface EntrySource {
  readonly clock: Clock;
  readonly instance: { readonly id: string; readonly incarnation: string };
  readonly origin: 'live' | 'demo';
}

/** An entry about an administrative act, not yet appended. `details` never hold content, names or secrets. */
export function adminEntry(
  { clock, instance, origin }: EntrySource,
  what: string,
  details: AdminEntry['details'],
): AdminEntry {
  const ts = new Date(clock.now()).toISOString();
  return {
    v: entryVersion,
    id: uuidv7(),
    ts,
    op: null,
    origin,
    instance,
    kind: 'admin',
    what,
    actor: null,
    details,
  };
}
