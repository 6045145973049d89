import { type Change, type DeliveryFact, timeOf } from '@fairlead/core/delivery';
import {
  callLayout,
  callValues,
  deploymentLayout,
  flagsOf,
  orderOf,
  rowLayout,
  slots,
  type TaskFact,
} from '@fairlead/core/tasks';
import type { Database } from 'better-sqlite3';
import { openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import { openTasks } from '../../packages/server/src/features/tasks/create.ts';
import { createTaskFigures } from '../../packages/server/src/features/tasks/service.ts';
import { openTaskSnapshot } from '../../packages/server/src/features/tasks/snapshot/snapshot.ts';
import type { TaskRowsQuery } from '../../packages/server/src/features/tasks/types.ts';
import { numbering, withDatabase } from './load.ts';
import { population, start, teamOf, weeks } from './population.ts';

/* Figures of tasks: every second change is a task with a session; 2.3 calls a change. */

const now = start + (weeks + 20) * 7 * 86_400;
const window = { from: start, to: now };
const values = { ...window, intervals: false };

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const peak = () => process.resourceUsage().maxRSS / 1024;

async function open(folder: string) {
  const delivery = await openDelivery(folder);
  const tasks = await openTasks(folder);
  const snapshot = await openTaskSnapshot({ kind: 'sqlite', file: `${folder}/delivery.db` });
  const never = async () => {
    throw new Error('figures of a snapshot read no fact anew');
  };
  const figures = createTaskFigures({
    readings: {
      ...{ delivery: never, facts: never, usage: never },
      withLedger: (use) => use(null),
      enrolled: async () => [],
      deliveryPseudonyms: async () => new Map(),
    },
    ...{ snapshot, agentAccounts: [], names: { defaultHost: 'git.example.com' }, teamOf, now: () => now },
    ...{ teamOfMember: () => null, closedAtoms: delivery.closedAtoms, tree: 'bench' },
  });
  return {
    ...{ tasks, figures },
    async close() {
      await snapshot.close();
      await tasks.close();
      await delivery.close();
    },
  };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

function stayOf({ id, repository, head: branch, openedAt, author }: Change, number: number): TaskFact {
  const from = timeOf(Date.parse(openedAt) / 1000 - 3600);
  const who = { principal: author.login ?? undefined };
  return {
    ...{ type: 'session', id: `stay ${id}`, session: `session-${number}`, repository, branch, from },
    ...{ until: openedAt, firstWriteAt: from, ...who },
  };
}

/** From facts that nobody measured yet to what figures of tasks read. */
export async function measureFirstTasks(folder: string, changes: number) {
  const { tasks, figures, close } = await open(folder);
  let facts: TaskFact[] = [];
  let count = 0;
  for (const [change] of population(changes)) {
    if (count++ % 2 === 0) facts.push(stayOf(change as Change, count));
    if (facts.length < 2_000) continue;
    await tasks.upsert(facts);
    facts = [];
  }
  await tasks.upsert(facts);
  const before = cpuSeconds();
  const seconds = await secondsOf(() => figures.sources());
  const taken = { seconds, cpuSeconds: cpuSeconds() - before, peakRssMiB: peak() };
  await close();
  return taken;
}

/** Puts further changes, deployments and calls into the snapshot only, as measuring them would have. */
export async function loadTasks(folder: string, changes: number, measured: number) {
  let calls = 0;
  const seconds = await withDatabase(folder, (database) => {
    const filling = fillingOf(database);
    const add = database.transaction((some: readonly (readonly DeliveryFact[])[]) => fill(filling, some));
    let some: (readonly DeliveryFact[])[] = [];
    let passed = 0;
    for (const facts of population(changes)) {
      if (passed++ < measured) continue;
      some.push(facts);
      if (some.length < slots) continue;
      add(some);
      some = [];
    }
    if (some.length > 0) add(some);
    calls = filling.end();
  });
  return { calls, seconds };
}

type Filling = ReturnType<typeof fillingOf>;

function fillingOf(database: Database) {
  const max = (table: string, column: string) =>
    (database.prepare(`select max(${column}) from ${table}`).pluck().get() as number | null) ?? -1;
  const state = database.prepare(
    'insert into measured_state values (?, ?) on conflict (name) do update set value = excluded.value',
  );
  const known = database.prepare('select value from measured_state where name = ?').pluck();
  const revision = Number(known.get('tasks revision') ?? 0) + 1;
  const chunk = database.prepare('insert into measured_task_chunks values (?, ?, ?, ?)');
  const write = (layout: typeof rowLayout, series: string, place: number, values: readonly unknown[]) => {
    const own = new Map(values.map((value, slot) => [slot, value] as const)) as never;
    const bytes = layout.encode(layout.withSlots(layout.empty(), own));
    chunk.run(series, place / slots, revision, Buffer.from(bytes.buffer));
  };
  let calls = 0;
  let open: object[] = [];
  return {
    names: {
      repository: numbering(database, 'repository'),
      contributor: numbering(database, 'contributor'),
      service: numbering(database, 'service'),
    },
    row: database.prepare('insert into measured_task_rows values (?, ?, ?, ?, ?)'),
    deployment: database.prepare('insert into measured_task_deployments values (?, ?)'),
    session: database.prepare('insert into measured_task_sessions values (?, ?, ?)'),
    next: {
      rows: Math.ceil((max('measured_task_rows', 'place') + 1) / slots) * slots,
      deployments: Math.ceil((max('measured_task_deployments', 'place') + 1) / slots) * slots,
      session: max('measured_task_sessions', 'number') + 1,
    },
    write,
    call(at: number, session: number, person: number) {
      const cost = 1_000 + ((calls * 7919) % 2_000_000);
      const seen = { at, tokens: cost >> 2, cost, reserved: null, denied: calls % 40 === 0 };
      open.push(callValues(seen, { session, person, entry: calls }));
      calls += 1;
      if (open.length < slots) return;
      write(callLayout as never, 'calls', calls - slots, open);
      open = [];
    },
    end() {
      if (open.length > 0) write(callLayout as never, 'calls', Math.floor(calls / slots) * slots, open);
      state.run('tasks revision', String(revision));
      state.run('tasks calls', String(calls));
      return calls;
    },
  };
}

function fill(filling: Filling, some: readonly (readonly DeliveryFact[])[]): void {
  const { names, next, write } = filling;
  const rows: object[] = [];
  const deployments: object[] = [];
  for (const facts of some) {
    const change = facts[0] as Change;
    const place = next.rows + rows.length;
    const repository = names.repository(change.repository);
    const person = names.contributor(change.author.login!);
    const opened = Date.parse(change.openedAt) / 1000;
    const session = place % 2 === 0 ? next.session++ : 0;
    if (session > 0) filling.session.run(session, `bulk-${session}`, 'claude-code');
    filling.row.run(place, `change bulk ${change.id}`, `bulk ${place}`, null, null);
    rows.push(rowValues(change, { repository, person, session, opened }));
    const calls = place % 10 < 3 ? 3 : 2;
    for (let i = 0; i < calls; i++) filling.call(opened - 3000 + i * 600, session, person);
    if (change.mergedAt === undefined) continue;
    const finished = Date.parse(change.mergedAt) / 1000 + 3600;
    const service = names.service(change.repository);
    filling.deployment.run(next.deployments + deployments.length, `bulk ${change.id}`);
    const own = { order: orderOf(change.id), flags: 1, changes: [place] };
    deployments.push({ finished, repository, service, ...own });
  }
  write(rowLayout, 'rows', next.rows, rows);
  write(deploymentLayout as never, 'deployments', next.deployments, deployments);
  next.rows += slots;
  next.deployments += slots;
}

function rowValues(
  { mergedAt }: Change,
  {
    repository,
    person,
    session,
    opened,
  }: {
    readonly repository: number;
    readonly person: number;
    readonly session: number;
    readonly opened: number;
  },
) {
  const task =
    session === 0 ? null : { judgement: 'unproved', firstPass: session % 3 > 0, causes: new Set() };
  const isMerged = mergedAt !== undefined;
  return {
    ...{ opened, merged: isMerged ? Date.parse(mergedAt) / 1000 : 0, created: opened, repository, person },
    ...{ author: person, findings: session % 50 === 1 ? 1 : 0, unblocked: [] },
    flags: flagsOf({ isWork: true, isMerged, class: task === null ? null : 'B', task: task as never }),
    stays: session === 0 ? [] : [session, opened - 3600, session],
  };
}

/** From a new process to all values. The first one that is asked publishes the bounds of all atoms there are. */
export async function measureTasksCold(folder: string) {
  let close = async () => {};
  let rows = 0;
  const before = cpuSeconds();
  const seconds = await secondsOf(async () => {
    const at = await open(folder);
    close = at.close;
    rows = shownIn(await at.figures.taskRows(values));
  });
  const taken = { seconds, cpuSeconds: cpuSeconds() - before, rows, peakRssMiB: peak() };
  await close();
  return taken;
}

const shownIn = (rows: readonly { readonly value: number | null }[]) =>
  rows.filter(({ value }) => value !== null).length;

/** Again and again in one process. */
export async function measureTasksWarm(folder: string, rounds: number) {
  const { figures, close } = await open(folder);
  await figures.taskRows(values);
  const median = async (query: TaskRowsQuery, times = rounds) => {
    const taken: number[] = [];
    for (let i = 0; i < times; i++) taken.push(await secondsOf(() => figures.taskRows(query)));
    return taken.sort((a, b) => a - b)[Math.floor(times / 2)]!;
  };
  const valuesSeconds = await median(values);
  const valuesByTeamSeconds = await median({ ...values, by: 'team' });
  const valuesByRepositorySeconds = await median({ ...values, by: 'repository' });
  const valuesByWeekSeconds = await median({ ...values, by: 'week' });
  const peakRssMiB = peak();
  const intervalsSeconds = await median(window, 3);
  const taken = {
    ...{ valuesSeconds, valuesByTeamSeconds, valuesByRepositorySeconds, valuesByWeekSeconds, peakRssMiB },
    ...{ intervalsSeconds, intervalsPeakRssMiB: peak() },
  };
  await close();
  return taken;
}

/** From a fact about one of the first `changes` (a finding, a gate's result, a stay in turn) to all values over all. */
export async function measureTaskArrivals(folder: string, changes: number, rounds: number) {
  const { tasks, figures, close } = await open(folder);
  await figures.taskRows(values);
  const taken: number[] = [];
  const cpu = cpuSeconds();
  for (let i = 0; i < rounds; i++) {
    const fact = lateFact(`late ${process.pid} ${i}`, i, changes);
    taken.push(
      await secondsOf(async () => {
        await tasks.upsert([fact]);
        await figures.taskRows(values);
      }),
    );
  }
  const cpuMs = ((cpuSeconds() - cpu) * 1000) / rounds;
  await close();
  taken.sort((a, b) => a - b);
  const at = (p: number) => taken[Math.min(rounds - 1, Math.floor(rounds * p))]! * 1000;
  return { rounds, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1), cpuMs };
}

function lateFact(id: string, i: number, changes: number): TaskFact {
  const repository = `git.example.com/team-${i % 80}/repo-${i % 3}`;
  const number = 1 + ((i * 7919) % Math.max(1, Math.floor(changes / 300)));
  const at = timeOf(start + i);
  switch (i % 3) {
    case 0:
      return { type: 'finding', id, repository, number, at };
    case 1:
      return { type: 'gate', id, repository, number, at, verdict: 'pass', overridden: false };
    default: {
      const stay = { repository, branch: `topic-${number}`, from: at, until: at };
      return { type: 'session', id, session: id, ...stay };
    }
  }
}
