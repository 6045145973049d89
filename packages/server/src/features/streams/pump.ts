import { isDiskFull } from '../../platform/db/index.ts';
import type { StoredEntry } from '../ledger/reading/api.ts';
import { beginCursor } from './begin.ts';
import type { PumpOptions, StreamTimes } from './pump-options.ts';
import type { StreamCursor } from './store.ts';
import type { LineOf, StreamBatch, StreamStatus } from './types.ts';

export const mostEntries = 256;
const mostBytes = 512 * 1024;

/** What one step came to: what to wait before the next one, milliseconds. */
interface Step {
  readonly waitMs: number;
}

interface Going {
  cursor: StreamCursor;
  /** Entries of the next batch at most: fewer after the receiver found one too large. */
  most: number;
  failures: number;
  heldUntil: number;
  /** Claims of the receiver that became entries, so that one that errs does not fill the log. */
  claimedAt: number;
}

const claimEveryMs = 3_600_000;

/**
 * Sends the signed entries of a log to one target, in order and at least once each: the cursor moves once a batch is
 * confirmed. Nobody waits for it; whatever fails is tried again, more and more slowly.
 */
export function startPump(options: PumpOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ended = loop(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await ended;
      await options.target.close();
      await options.store.release(options.name, options.holder).catch(() => undefined);
    },
  };
}

async function loop(options: PumpOptions, signal: AbortSignal): Promise<void> {
  const { times } = options;
  let going: Going | null = null;
  let failures = 0;
  let failingSince: number | null = null;
  while (!signal.aborted) {
    let waitMs = times.pollMs;
    try {
      going ??= await begin(options);
      if (going !== null) {
        const step = await advance(options, going, signal);
        waitMs = step.waitMs;
      }
      failures = 0;
      failingSince = null;
    } catch (error) {
      if (!(error instanceof HeldElsewhere)) {
        failingSince ??= options.now();
        const status = statusOf(options, going?.cursor ?? null, { entries: 0, seconds: 0 });
        options.onStatus({ ...status, state: 'failing', failingSince, failure: conditionOf(error) });
      }
      // Where the cursor stands is read anew.
      going = null;
      failures += 1;
      waitMs = backOff(times, failures);
    }
    await pause(waitMs, signal);
  }
}

/** Another replica took the stream over: nothing fails. */
class HeldElsewhere extends Error {}

/** The databases say a code; whatever else it is, by the name of its kind alone: a message may hold what an entry says. */
function conditionOf(error: unknown): string {
  if (isDiskFull(error)) return 'store.full';
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : `internal ${String(name)}`;
}

async function begin(options: PumpOptions): Promise<Going | null> {
  const { store, name, holder, now, times } = options;
  const heldUntil = now() + times.holdMs;
  if (!(await store.claim(name, holder, now(), heldUntil))) {
    const cursor = await store.read(name);
    options.onStatus({ ...statusOf(options, cursor, { entries: 0, seconds: 0 }), state: 'elsewhere' });
    return null;
  }
  const cursor = await beginCursor(options);
  if (cursor === null) return null;
  return { cursor, most: mostEntries, failures: 0, heldUntil, claimedAt: -claimEveryMs };
}

async function advance(options: PumpOptions, going: Going, signal: AbortSignal): Promise<Step> {
  const { store, name, holder, now, times, view } = options;
  if (going.heldUntil - now() < times.holdMs / 2) {
    going.heldUntil = now() + times.holdMs;
    if (!(await store.claim(name, holder, now(), going.heldUntil))) throw new HeldElsewhere();
  }
  const size = await view.signedSize();
  if (going.cursor.next >= size) {
    options.onStatus(statusOf(options, going.cursor, { entries: 0, seconds: 0 }));
    return { waitMs: times.pollMs };
  }
  const entries = (await view.readEntries(going.cursor.next, going.most)).filter(({ index }) => index < size);
  const [oldest] = entries;
  // Signed, and not there: what was pruned is passed over, and said.
  const found = oldest?.index ?? size;
  if (found > going.cursor.next) {
    await options.recordGap({ ...gapOf(options, going.cursor), reason: 'pruned', found });
    await move(options, going, { ...going.cursor, next: found, lastId: null });
    return { waitMs: 0 };
  }
  const lag = { entries: size - going.cursor.next, seconds: Math.max(0, (now() - oldest!.ts) / 1000) };
  options.onStatus(statusOf(options, going.cursor, lag));
  return send(options, going, entries, signal);
}

async function send(
  options: PumpOptions,
  going: Going,
  entries: readonly StoredEntry[],
  signal: AbortSignal,
): Promise<Step> {
  const { now, times } = options;
  const { batch, last } = batchOf(entries, going.cursor.origin, options.lineOf);
  const delivery = await options.target.deliver(batch, signal);
  if (delivery.kind === 'failed') {
    if (signal.aborted) return { waitMs: 0 };
    if (delivery.tooLarge) going.most = Math.max(1, Math.floor(batch.lines.length / 2));
    going.failures += 1;
    const failingSince = going.cursor.failingSince ?? now();
    const cursor = { ...going.cursor, failingSince, failure: delivery.reason };
    // Written once for each condition, not at each attempt.
    if (cursor.failure !== going.cursor.failure || going.cursor.failingSince === null) {
      await move(options, going, cursor);
    }
    options.onStatus(statusOf(options, cursor, await lagOf(options, cursor)));
    return { waitMs: delivery.retryAfterMs ?? backOff(times, going.failures) };
  }
  going.failures = 0;
  going.most = Math.min(mostEntries, going.most * 2);
  const cursor = { ...going.cursor, next: batch.next, lastId: last.id, deliveredAt: now() };
  await move(options, going, { ...cursor, failingSince: null, failure: null });
  if (delivery.expects !== null) await believe(options, going, delivery.expects);
  options.onStatus(statusOf(options, going.cursor, await lagOf(options, going.cursor)));
  return { waitMs: 0 };
}

/** A receiver that says what it wants next: behind, and it gets it again; ahead of the log, and somebody is told. */
async function believe(options: PumpOptions, going: Going, expects: number): Promise<void> {
  const { cursor } = going;
  const size = await options.view.signedSize();
  if (expects === cursor.next || (expects > cursor.next && expects <= size)) return;
  const behind = expects < cursor.next;
  const found = behind ? expects : cursor.next;
  if (options.now() - going.claimedAt >= claimEveryMs) {
    going.claimedAt = options.now();
    const reason = behind ? 'receiver-behind' : 'receiver-ahead';
    await options.recordGap({ ...gapOf(options, cursor), reason, expected: expects, found });
    // One step back in an hour: a receiver that always says 0 would get nothing but the beginning.
    if (behind) await move(options, going, { ...cursor, next: expects, lastId: null });
  }
}

async function move(options: PumpOptions, going: Going, cursor: StreamCursor): Promise<void> {
  if (!(await options.store.write(cursor, options.holder))) throw new HeldElsewhere();
  going.cursor = cursor;
}

function batchOf(
  entries: readonly StoredEntry[],
  origin: string,
  lineOf: LineOf,
): { readonly batch: StreamBatch; readonly last: StoredEntry } {
  const lines: string[] = [];
  let bytes = 0;
  let last = entries[0]!;
  for (const entry of entries) {
    // A batch ends where entries are missing: the next step says so.
    if (lines.length > 0 && entry.index !== last.index + 1) break;
    const line = lineOf(origin, entry);
    bytes += Buffer.byteLength(line) + 1;
    if (lines.length > 0 && bytes > mostBytes) break;
    lines.push(line);
    last = entry;
  }
  return { batch: { first: entries[0]!.index, next: last.index + 1, lines }, last };
}

async function lagOf(
  { view, now }: PumpOptions,
  { next }: StreamCursor,
): Promise<{ readonly entries: number; readonly seconds: number }> {
  const size = await view.signedSize();
  if (next >= size) return { entries: 0, seconds: 0 };
  const [oldest] = await view.readEntries(next, 1);
  return {
    entries: size - next,
    seconds: oldest === undefined ? 0 : Math.max(0, (now() - oldest.ts) / 1000),
  };
}

function gapOf({ name }: PumpOptions, cursor: StreamCursor) {
  return { stream: name, expected: cursor.next, log: cursor.origin };
}

function statusOf(
  { name, format, to }: PumpOptions,
  cursor: StreamCursor | null,
  lag: { readonly entries: number; readonly seconds: number },
): StreamStatus {
  const failing = cursor?.failingSince ?? null;
  return {
    name,
    format,
    to,
    state: failing !== null ? 'failing' : lag.entries > mostEntries ? 'behind' : 'current',
    next: cursor?.next ?? 0,
    lagEntries: lag.entries,
    lagSeconds: Math.round(lag.seconds),
    deliveredAt: cursor?.deliveredAt ?? null,
    failingSince: failing,
    failure: cursor?.failure ?? null,
  };
}

function backOff({ backOffMs, longestBackOffMs }: StreamTimes, failures: number): number {
  return Math.min(longestBackOffMs, backOffMs * 2 ** Math.min(failures - 1, 20));
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
