/* Commands of delivery on PostgreSQL, and on folders whose server uses PostgreSQL. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deliveryImportExample, simulateDelivery } from '../../packages/core/src/delivery/index.ts';
import { markDatabase } from '../../packages/server/src/app/places.ts';
import {
  devlakeIn,
  importInto,
  kpisIn,
  measureBaseline,
  timelineIn,
} from '../../packages/server/src/features/delivery/cli.ts';
import type { NamedPlace } from '../../packages/server/src/features/delivery/places.ts';
import { collectInto } from '../../packages/server/src/features/integrations/github/cli.ts';
import { endMove } from '../../packages/server/src/features/ledger/move-mark.ts';
import { openSqliteWriter } from '../../packages/server/src/features/ledger/sqlite-open.ts';
import {
  importInto as importTasks,
  provenanceIn,
  taskRowsIn,
} from '../../packages/server/src/features/tasks/cli.ts';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  type TestDatabase,
  temporaryFolder,
} from '../setup/database.ts';
import { fairlead } from '../support/fairlead.ts';

const timeout = 180_000;
const silent = () => undefined;
const name = 'git.example.com/shop/web#7';
const window = { from: '2026-01-05', to: '2026-03-30' };

describePostgres('delivery on PostgreSQL', () => {
  let folder: TemporaryFolder;
  let database: TestDatabase;
  beforeEach(async () => {
    folder = temporaryFolder();
    database = await createPostgresDatabase();
  });
  afterEach(async () => {
    await database.drop();
    folder.remove();
  });

  const here = () => ({ database: database.url });
  const data = () => join(folder.path, 'data');
  const file = (facts: readonly object[], called = 'facts.jsonl') => {
    const path = join(folder.path, called);
    writeFileSync(path, facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''));
    return path;
  };
  const sql = async (text: string) => {
    const client = new pg.Client(database.url);
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };

  it(
    'is what it is in a data folder, figure by figure',
    async () => {
      const { histories, deployments, incidents } = simulateDelivery({ weeks: 12, teams: 2 });
      const changes = histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
      const facts = file([...changes, ...deployments, ...incidents, ...deliveryImportExample]);
      const tasks = file([{ type: 'connection', id: 'c1', source: 'gates', since: '2026-01-05' }], 't');
      const told = async (place: NamedPlace) => {
        const counts = await importInto(place, 'jsonl', facts, silent);
        const again = await importInto(place, 'jsonl', facts, silent);
        const lines: object[] = [];
        await devlakeIn(place, (line) => lines.push(line));
        return {
          counts,
          again,
          lines,
          tasks: await importTasks(place, 'tasks', tasks),
          kpis: await kpisIn(place, { ...window, by: 'team' }),
          taskRows: await taskRowsIn(place, window),
          timeline: await timelineIn(place, name),
          provenance: await provenanceIn(place, name),
          baseline: await measureBaseline({ repository: 'git.example.com/team-0/repo-0', place }),
        };
      };
      const shared = await told(here());
      expect(shared.counts.added).toBeGreaterThan(1_000);
      expect(shared.again).toEqual({ added: 0, changed: 0, unchanged: shared.counts.added });
      expect(shared).toEqual(await told(data()));
      const [{ count }] = await sql('select count(*) from delivery_facts');
      expect(Number(count)).toBe(shared.counts.added);
    },
    timeout,
  );

  it(
    'is read by commands that name it, by flag or variable, and says nothing of its URL',
    async () => {
      const env = { FAIRLEAD_DATABASE: database.url };
      const facts = file(deliveryImportExample);
      const taken = await fairlead(['delivery', 'import', facts, '--format', 'jsonl'], { env });
      expect(taken).toMatchObject({ code: 0, stdout: '{"added":5,"changed":0,"unchanged":0}\n' });
      const timeline = await fairlead(['delivery', 'timeline', name, '--database', database.url]);
      expect(timeline).toMatchObject({ code: 0, stdout: expect.stringContaining(`${name}, merged`) });
      const both = ['delivery', 'timeline', name, '--database', database.url, '--data', data()];
      expect(await fairlead(both)).toMatchObject({ code: 2, stderr: expect.stringContaining('two places') });
      const away = new URL(database.url);
      away.port = '1';
      const failed = await fairlead(['delivery', 'timeline', name, '--database', away.href]);
      expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('store.unavailable') });
      expect(failed.stderr).not.toContain(away.password);
      expect(existsSync(data())).toBe(false);
    },
    timeout,
  );

  it('is not there before something was imported, and reading it makes nothing', async () => {
    await expect(timelineIn(here(), name)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    await expect(kpisIn(here(), window)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    await expect(provenanceIn(here(), name)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    expect(await sql(`select 1 from pg_class where relname like 'delivery%'`)).toEqual([]);
    await expect(timelineIn({ database: 'mysql://x' }, name)).rejects.toMatchObject({
      code: 'store.unreadable',
    });
  });

  it('is what a folder stands for whose server uses it: nothing is imported into or read from that', async () => {
    const facts = file(deliveryImportExample);
    await importInto(data(), 'jsonl', facts, silent);
    markDatabase({ dataDir: data(), database: database.url } as never);
    const refused = { code: 'replica.other-store' };
    await expect(importInto(data(), 'jsonl', facts, silent)).rejects.toMatchObject(refused);
    await expect(timelineIn(data(), name)).rejects.toMatchObject(refused);
    await expect(kpisIn(data(), window)).rejects.toMatchObject(refused);
    await expect(provenanceIn(data(), name)).rejects.toMatchObject(refused);
    await expect(importTasks(data(), 'tasks', facts)).rejects.toMatchObject(refused);
    const baseline = measureBaseline({ repository: 'git.example.com/shop/web', place: data() });
    await expect(baseline).rejects.toMatchObject(refused);
    const once = { repository: ['github.com/a/b'], credential: 'T', allowPrivate: [], once: true, every: 5 };
    const news = { onProgress: silent, onWait: silent, onReport: silent };
    const collected = collectInto({ ...once, place: data() }, { T: 't' }, news, new AbortController().signal);
    await expect(collected).rejects.toMatchObject(refused);
    const fresh = join(folder.path, 'fresh');
    mkdirSync(fresh);
    markDatabase({ dataDir: fresh, database: database.url } as never);
    await expect(importInto(fresh, 'jsonl', facts, silent)).rejects.toMatchObject(refused);
    expect(existsSync(join(fresh, 'delivery.db'))).toBe(false);
  });
  it('is where a folder was moved to, from then on', async () => {
    mkdirSync(data());
    const writer = openSqliteWriter(join(data(), 'ledger.db'));
    const facts = file(deliveryImportExample);
    expect((await importInto(data(), 'jsonl', facts, silent)).added).toBe(5);
    endMove(writer.database);
    writer.close();
    const refused = { code: 'store.moved' };
    await expect(importInto(data(), 'jsonl', facts, silent)).rejects.toMatchObject(refused);
    await expect(timelineIn(data(), name)).rejects.toMatchObject(refused);
  });
});
