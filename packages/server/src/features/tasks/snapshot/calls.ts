import type { Entry } from '@fairlead/core/ledger';
import { callValues, eachSlot } from '@fairlead/core/tasks';
import { snapshotParts } from '../../delivery/api.ts';
import type { LedgerView } from '../../ledger/reading/api.ts';
import { type Call, callOf, endOf, parseEntry, type SeenCall, seenCall } from '../usage.ts';
import { type LoadedColumns, writeChunks } from './chunks.ts';
import { forgetCalls, sessionNumbers, sessionsNumbered, touchSessions } from './sessions.ts';
import { deliveryOf, type TaskDb } from './tables.ts';

const { bySlices, inSlices, numbersOf, readState, writeState } = snapshotParts;

/** What is followed of a ledger. */
export type FollowedLedger = Pick<LedgerView, 'readEntries' | 'findEntry' | 'origin' | 'size'>;

const entriesAtOnce = 10_000;

interface Open extends Call {
  readonly entry: number;
  readonly assistant: string | null;
}

/**
 * Takes what a ledger has had since the last time, within a transaction. True: there may be more. Another ledger, or one
 * that is shorter than it was, is read from its beginning.
 */
export async function followCalls(
  db: TaskDb,
  columns: LoadedColumns,
  ledger: FollowedLedger,
): Promise<boolean> {
  const state = await readState(deliveryOf(db));
  const origin = await ledger.origin();
  const next = Number(state.get('tasks entries') ?? 0);
  if ((state.get('tasks ledger') ?? origin) !== origin || (await ledger.size()) < next) {
    await forgetCalls(db);
    await writeState(deliveryOf(db), 'tasks ledger', origin ?? '');
    return true;
  }
  const entries = await ledger.readEntries(next, entriesAtOnce);
  if (entries.length === 0) return false;
  const taking = createTaking(ledger, await openOf(db, entries));
  for (const { index, bytes } of entries) {
    const entry = parseEntry(bytes);
    if (entry !== null) await taking.take(entry, index);
  }
  await keepOpen(db, taking);
  await append(db, columns, taking);
  if (origin !== null) await writeState(deliveryOf(db), 'tasks ledger', origin);
  await writeState(deliveryOf(db), 'tasks entries', String(next + entries.length));
  return entries.length === entriesAtOnce;
}

async function openOf(
  db: TaskDb,
  entries: readonly { readonly op: string | null }[],
): Promise<Map<string, Open>> {
  const ops = entries.flatMap(({ op }) => op ?? []);
  const rows = await bySlices(ops, (some) =>
    db.selectFrom('measured_task_open').selectAll().where('id', 'in', some).execute(),
  );
  return new Map(rows.map(({ id, body }) => [id, JSON.parse(body) as Open]));
}

interface Taken {
  readonly call: SeenCall;
  readonly entry: number;
}

interface Taking {
  /** Begun and not ended; those that were there before included. */
  readonly open: Map<string, Open>;
  /** Ended. */
  readonly closed: Set<string>;
  readonly calls: Taken[];
  /** Sessions of the calls, with the assistant where it's known. */
  readonly sessions: Map<string, string | null>;
  /** Entries below were pruned. */
  readonly pruned: () => number;
  take(entry: Entry, index: number): Promise<void>;
}

function createTaking(ledger: FollowedLedger, open: Map<string, Open>): Taking {
  const closed = new Set<string>();
  const calls: Taken[] = [];
  const sessions = new Map<string, string | null>();
  const refused = new Map<string, Taken>();
  let pruned = 0;
  const add = (taken: Taken, assistant: string | null) => {
    calls.push(taken);
    const { session } = taken.call;
    if (session !== null) sessions.set(session, assistant ?? sessions.get(session) ?? null);
  };
  const refusal = async (id: string): Promise<Taken | null> => {
    const known = refused.get(id);
    if (known !== undefined) return known;
    const found = await ledger.findEntry(id);
    const entry = found === null ? null : parseEntry(found.bytes);
    if (found === null || entry?.kind !== 'decision') return null;
    return { call: seenCall(callOf(entry), { tokens: 0, cost: null }), entry: found.index };
  };
  return {
    ...{ open, closed, calls, sessions },
    pruned: () => pruned,
    async take(entry, index) {
      if (entry.kind === 'decision') {
        const call = callOf(entry);
        if (!call.denied) open.set(entry.id, { ...call, entry: index, assistant: entry.assistant.name });
        else {
          const denial = { call: seenCall(call, { tokens: 0, cost: null }), entry: index };
          refused.set(entry.id, denial);
          add(denial, entry.assistant.name);
        }
      } else if (entry.kind === 'repeat') {
        const denial = await refusal(entry.of);
        const at = Math.floor(Date.parse(entry.ts) / 1000);
        if (denial === null) return;
        for (let i = 0; i < entry.count; i++) add({ ...denial, call: { ...denial.call, at } }, null);
      } else if (entry.kind === 'outcome' || entry.kind === 'recovery') {
        const begun = open.get(entry.op ?? '');
        if (begun === undefined) return;
        open.delete(entry.op ?? '');
        closed.add(entry.op ?? '');
        const { entry: of, assistant, ...call } = begun;
        const end = entry.kind === 'outcome' ? endOf(entry, call.endpoint) : { tokens: 0, cost: null };
        if (end !== null) add({ call: seenCall(call, end), entry: of }, assistant);
      } else if (entry.kind === 'admin' && entry.what === 'ledger.pruned') {
        const { minimum } = entry.details;
        if (typeof minimum === 'number') pruned = Math.max(pruned, minimum);
      }
    },
  };
}

async function keepOpen(db: TaskDb, { open, closed }: Taking): Promise<void> {
  await inSlices([...closed], (some) =>
    db
      .deleteFrom('measured_task_open')
      .where('id', 'in', [...some])
      .execute(),
  );
  const rows = [...open].map(([id, body]) => ({ id, body: JSON.stringify(body) }));
  await inSlices(rows, (some) =>
    db
      .insertInto('measured_task_open')
      .values([...some])
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

async function append(
  db: TaskDb,
  columns: LoadedColumns,
  { calls, sessions, pruned }: Taking,
): Promise<void> {
  const removed = removedBelow(columns, pruned());
  const writes = new Map<number, ReturnType<typeof callValues> | null>(removed.writes);
  const numbers = await sessionNumbers(db, sessions);
  const people = await numbersOf(
    deliveryOf(db),
    'contributor',
    calls.flatMap(({ call }) => call.person ?? []),
  );
  const first = Number((await readState(deliveryOf(db))).get('tasks calls') ?? 0);
  for (const [i, { call, entry }] of calls.entries()) {
    const { session, person } = call;
    const own = {
      session: session === null ? 0 : numbers.get(session)!,
      person: person === null ? 0 : people.get(person)!,
      entry,
    };
    writes.set(first + i, callValues(call, own));
  }
  await writeChunks(db, 'calls', columns.calls, writes);
  await writeState(deliveryOf(db), 'tasks calls', String(first + calls.length));
  await touchSessions(db, new Map([...(await sessionsNumbered(db, removed.sessions)), ...sessions]));
}

/** Places of calls whose decision was pruned, and their sessions: what the ledger forgets is forgotten here. */
function removedBelow({ calls }: LoadedColumns, minimum: number) {
  const writes = new Map<number, null>();
  const sessions = new Set<number>();
  if (minimum === 0) return { writes, sessions };
  eachSlot(calls, (chunk, slot, number) => {
    if (chunk.entry[slot]! >= minimum) return;
    writes.set(number, null);
    sessions.add(chunk.session[slot]!);
  });
  return { writes, sessions };
}
