import { appendLeaf, emptyFrontier, equalBytes, frontierRoot, hashLeaf } from '@fairlead/core/ledger';
import type { ClientBase } from 'pg';
import { nodeHash } from '../../platform/crypto/index.ts';
import { type CopiedTable, copyTables, migrateWithin } from '../../platform/db/index.ts';
import { ledgerMigrations } from './migrations.ts';
import type { SqliteWriter } from './sqlite-open.ts';

/** A ledger as PostgreSQL has it, recomputed from the bytes that arrived there. */
export interface CopiedLedger {
  readonly tables: readonly CopiedTable[];
  readonly size: number;
  /** Lower-case hex. */
  readonly root: string;
  /** Entries whose bytes are not those that their stored hash names. */
  readonly changed: number;
}

/** Copies a ledger into a database that has none, inside the caller's transaction. */
export async function copyLedger({ database }: SqliteWriter, client: ClientBase): Promise<CopiedLedger> {
  await migrateWithin(client, ledgerMigrations, 'ledger');
  const frontier = emptyFrontier();
  let changed = 0;
  const tables = await copyTables(database, client, ledgerTableOf, (table, row) => {
    if (table.source !== 'entries') return;
    const column = (name: string) =>
      row[table.columns.findIndex((one) => one.name === name)] ?? Buffer.alloc(0);
    const bytes = column('bytes');
    // Of a pruned entry the hash is left.
    const leaf = bytes.length === 0 ? column('leaf') : hashLeaf(nodeHash, bytes);
    if (!equalBytes(leaf, column('leaf')) || column('idx').toString() !== String(frontier.size)) changed += 1;
    appendLeaf(nodeHash, frontier, leaf, () => undefined);
  });
  const { size } = frontier;
  await client.query('update ledger_head set size = $1', [size]);
  return { tables, size, root: Buffer.from(frontierRoot(nodeHash, frontier)).toString('hex'), changed };
}

/** Tables of `ledger.db` share a database with others in PostgreSQL, so they have a prefix there. */
export function ledgerTableOf(table: string): string {
  return `ledger_${table.replace(/^log_/, '')}`;
}
