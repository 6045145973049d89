import { describe, expect, it } from 'vitest';
import { prepareDraft } from './rows.ts';
import { openSqliteWriter } from './sqlite-open.ts';
import type { CommitHooks } from './sqlite-transactions.ts';
import { sqliteStore } from './store-sqlite.ts';
import { decisionDraft, testInputs, testInstance } from './testing/entries.ts';

const instance = testInstance();
const inputs = testInputs('shared');
const digest = Buffer.from(inputs.digest, 'hex');

/** One more decision on the same inputs. */
const sharing = () =>
  prepareDraft({ entry: decisionDraft(instance, { input: inputs.digest }).entry, inputs: [inputs] });

function opened(hooks: CommitHooks | null = null) {
  const writer = openSqliteWriter(':memory:');
  return { database: writer.database, store: sqliteStore(writer, hooks) };
}

describe('inputs that several decisions share', () => {
  it('are there once, for decisions of one batch and of later ones', async () => {
    const { database, store } = opened();
    await store.appendBatch([sharing(), sharing()]);
    await store.appendBatch([sharing()]);
    expect(await store.size()).toBe(3);
    expect(database.prepare('select json from decision_inputs').pluck().all()).toEqual([inputs.json]);
  });

  it('are written again after a transaction that was undone', async () => {
    const commit = { fails: true };
    const { store } = opened({
      beforeCommit: () => {
        if (commit.fails) throw Object.assign(new Error('no room'), { code: 'SQLITE_FULL' });
      },
      afterCommit: () => undefined,
    });
    await expect(store.appendBatch([sharing()])).rejects.toMatchObject({ code: 'ledger.disk-low' });
    commit.fails = false;
    await store.appendBatch([sharing()]);
    expect(await store.readInput(inputs.digest)).toBe(inputs.json);
  });

  it('stay with a decision that names them while those of earlier ones are pruned', async () => {
    const { database, store } = opened();
    await store.appendBatch([sharing()]);
    database.prepare('insert into pruned_inputs (digest) values (?)').run(digest);
    expect(await store.pruning.blankInputs()).toBe(1);
    expect(await store.readInput(inputs.digest)).not.toBe(inputs.json);
    await store.appendBatch([sharing()]);
    expect(await store.readInput(inputs.digest)).toBe(inputs.json);
    await store.pruning.dropInputs();
    expect(await store.readInput(inputs.digest)).toBe(inputs.json);
  });

  it('are written again once they were dropped', async () => {
    const { database, store } = opened();
    await store.appendBatch([sharing()]);
    database.prepare('insert into pruned_inputs (digest) values (?)').run(digest);
    await store.pruning.blankInputs();
    await store.pruning.dropInputs();
    expect(await store.readInput(inputs.digest)).toBe(null);
    await store.appendBatch([sharing()]);
    expect(await store.readInput(inputs.digest)).toBe(inputs.json);
  });
});
