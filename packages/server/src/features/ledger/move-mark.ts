/*
 * What a ledger says of its move to PostgreSQL. The marks stand among the schema steps: every version has that table, and a
 * folder that was moved is never brought up to date again.
 */
import { FairleadError } from '@fairlead/core/errors';
import type { Database } from 'better-sqlite3';

/** The database that a ledger goes to: never with a user or a password. */
export interface MoveTarget {
  /** SHA-256, lower-case hex, of what the database says that it is. */
  readonly digest: string;
  /** To be shown, such as `fairlead on db.example:5432`. */
  readonly name: string;
  /** Stands in the database, too, once the copy is there. */
  readonly receipt: string;
}

/** `begun`: it isn't known whether the copy is there. */
export interface Move {
  readonly state: 'begun' | 'done';
  /** Null where an earlier version moved it, which didn't say. */
  readonly target: MoveTarget | null;
}

const now = "strftime('%Y-%m-%dT%H:%M:%fZ','now')";

/** Null for a ledger that nobody moved. */
export function readMove(database: Database): Move | null {
  const one = (sql: string) => database.prepare(sql).pluck().get() as string | undefined;
  if (one("select 1 from sqlite_master where name = 'schema_migrations'") === undefined) return null;
  const target = one("select id from schema_migrations where area = 'move-target'");
  const isDone = one("select 1 from schema_migrations where area = 'moved'") !== undefined;
  if (!isDone && target === undefined) return null;
  return { state: isDone ? 'done' : 'begun', target: target === undefined ? null : JSON.parse(target) };
}

/** To be called before anything of a copy can be committed: from then on no server writes the ledger. */
export function beginMove(database: Database, { digest, name, receipt }: MoveTarget): void {
  database.transaction(() => {
    giveUpMove(database);
    database
      .prepare(`insert into schema_migrations (area, id, applied_at) values ('move-target', ?, ${now})`)
      .run(JSON.stringify({ digest, name, receipt }));
  })();
}

/** To be called when it is certain that nothing was committed. One that is done stays so. */
export function giveUpMove(database: Database): void {
  database
    .prepare(
      `delete from schema_migrations where area = 'move-target'
       and not exists (select 1 from schema_migrations where area = 'moved')`,
    )
    .run();
}

/**
 * Marks a ledger as copied to PostgreSQL. Both would be signed with the same key: written on here too, they would be two
 * histories of one log.
 */
export function endMove(database: Database): void {
  database
    .prepare(
      `insert into schema_migrations (area, id, applied_at) values ('moved', 'postgres', ${now}) on conflict do nothing`,
    )
    .run();
}

/** @throws FairleadError `store.moved`, `store.move-unfinished` */
export function assertNotMoved(database: Database, file: string): void {
  const move = readMove(database);
  if (move !== null) throw refusedMove(move, file);
}

/** Why a folder that goes to one database is not to be written, nor copied to another. */
export function refusedMove({ state, target }: Move, file: string): FairleadError {
  const name = target?.name ?? 'PostgreSQL';
  if (state === 'done') {
    return new FairleadError('store.moved', {
      message: `This data folder was copied to ${name} and is not written any more.`,
      place: { file },
    });
  }
  return new FairleadError('store.move-unfinished', {
    message: `A copy of this data folder to ${name} was begun, and it is not known whether it arrived.`,
    place: { file },
  });
}
