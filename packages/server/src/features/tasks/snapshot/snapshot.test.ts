import { type DeliveryFact, monthStart } from '@fairlead/core/delivery';
import { seededRandom } from '@fairlead/core/statistics';
import { randomStart, randomWork, type TaskFact, type TaskInput, type UsageCall } from '@fairlead/core/tasks';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../../test/setup/database.ts';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import type { StateLocation } from '../../../platform/db/index.ts';
import { allFacts, openDeliveryStore } from '../../delivery/api.ts';
import { createTaskFigures } from '../service.ts';
import { openTaskStore } from '../store-sql.ts';
import { readUsage } from '../usage.ts';
import { aliasesOf } from './sessions.ts';
import { openTaskSnapshot } from './snapshot.ts';

const week = 7 * 86_400;
const now = randomStart + 50 * week;
const teamOf = (repository: string) => repository.split('/')[1]!;
const encoder = new TextEncoder();

/** A ledger as far as figures read it; entries can be pruned. */
function madeUpLedger() {
  const entries: { id: string; op: string | null; bytes: Uint8Array }[] = [];
  let origin = 'one';
  const add = (entry: { id: string; op: string | null }) =>
    entries.push({ ...entry, bytes: encoder.encode(JSON.stringify(entry)) });
  return {
    add(call: UsageCall, draw: () => number) {
      const id = `op-${entries.length}`;
      const ts = new Date(call.at * 1000).toISOString();
      const { session, repository } = call;
      const actor = call.person === null ? { kind: 'service' } : { kind: 'human', pseudonym: call.person };
      const base = { id, op: id, kind: 'decision', ts, session, repository, actor, endpoint: 'responses' };
      const decision = call.denied ? 'deny' : 'allow';
      const assistant = { name: 'claude-code' };
      add({ ...base, ...{ assistant, decision, reserved: call.reserved ?? undefined } });
      if (call.denied && draw() < 0.3) {
        add({ ...{ id: `r-${id}`, op: null, kind: 'repeat', of: id, count: 2, ts } } as never);
      }
      if (call.denied || draw() < 0.05) return;
      const usage = { inputTokens: call.tokens };
      const end = { usage, cost: call.cost, outcome: 'completed' };
      add({ ...{ id: `o-${id}`, op: id, kind: 'outcome', ts }, ...end } as never);
    },
    prune(minimum: number) {
      for (const entry of entries.slice(0, minimum)) entry.bytes = new Uint8Array();
      add({
        id: `p-${minimum}`,
        op: null,
        kind: 'admin',
        what: 'ledger.pruned',
        details: { minimum },
      } as never);
    },
    replace() {
      entries.length = 0;
      origin = 'two';
    },
    view: {
      origin: async () => origin,
      size: async () => entries.length,
      readEntries: async (from: number, limit: number) =>
        entries.slice(from, from + limit).map((entry, i) => ({ ...entry, index: from + i }) as never),
      findEntry: async (id: string) => {
        const index = entries.findIndex((entry) => entry.id === id);
        return index === -1 ? null : ({ ...entries[index]!, index } as never);
      },
    },
    get length() {
      return entries.length;
    },
  };
}

/** Two versions of things with the same ids, one after the other and in any order. */
function arriving(seed: string, [early, late]: readonly [TaskInput, TaskInput]) {
  const random = seededRandom(seed);
  const of = ({ delivery, facts, calls }: TaskInput, least: number) =>
    [
      ...delivery.histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]),
      ...delivery.deployments,
      ...delivery.incidents,
    ]
      .map((fact) => ({ at: least + random(), delivery: fact as DeliveryFact }))
      .concat(facts.map((fact) => ({ at: least + random(), task: withoutEnd(fact, random) })) as never)
      .concat(calls.map((call) => ({ at: least + random(), call })) as never) as unknown as readonly {
      readonly at: number;
      readonly delivery?: DeliveryFact;
      readonly task?: TaskFact;
      readonly call?: UsageCall;
    }[];
  return [...of(early, 0), ...of(late, 0.6)].sort((a, b) => a.at - b.at);
}

/** Some stays end with their session, and some notes name it by its hash. */
function withoutEnd(fact: TaskFact, random: () => number): TaskFact {
  if (fact.type === 'session' && random() < 0.3) return { ...fact, until: undefined };
  if (fact.type !== 'authorship') return fact;
  const sessions = fact.sessions.map((one) =>
    random() < 0.5 ? { ...one, id: aliasesOf(one.id, 'claude-code')[0]! } : one,
  );
  return { ...fact, sessions };
}

async function opened(location: StateLocation) {
  const delivery = await openDeliveryStore(location, nodeRandom);
  const tasks = await openTaskStore(location);
  const snapshot = await openTaskSnapshot(location);
  const ledger = madeUpLedger();
  const work = randomWork('who');
  const deps = {
    readings: {
      delivery: () => allFacts(delivery),
      facts: () => tasks.facts(),
      usage: () => readUsage(ledger.view),
      withLedger: <Value>(use: (view: typeof ledger.view) => Promise<Value>) => use(ledger.view),
      enrolled: async () =>
        work.enrolments.map(({ person, from, until }) => ({
          pseudonym: person,
          principal: person,
          from,
          until,
        })),
      deliveryPseudonyms: async () => new Map<string, string>(),
    },
    ...{ agentAccounts: ['agent[bot]'], names: { defaultHost: 'github.com' }, teamOf, now: () => now },
    teamOfMember: (principal: string) => `team-${principal.split('-')[1]}`,
  };
  const forgetful = { of: async () => [], close: async () => undefined };
  const { closedAtoms } = delivery;
  return {
    ...{ delivery, tasks, ledger, snapshot, closedAtoms },
    measured: createTaskFigures({ ...deps, snapshot, closedAtoms: forgetful }),
    afresh: createTaskFigures({ ...deps, snapshot: null, closedAtoms: forgetful }),
    keeping: (tree: string) => createTaskFigures({ ...deps, snapshot, closedAtoms, tree }),
    monthly: (clock: () => number) => {
      const kept = { ...deps, closedAtoms, tree: 'monthly', now: clock };
      return {
        measured: createTaskFigures({ ...kept, snapshot, lateFacts: delivery.lateFacts }),
        afresh: createTaskFigures({ ...kept, snapshot: null }),
      };
    },
    accounts: (agentAccounts: readonly string[]) => ({
      measured: createTaskFigures({ ...deps, agentAccounts, snapshot, closedAtoms: forgetful }),
      afresh: createTaskFigures({ ...deps, agentAccounts, snapshot: null, closedAtoms: forgetful }),
    }),
    async close() {
      await snapshot.close();
      await tasks.close();
      await delivery.close();
    },
  };
}

const queries = [
  { from: randomStart, to: now, by: 'team' },
  { from: randomStart, to: now, by: 'week' },
] as const;

async function expectSame({
  measured,
  afresh,
}: Pick<Awaited<ReturnType<typeof opened>>, 'measured' | 'afresh'>) {
  for (const query of queries) expect(await measured.taskRows(query)).toEqual(await afresh.taskRows(query));
  expect(await measured.sources()).toEqual(await afresh.sources());
}

function theSame(place: () => Promise<StateLocation>, bites: number) {
  it.each(['a', 'b'])(
    'are those of all facts after whatever came: %s',
    async (seed) => {
      const at = await opened(await place());
      const random = seededRandom(seed);
      const coming = arriving(seed, [randomWork(`${seed} early`, 300), randomWork(`${seed} late`, 300)]);
      const size = Math.ceil(coming.length / bites);
      for (let i = 0; i < coming.length; i += size) {
        const some = coming.slice(i, i + size);
        await at.delivery.upsert(some.flatMap(({ delivery }) => delivery ?? []));
        await at.tasks.upsert(some.flatMap(({ task }) => task ?? []));
        for (const { call } of some) if (call !== undefined) at.ledger.add(call, random);
        await expectSame(at);
      }
      const rows = await at.measured.taskRows(queries[0]);
      expect(rows.filter(({ value }) => value !== null).length).toBeGreaterThan(20);
      at.ledger.prune(Math.floor(at.ledger.length / 3));
      await expectSame(at);
      await at.delivery.rename('git.example.com/team-1/repo-0', 'git.example.com/team-2/moved', Date.now());
      await expectSame(at);
      await expectSame(at.accounts(['agent[bot]', 'deps[bot]']));
      at.ledger.replace();
      await expectSame(at);
      await at.close();
    },
    300_000,
  );

  it('stay as they were published until the month is over, where they are restated monthly', async () => {
    const at = await opened(await place());
    await at.delivery.takeLateFacts('monthly');
    const coming = arriving('months', [randomWork('months early', 300), randomWork('months late', 300)]);
    let clock = now;
    const { measured, afresh } = at.monthly(() => clock);
    const rows = () => measured.taskRows(queries[1]);
    const take = async (some: typeof coming) => {
      await at.delivery.upsert(some.flatMap(({ delivery }) => delivery ?? []));
      await at.tasks.upsert(some.flatMap(({ task }) => task ?? []));
    };
    const half = Math.floor(coming.length / 2);
    await take(coming.slice(0, half));
    const before = await rows();
    expect(before.filter(({ value }) => value !== null).length).toBeGreaterThan(10);
    expect(before).toEqual(await afresh.taskRows(queries[1]));
    await take(coming.slice(half));
    const waiting = 'what came late is counted from next month on';
    const after = (await rows()).map((row) => ({
      ...row,
      note: row.note
        .split('; ')
        .filter((text) => text !== waiting)
        .join('; '),
    }));
    expect(after).toEqual(before);
    expect((await rows()).some(({ note }) => note.includes(waiting))).toBe(true);
    clock = monthStart(now, 1);
    const restated = await rows();
    expect(restated).toEqual(await afresh.taskRows(queries[1]));
    expect(restated).not.toEqual(before);
    // Who wants to see all at once does from then on.
    await at.delivery.takeLateFacts('at_once');
    expect(await rows()).toEqual(restated);
    await at.close();
  }, 300_000);

  it('stay within the bounds that were published', async () => {
    const at = await opened(await place());
    const coming = arriving('kept', [randomWork('kept early', 300), randomWork('kept late', 300)]);
    const half = Math.floor(coming.length / 2);
    const figures = at.keeping('program');
    const bounds = () => at.closedAtoms.of('program tasks: tasks');
    const take = async (some: typeof coming) => {
      await at.delivery.upsert(some.flatMap(({ delivery }) => delivery ?? []));
      await at.tasks.upsert(some.flatMap(({ task }) => task ?? []));
      await figures.taskRows(queries[1]);
    };
    await take(coming.slice(0, half));
    const before = await bounds();
    expect(before.length).toBeGreaterThan(1);
    await take(coming.slice(half));
    const after = await bounds();
    expect(after).toEqual(expect.arrayContaining([...before]));
    for (const one of after) {
      const beside = after.filter(
        ({ team, repository }) => team === one.team && repository === one.repository,
      );
      expect(beside.filter(({ from, to }) => from < one.to && one.from < to)).toHaveLength(1);
    }
    // Another process goes by them too.
    const others = await figures.taskRows(queries[1]);
    expect(await at.keeping('program').taskRows(queries[1])).toEqual(others);
    await at.close();
  }, 120_000);
}

describe('figures of measured tasks on SQLite', () => {
  const folders: { remove(): void }[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) folder.remove();
  });
  theSame(async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    return { kind: 'sqlite', file: `${folder.path}/delivery.db` };
  }, 8);
});

describePostgres('figures of measured tasks on PostgreSQL', () => {
  const databases: { drop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.drop();
  });
  theSame(async () => {
    const database = await createPostgresDatabase();
    databases.push(database);
    return { kind: 'postgres', url: database.url };
  }, 4);
});
