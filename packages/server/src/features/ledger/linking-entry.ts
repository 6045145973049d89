import { type Entry, entryVersion } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import type { Instance } from './instance.ts';
import type { ReplacedLog } from './log-start.ts';

/** The first entry of a log that was started in place of another one, on purpose: it names that one. */
export function linkingEntry(
  replaced: ReplacedLog,
  instance: Instance,
  { now, origin }: { readonly now: number; readonly origin: Entry['origin'] },
): Entry {
  return {
    v: entryVersion,
    id: uuidv7(),
    ts: new Date(now).toISOString(),
    kind: 'config',
    op: null,
    origin,
    instance,
    what: 'ledger.started-anew',
    bundle: null,
    details: {
      previousOrigin: replaced.origin,
      previousSize: replaced.size,
      previousCheckpoint: replaced.note,
    },
  };
}
