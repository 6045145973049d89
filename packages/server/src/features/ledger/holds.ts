import type { LedgerCut } from '@fairlead/core/program';

/** `what` of the entries about holds and pruning. */
export const pruned = 'ledger.pruned';
export const holdAdded = 'ledger.hold-added';
export const holdRemoved = 'ledger.hold-removed';
/** Stands in every entry about a hold. */
export const holdMark = '"ledger.hold-';
export const prunedMark = `"${pruned}"`;

/** A legal hold: while it stands, nothing that it covers is pruned, expires or is erased. */
export interface Hold {
  readonly id: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
  /** It covers what was recorded from then on, RFC 3339; null: everything. */
  readonly from: string | null;
  /** Who placed it, as entries name callers. */
  readonly by: string;
}

/** The holds that stand, oldest first, by the texts of the entries about them in order. */
export function standingHolds(texts: readonly string[]): readonly Hold[] {
  const holds = new Map<string, Hold>();
  for (const text of texts) {
    const { what, ts, details } = JSON.parse(text) as {
      what: string;
      ts: string;
      details: { hold: string; reason: string; from?: string; by?: string };
    };
    const { hold: id, reason, from = null, by = 'operator' } = details;
    if (what === holdAdded) holds.set(id, { id, reason, since: ts, from, by });
    if (what === holdRemoved) holds.delete(id);
  }
  return [...holds.values()];
}

/** From when on everything is held, milliseconds; null when nothing is, -Infinity when everything is. */
export function heldFrom(holds: readonly Pick<Hold, 'from'>[]): number | null {
  if (holds.length === 0) return null;
  return Math.min(
    ...holds.map(({ from }) => {
      const at = from === null ? Number.NaN : Date.parse(from);
      // A time that can't be read covers everything.
      return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
    }),
  );
}

/** The minimum index of the last pruning, by the texts of the entries about prunings. */
export function minimumOf(texts: readonly string[]): number {
  return texts.reduce((minimum, text) => {
    const { what, details } = JSON.parse(text) as { what: string; details: { minimum?: unknown } };
    return what === pruned && typeof details.minimum === 'number'
      ? Math.max(minimum, details.minimum)
      : minimum;
  }, 0);
}

/** What a pruning removes, or would remove. */
export interface Pruning {
  /** Entries below have no bytes afterwards; a multiple of 256. */
  readonly minimum: number;
  /** Entries whose bytes go. */
  readonly entries: number;
  /** Decision inputs that only those named; not known beforehand. */
  readonly inputs: number | null;
  /** Ids of the holds that stand. */
  readonly holds: readonly string[];
  /** A hold was placed meanwhile, and what was left then stays. */
  readonly stopped: boolean;
}

/** Holds on the record, and what of it goes while the server runs. Every change is an entry first. */
export interface Keeping {
  holds(): Promise<readonly Hold[]>;
  /** @throws FairleadError `ledger.hold-exists` */
  place(hold: Pick<Hold, 'id' | 'reason' | 'from'>, by: string): Promise<Hold>;
  /** @throws FairleadError `ledger.hold-unknown` */
  release(id: string, reason: string, by: string): Promise<void>;
  /** The minimum index that entries say now. */
  minimum(): Promise<number>;
  /** What may go by a cut, as holds stand. */
  plan(cut: LedgerCut): Promise<Pruning>;
  /** Removes it. @throws FairleadError `ledger.prune-busy`, and as `plan`. */
  prune(cut: LedgerCut, by: string): Promise<Pruning>;
}
