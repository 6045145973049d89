import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAudit } from '../../packages/server/src/features/audit/create.ts';
import { casesOf, goals } from '../../tools/bench-explorer/cases.ts';
import { assertBenchmark, loadModel, marker, markFolder } from '../../tools/bench-explorer/load.ts';
import { seeded } from '../../tools/bench-explorer/population.ts';
import { type TemporaryFolder, temporaryFolder } from '../setup/database.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const quiet = () => undefined;

describe("the explorer benchmark's loader", () => {
  it('writes into no folder but its own, and never where there is a ledger', async () => {
    await expect(loadModel(folder.path, 10, Date.now(), quiet)).rejects.toThrow(marker);
    expect(readdirSync(folder.path)).toEqual([]);
    writeFileSync(join(folder.path, marker), '');
    for (const name of ['ledger.db', 'metrics.db', 'state.db']) {
      const data = join(folder.path, name.slice(0, -3));
      markFolder(data);
      writeFileSync(join(data, name), 'of somebody');
      expect(() => assertBenchmark(data)).toThrow('already holds');
      await expect(loadModel(data, 10, Date.now(), quiet)).rejects.toThrow('nothing was written');
      expect(readdirSync(data).sort()).toEqual([marker, name].sort());
    }
    expect(() => markFolder(folder.path)).toThrow('not empty');
  });

  it('leaves a read model that the real thread takes for its own and at its end', async () => {
    const data = join(folder.path, 'data');
    markFolder(data);
    const now = Date.now();
    const { entries, newest } = await loadModel(data, 3_000, now, quiet);
    expect(entries).toBeGreaterThanOrEqual(3_000);
    const audit = await openAudit(data, (_, message) => {
      throw new Error(message);
    });
    expect(await audit.progress()).toEqual({ indexed: entries, size: entries });
    const { rows } = await audit.entries({ decision: 'deny', vendor: 'openai' }, 10);
    expect(rows).toHaveLength(10);
    expect(rows.every(({ decision, vendor }) => decision === 'deny' && vendor === 'openai')).toBe(true);
    expect(await audit.entry(newest.at(-1)!.id)).toMatchObject({ row: { index: entries - 1 } });
    expect(existsSync(join(data, 'ledger.db'))).toBe(true);
    await audit.close();
  });

  it('asks cases with a goal each, the same ones every time', () => {
    const cases = casesOf(1_000, [], 0).filter(({ name }) => !/session|entry|id/.test(name));
    expect(cases.length).toBeGreaterThan(20);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { group, path } of cases) {
      expect(goals[group]).toBeGreaterThan(0);
      expect(path(seeded(1))).toBe(path(seeded(1)));
    }
  });
});
