import type { Statement } from 'better-sqlite3';
import type { DecisionInput } from './decision-input.ts';

/** Decision inputs of a database, each written once; what was written last is not asked for again. */
export interface RecentInputs {
  put(input: DecisionInput): void;
  /** After a transaction that was undone, and before anything is removed. */
  forget(): void;
}

const mostRemembered = 1_024;

interface InputStatements {
  /** Digest and JSON; leaves what is there. */
  readonly input: Statement;
  /** Digest: it is named again, and doesn't go with what is pruned. */
  readonly spareInput: Statement;
  /** JSON and digest, of one that pruning may have overwritten already. */
  readonly restoreInput: Statement;
}

export function recentInputs(writes: InputStatements): RecentInputs {
  const written = new Set<string>();
  const putNew = (digest: Buffer, json: string): void => {
    if (writes.input.run(digest, json).changes > 0) return;
    if (writes.spareInput.run(digest).changes > 0) writes.restoreInput.run(json, digest);
  };
  return {
    put({ digest, json }) {
      if (written.has(digest)) return;
      putNew(Buffer.from(digest, 'hex'), json);
      if (written.size >= mostRemembered) written.clear();
      written.add(digest);
    },
    forget() {
      written.clear();
    },
  };
}
