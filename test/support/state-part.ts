import type { Migration, StateLocation } from '../../packages/server/src/platform/db/index.ts';

/** A feature with a schema of its own in the state. */
export interface StatePart {
  readonly area: string;
  readonly migrations: readonly Migration[];
  /** Opens the store, which brings it up to date, and closes it. */
  open(location: StateLocation): Promise<void>;
  /** Writes rows into every table. */
  seed(location: StateLocation): Promise<void>;
  /** Reads and writes in a store that holds what `seed` wrote. */
  works(location: StateLocation): Promise<void>;
}
