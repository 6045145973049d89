import { randomUUID } from 'node:crypto';
import { type Entry, outcomeId, recoveryId } from '@fairlead/core/ledger';
import { type Account, totalsReader } from '@fairlead/core/money';
import type { ProgramBudget } from '@fairlead/core/program';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../packages/core/src/errors/index.ts';
import type { Budgets, Held } from '../../packages/server/src/features/budgets/api.ts';
import { createBudgets } from '../../packages/server/src/features/budgets/create.ts';
import { sampleAsk, sampleIndex } from '../../packages/server/src/features/budgets/testing/samples.ts';
import { type Draft, fullAccount } from '../../packages/server/src/features/ledger/api.ts';
import { prepareDraft } from '../../packages/server/src/features/ledger/rows.ts';
import { openSqliteWriter } from '../../packages/server/src/features/ledger/sqlite-open.ts';
import type { LedgerStore } from '../../packages/server/src/features/ledger/store.ts';
import { sqliteStore } from '../../packages/server/src/features/ledger/store-sqlite.ts';
import { decisionDraft, outcomeDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { nodeHash } from '../../packages/server/src/platform/crypto/index.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';

/*
 * Two servers over one store, with calls that begin, end in every way, and are cut off by crashes, in any order. After
 * every commit each account is inside its limit, and all accounts are the sum of the entries.
 */

const limits: readonly ProgramBudget[] = [
  { scope: 'organisation', subject: '*', period: 'month', limit: 3000 },
  { scope: 'team', subject: '*', period: 'week', limit: 1500 },
  { scope: 'key', subject: '*', period: 'day', limit: 1100 },
  { scope: 'session', subject: '*', period: 'total', limit: 700 },
];
const index = sampleIndex(limits);
const clock = { at: 0, now: () => clock.at };

interface OpenCall {
  readonly op: string;
  readonly held: Held;
}

interface Server {
  budgets: Budgets;
  instance: { readonly id: string; readonly incarnation: string };
  /** Appends that wait for the next commit. */
  waiting: { readonly drafts: readonly Draft[]; done(written: boolean, full: Account | null): void }[];
  open: OpenCall[];
}

async function startServer(store: LedgerStore, id: string): Promise<Server> {
  const instance = { id, incarnation: randomUUID() };
  for (const op of await store.openOperations(instance.id, instance.incarnation, 1000)) {
    const { v, ts, origin } = outcomeDraft(instance, op).entry;
    const entry: Entry = {
      ...{ v, ts, origin, instance, op, id: recoveryId(nodeHash, op) },
      ...{ kind: 'recovery', outcome: 'unknown' },
    };
    await store.appendBatch([prepareDraft({ entry, effect: { kind: 'settle', cost: 'reserved' } })]);
  }
  const server: Server = { budgets: null as never, instance, waiting: [], open: [] };
  const append = (drafts: readonly Draft[]) =>
    new Promise<never[]>((resolve, reject) => {
      const done = (written: boolean, full: Account | null) =>
        written ? resolve([]) : reject(new FairleadError('budget.exhausted', { cause: full }));
      server.waiting.push({ drafts, done });
    });
  server.budgets = await createBudgets({
    ...{ ledger: { append, readBudgets: () => store.readBudgets() }, clock, hash: nodeHash, instance },
    ...{ log: createLog({ level: 'silent' }), registry: new Registry(), origin: 'live' },
    share: { calls: 1000, bytes: 1000 },
  });
  return server;
}

/** Commits what waits on a server, in the groups that one commit takes. */
async function commit(store: LedgerStore, server: Server, most: number): Promise<void> {
  const group = server.waiting.splice(0, most);
  const receipts = await store.appendBatch(group.flatMap(({ drafts }) => drafts.map(prepareDraft)));
  let next = 0;
  for (const { drafts, done } of group) {
    const full = receipts.slice(next, next + drafts.length).find(({ refused }) => refused)?.refused ?? null;
    next += drafts.length;
    done(full === null, full);
  }
  // What waits for the receipts goes on before the next step.
  await new Promise((resolve) => setImmediate(resolve));
}

const principals = ['red.one', 'blue.one'];

function begin(server: Server, who: number, output: number): void {
  const op = uuidv7();
  const ask = sampleAsk(index, op, {
    keyId: `k-${who}`,
    principal: principals[who % 2] as string,
    session: `s-${who}`,
  });
  const held = server.budgets.reserve({ ...ask, size: { ...ask.size, maxTokens: output } });
  if (!held.facts.budgetReserved) return;
  const { fields, effect } = held;
  const draft = decisionDraft(server.instance, { op, id: op, ...fields });
  append(server, { ...draft, effect }).then(
    () => void server.open.push({ op, held }),
    (error: unknown) => {
      const again = held.refused(fullAccount(error)!);
      expect(again.facts.budgetReserved).toBe(false);
      expect(again.effect).toBeUndefined();
    },
  );
}

function append(server: Server, ...drafts: readonly Draft[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (written: boolean, full: Account | null) =>
      written ? resolve(null) : reject(new FairleadError('budget.exhausted', { cause: full }));
    server.waiting.push({ drafts, done });
  });
}

type Ending = 'usage' | 'partial' | 'nothing' | 'refused' | 'more';

function end(server: Server, at: number, how: Ending): void {
  const [call] = server.open.splice(at % Math.max(1, server.open.length), 1);
  if (!call) return;
  const counts = { cacheReadTokens: 0, cacheWriteTokens: 0 };
  const usage = {
    usage: { ...counts, inputTokens: 3, outputTokens: 2 },
    partial: { ...counts, inputTokens: 3, outputTokens: 0, final: false as const },
    more: { ...counts, inputTokens: 500, outputTokens: 500 },
    nothing: null,
    refused: null,
  }[how];
  const exchange = {
    endpoint: 'responses',
    usage,
    status: how === 'refused' ? 500 : 200,
    sent: true,
  } as const;
  const { fields, effect, also } = call.held.settle(exchange);
  const { entry } = outcomeDraft(server.instance, call.op);
  expect(entry.id).toBe(outcomeId(nodeHash, call.op));
  void append(server, { entry: { ...entry, ...fields } as Entry, effect }, ...also);
}

async function expectSound(store: LedgerStore): Promise<void> {
  const totals = totalsReader();
  for (const { bytes } of await store.readEntries(0, 100_000)) {
    totals.take(JSON.parse(Buffer.from(bytes).toString()) as Entry);
  }
  const accounts = await store.readAccounts(null, 1000);
  for (const { limit, settled, reserved } of accounts) expect(settled + reserved).toBeLessThanOrEqual(limit);
  const amounts = (all: readonly Account[]) =>
    all
      .map(({ key, reserved, settled, overrun }) => ({ key, reserved, settled, overrun }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  expect(amounts(totals.accounts())).toEqual(amounts(accounts));
}

type Step =
  | { readonly do: 'begin'; readonly server: number; readonly who: number; readonly output: number }
  | { readonly do: 'end'; readonly server: number; readonly at: number; readonly how: Ending }
  | { readonly do: 'commit'; readonly server: number; readonly most: number }
  | { readonly do: 'crash'; readonly server: number }
  | { readonly do: 'wait'; readonly hours: number };

const server = fc.nat(1);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ do: fc.constant('begin' as const), server },
      ...{ who: fc.nat(3), output: fc.nat(40) },
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ do: fc.constant('end' as const), server, at: fc.nat(9) },
      how: fc.constantFrom<Ending>('usage', 'partial', 'nothing', 'refused', 'more'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      server,
      most: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), server }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 200 }) }),
  },
);

async function run(script: readonly Step[]): Promise<void> {
  clock.at = Date.parse('2026-11-05T10:00:00Z');
  const store = sqliteStore(openSqliteWriter(':memory:'));
  const ids = [randomUUID(), randomUUID()] as const;
  const servers = [await startServer(store, ids[0]), await startServer(store, ids[1])];
  try {
    for (const step of script) {
      if (step.do === 'begin') begin(servers[step.server]!, step.who, step.output);
      else if (step.do === 'end') end(servers[step.server]!, step.at, step.how);
      else if (step.do === 'wait') clock.at += step.hours * 3_600_000;
      else if (step.do === 'crash') servers[step.server] = await startServer(store, ids[step.server]!);
      else await commit(store, servers[step.server]!, step.most);
      if (step.do === 'commit' || step.do === 'crash') await expectSound(store);
    }
    // Whatever was open is charged in the end, and nothing stays reserved.
    for (const id of ids) await startServer(store, id);
    await expectSound(store);
    expect((await store.readAccounts(null, 1000)).every(({ reserved }) => reserved === 0)).toBe(true);
    expect(await store.readReservations(null, 10)).toEqual([]);
  } finally {
    await store.close();
  }
}

describe('budgets over any interleaving', () => {
  it('keep settled + reserved inside the limit, and add up to the entries', async () => {
    await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 120 }), run), {
      numRuns: 60,
      seed: 20261105,
    });
  });

  it('let nothing through that two servers together have no room for', async () => {
    const both = [0, 1].flatMap((server) =>
      Array.from({ length: 8 }, (): Step => ({ do: 'begin', server, who: 0, output: 10 })),
    );
    const commits = [0, 1, 0, 1].map((server): Step => ({ do: 'commit', server, most: 100 }));
    await run([...both, ...commits, ...both, ...commits]);
  });
});
