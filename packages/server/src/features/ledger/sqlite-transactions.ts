import type { Statement } from 'better-sqlite3';
import { cutLog } from '../../platform/db/index.ts';
import { failureOf, noRoom, withQuota } from './sqlite-failures.ts';
import type { SqliteWriter } from './sqlite-open.ts';

/** Hooks around a commit, for tests of what happens when the disk fails. */
export interface CommitHooks {
  beforeCommit(): void;
  afterCommit(): void;
}

/** How the one writer writes. A transaction that fails is undone, and so is what is remembered of it. */
export interface Transactions {
  /** For work that may be done again. @throws FairleadError `ledger.disk-low` without room; any other error is for good */
  durable<Result>(work: () => Result): Result;
  /**
   * For work whose fate has to be certain: an error whose cause is `nothingWritten` says that a restart won't find it
   * either. Where SQLite can't say so, it waits until the write-ahead log could be emptied.
   * @param committed called at once when it is durable
   */
  certain<Result>(work: () => Result, committed: (result: Result) => void): Promise<Result>;
  /** Nobody waits any more. */
  end(): void;
}

const settleEveryMs = 100;

interface Deps {
  readonly writer: SqliteWriter;
  readonly statements: { readonly begin: Statement; readonly commit: Statement };
  /** Forgets what is remembered of the database. */
  readonly forget: () => void;
  readonly hooks: CommitHooks | null;
  /** Compares what is remembered of the database with it. @throws Error where they differ */
  readonly reread: () => void;
}

export function transactionsOf(deps: Deps): Transactions {
  const run = runner(deps);
  let ended = false;
  return {
    durable(work) {
      try {
        return run(work);
      } catch (error) {
        throw failureOf(error) === 'lasting' ? error : noRoom();
      }
    },
    async certain(work, committed) {
      try {
        const result = run(work);
        committed(result);
        return result;
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'lasting') throw error;
        while (failure === 'unsettled' && !emptied(deps.writer)) {
          if (ended) throw error;
          await new Promise((done) => setTimeout(done, settleEveryMs));
        }
        throw noRoom();
      }
    },
    end() {
      ended = true;
    },
  };
}

function runner({ writer, statements, forget, hooks, reread }: Deps): <Result>(work: () => Result) => Result {
  const { database } = writer;
  /** The last transaction was undone: the next one begins with what the database has, not with what is remembered. */
  let doubted = false;
  return (work) => {
    if (doubted) reread();
    doubted = true;
    try {
      statements.begin.run();
      const result = work();
      hooks?.beforeCommit();
      statements.commit.run();
      hooks?.afterCommit();
      writer.assertInPlace();
      doubted = false;
      return result;
    } catch (error) {
      // What is remembered may be what was not written.
      forget();
      if (database.inTransaction) database.exec('rollback');
      throw withQuota(error, writer.quota);
    }
  };
}

/** Folds the write-ahead log in and cuts it; false while that can't be done. @throws what is for good */
function emptied({ database, quota }: SqliteWriter): boolean {
  try {
    return cutLog(database);
  } catch (error) {
    if (failureOf(withQuota(error, quota)) === 'lasting') throw error;
    return false;
  }
}
