import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type OpenLedger, openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { startPostgres } from '../../test/setup/postgres-server.ts';

export type StoreName = 'sqlite' | 'postgres';

/** A ledger to measure. */
export interface Measured {
  readonly ledger: OpenLedger;
  /** Closes it and says how many bytes it takes on disk. */
  finish(): Promise<number>;
}

export async function openStore(name: StoreName, folder: string): Promise<Measured> {
  return name === 'sqlite' ? openSqlite(folder) : openPostgres(folder);
}

const clock = { now: Date.now };

async function openSqlite(folder: string): Promise<Measured> {
  const dataDir = join(folder, 'sqlite');
  const ledger = await openLedger({ dataDir, clock });
  return {
    ledger,
    finish: async () => {
      await ledger.close();
      return statSync(join(dataDir, 'ledger.db')).size;
    },
  };
}

/** A PostgreSQL of its own, durable as it ships. @throws Error when none can be started. */
async function openPostgres(folder: string): Promise<Measured> {
  const server = join(folder, 'server');
  mkdirSync(server);
  // PostgreSQL may run under another account, and has to reach its data.
  for (const path of [folder, server]) chmodSync(path, 0o755);
  const { url, stop } = await startPostgres(server);
  const database = { url, maySign: true };
  const ledger = await openLedger({ dataDir: join(folder, 'replica'), clock, database });
  return {
    ledger,
    finish: async () => {
      await ledger.close();
      const bytes = await tablesOf(url);
      await stop();
      return bytes;
    },
  };
}

async function tablesOf(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(oid)) as bytes from pg_class
     where relname like 'ledger%' and relkind = 'r'`,
  );
  await client.end();
  return Number(rows[0]!.bytes);
}
