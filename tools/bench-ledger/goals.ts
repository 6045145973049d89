import type { StoreName } from './stores.ts';
import type { Verified } from './verify.ts';

/** What one store came to at one number of appends in flight. */
export interface AppendFigures {
  readonly store: StoreName;
  readonly inFlight: number;
  readonly entriesPerSecond: number;
  readonly p99Ms: number;
  readonly lagP99Ms: number;
}

export interface SizeFigures {
  readonly store: StoreName;
  /** Of an entry with its decision inputs. */
  readonly writtenBytes: number;
  readonly diskBytes: number;
}

/** A goal with its limit; `value` is null when it wasn't measured in this run. */
export interface Goal {
  readonly goal: string;
  readonly value: number | null;
  readonly limit: number;
  readonly met: boolean | null;
}

const perMillion = (entries: number) => 1_000_000 / entries;

/** The goals of the ledger, held against what was measured. */
export function goalsOf(
  appends: readonly AppendFigures[],
  sizes: readonly SizeFigures[],
  verified: Pick<Verified, 'entries' | 'seconds' | 'fsckSeconds'> | null,
): readonly Goal[] {
  const of = (store: StoreName, inFlight: number) =>
    appends.find((figures) => figures.store === store && figures.inFlight === inFlight);
  const sqlite32 = of('sqlite', 32);
  return [
    atLeast('SQLite entries/s at 32', sqlite32?.entriesPerSecond, 3000),
    atMost('SQLite p99 ms at 32', sqlite32?.p99Ms, 50),
    atLeast('SQLite entries/s at 256', of('sqlite', 256)?.entriesPerSecond, 5000),
    atLeast('SQLite entries/s at 256, stretch', of('sqlite', 256)?.entriesPerSecond, 10_000),
    atLeast('PostgreSQL entries/s at 32', of('postgres', 32)?.entriesPerSecond, 4000),
    ...(['sqlite', 'postgres'] as const).map((store) => {
      const lags = appends.filter((figures) => figures.store === store).map(({ lagP99Ms }) => lagP99Ms);
      const worst = lags.length === 0 ? undefined : Math.max(...lags);
      return atMost(`${store} checkpoint lag p99 ms`, worst, 2000);
    }),
    ...(['sqlite', 'postgres'] as const).map((store) => {
      const size = sizes.find((figures) => figures.store === store);
      const limit = Math.round((size?.writtenBytes ?? 0) * 1.6 + 100);
      return atMost(`${store} bytes on disk an entry`, size?.diskBytes, limit);
    }),
    // Said of fewer entries than a million too, as what a million would take.
    atMost(
      'verify of 1 M entries, s',
      verified ? verified.seconds * perMillion(verified.entries) : undefined,
      60,
    ),
    atMost(
      'fsck of 1 M entries, s',
      verified ? verified.fsckSeconds * perMillion(verified.entries) : undefined,
      60,
    ),
  ];
}

function atLeast(goal: string, value: number | undefined, limit: number): Goal {
  return { goal, value: value ?? null, limit, met: value === undefined ? null : value >= limit };
}

function atMost(goal: string, value: number | undefined, limit: number): Goal {
  return {
    goal,
    value: value === undefined ? null : Math.round(value),
    limit,
    met: value === undefined ? null : value <= limit,
  };
}
