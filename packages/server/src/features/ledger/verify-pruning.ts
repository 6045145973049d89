import { pruned } from './holds.ts';
import type { StoredEntry } from './types.ts';
import type { Report } from './verify-types.ts';

/** Whether bytes that are missing were pruned: an entry behind them says up to where. */
export interface PruningChecks {
  takePruned(entries: readonly StoredEntry[]): void;
  take(entry: StoredEntry, fields: object): void;
  /** Whether any bytes are missing. */
  anything(): boolean;
  finish(): void;
}

const neverPruned = new Set(['admin', 'config']);

export function createPruningChecks(report: Report): PruningChecks {
  let last = -1;
  let minimum = 0;
  return {
    takePruned: (entries) => {
      for (const { index, kind } of entries) {
        last = index;
        if (neverPruned.has(kind))
          report('entry-missing', `Entry ${index} has no bytes; its kind is never pruned.`, index);
      }
    },
    take: (entry, fields) => {
      const { kind, what, details } = fields as {
        kind?: unknown;
        what?: unknown;
        details?: { minimum?: unknown };
      };
      if (kind !== 'admin' || what !== pruned || typeof details?.minimum !== 'number') return;
      if (details.minimum <= entry.index) minimum = Math.max(minimum, details.minimum);
    },
    anything: () => last >= 0,
    finish: () => {
      if (last < minimum) return;
      if (last >= 0)
        report('entry-missing', `Entry ${last} has no bytes, and no entry says that it was pruned.`, last);
    },
  };
}
