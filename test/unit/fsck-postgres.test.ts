// The same comparison where the ledger and the state are in PostgreSQL.
import { join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { createIdentity } from '../../packages/server/src/features/identity/create.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import {
  decisionDraft,
  keyDraft,
  outcomeDraft,
  reservingDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';
import { createPostgresDatabase, describePostgres, temporaryFolder } from '../setup/database.ts';

describePostgres('fsck on PostgreSQL', () => {
  it('finds nothing wrong, then each row that was changed', async () => {
    const database = await createPostgresDatabase();
    const folder = temporaryFolder();
    const keysDir = join(folder.path, 'keys');
    const clock = { now: Date.now };
    const shared = { url: database.url, maySign: true };
    const ledger = await openLedger({ dataDir: join(folder.path, 'data'), keysDir, clock, database: shared });
    const { instance } = ledger;
    const location = { kind: 'postgres' as const, url: database.url };
    const deps = { ledger, clock, random: nodeRandom, index: () => null, instance, origin: 'live' as const };
    const identity = await createIdentity(location, deps);
    const expiresAt = Date.now() + 86_400_000;
    const request = {
      principal: 'alice',
      repositories: ['github.com/acme/a'],
      assistant: 'codex',
      expiresAt,
    };
    await identity.issueKey(request, 'operator');
    await ledger.append([reservingDraft(instance, 700, { 'team|day|2026-01-01|t': 1_000_000 })]);
    await ledger.append([keyDraft(instance, 'pause', 'k-1')]);
    const call = decisionDraft(instance);
    await ledger.append([call]);
    await ledger.append([outcomeDraft(instance, call.op)]);
    await identity.close();
    await ledger.close();

    const verdict = await fsckLedger({ database: database.url }, keysDir);
    expect(verdict.problems).toEqual([]);
    expect(verdict.checked).toMatchObject({
      openOperations: 1,
      reservations: 1,
      pausedKeys: 1,
      identity_keys: 1,
    });

    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`update identity_keys set principal = 'mallory'`);
    await client.query('delete from ledger_paused_keys');
    await client.query('update ledger_budget_reservations set amount = 1');
    await client.query('delete from ledger_open_operations');
    await client.end();
    const { problems } = await fsckLedger({ database: database.url }, keysDir);
    expect(problems.map(({ problem }) => problem).sort()).toEqual([
      'grant-differs',
      'open-operation-missing',
      'paused-key-missing',
      'reservation-differs',
    ]);
    await expect(fsckLedger({ database: `${database.url}_none` })).rejects.toMatchObject({
      code: 'store.unreadable',
    });
    await database.drop();
    folder.remove();
  });
});
