import { FairleadError } from '@fairlead/core/errors';
import type pg from 'pg';
import { cutSession, endSession, openSession, within } from '../../../platform/db/index.ts';
import { nothingWritten } from '../api.ts';
import { findKnown, waitForStandby } from '../append-postgres.ts';
import type { PreparedDraft, StoreReceipt } from '../types.ts';

/** The session that appends, made anew when it breaks. */
export interface Writer {
  /**
   * Appends so that the answer is certain: receipts, or an error whose cause is `nothingWritten`. An append whose fate is unknown
   * because its session broke is looked up, however long the database is away; nothing else is appended meanwhile.
   */
  append(drafts: readonly PreparedDraft[]): Promise<readonly StoreReceipt[]>;
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly url: string;
  /** Makes a session durable, and says so. */
  readonly prepare: (session: pg.Client) => Promise<void>;
  readonly append: (session: pg.Client, drafts: readonly PreparedDraft[]) => Promise<readonly StoreReceipt[]>;
}

const connectMs = 1_500;
/** Nobody waits for an append yet, and a database that was killed with its servers is busy recovering. */
const firstConnectMs = 15_000;
/** A session that could not be opened in time gets more of it at the next attempt, on a machine that is busy. */
const maxConnectMs = 6_000;
/** An append that takes longer hangs; its session is given up and its fate looked up. */
const hangsAfterMs = 5_000;
/** As long as somebody may wait for it, an append whose session broke is tried again; its ids are unique. */
const worthRetryingMs = 1_500;
const retryMs = 150;

/** Opens the session at once, so that a database that can't be used is told at the start. */
export async function openWriter(options: WriterOptions): Promise<Writer> {
  // Names the session, so that what is left of it can be ended before its last append is looked up.
  const name = `fairlead-ledger ${crypto.randomUUID()}`;
  let session: pg.Client | null = await openWriting(options, name, firstConnectMs);
  let closed = false;
  let failures = 0;
  const renewed = async () => {
    failures += 1;
    session ??= await openWriting(options, name, Math.min(connectMs * failures, maxConnectMs));
    failures = 0;
    return session;
  };
  const giveUp = () => {
    if (session !== null) cutSession(session);
    session = null;
  };
  const settle = async (drafts: readonly PreparedDraft[], broken: unknown, since: number) => {
    for (;;) {
      if (closed) throw broken;
      try {
        const fresh = await renewed();
        if (performance.now() - since < worthRetryingMs) return await bounded(options.append(fresh, drafts));
        return await lookUp(fresh, name, drafts);
      } catch (error) {
        if (isCertain(error)) throw error;
        giveUp();
        await new Promise((done) => setTimeout(done, retryMs));
      }
    }
  };
  return {
    async append(drafts) {
      const since = performance.now();
      const open = await renewed().catch((error: unknown) => {
        throw unwritten(isCertain(error) ? error.message : 'PostgreSQL does not answer.');
      });
      try {
        return await bounded(options.append(open, drafts));
      } catch (error) {
        if (isCertain(error)) throw error;
        if (isDiskFull(error)) throw diskFull();
        // The server became a standby, or was closed to writes: the next append looks for the primary.
        if (codeOf(error) === readOnlyTransaction) giveUp();
        if (isRefused(error)) throw unwritten(`PostgreSQL refused to record this (${codeOf(error)}).`);
        giveUp();
        return settle(drafts, error, since);
      }
    },
    async close() {
      closed = true;
      const last = session;
      session = null;
      if (last !== null) await endSession(last);
    },
  };
}

async function openWriting(
  { url, prepare }: WriterOptions,
  name: string,
  withinMs: number,
): Promise<pg.Client> {
  const session = await openSession(url, { application_name: name, connectionTimeoutMillis: withinMs });
  try {
    await within(prepare(session), hangsAfterMs);
    return session;
  } catch (error) {
    cutSession(session);
    throw error;
  }
}

/** What of a broken session's append became durable. What is left of that session is ended first: it could still commit. */
async function lookUp(
  session: pg.Client,
  name: string,
  drafts: readonly PreparedDraft[],
): Promise<readonly StoreReceipt[]> {
  await bounded(endOthers(session, name));
  const known = new Map<string, number>();
  await bounded(findKnown(session, drafts, known));
  if (known.size > 0) await bounded(waitForStandby(session));
  return drafts.map(({ id }) => {
    const index = known.get(id);
    return index === undefined
      ? { index: -1, duplicate: false, unwritten: true }
      : { index, duplicate: false };
  });
}

async function endOthers(session: pg.Client, name: string): Promise<void> {
  for (;;) {
    const { rows } = await session.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = $1 and pid <> pg_backend_pid()`,
      [name],
    );
    if (rows.length === 0) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

const readOnlyTransaction = '25006';

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? 'no code');
}

/** The server answered that it did not: the statement and its transaction are undone, and the session goes on. */
function isRefused(error: unknown): boolean {
  const { severity, code = '' } = error as { severity?: string; code?: string };
  // An operator's shutdown and a lost connection come as errors too, and say nothing of a commit.
  return severity === 'ERROR' && !/^(?:08|57P|XX)/.test(code);
}

/** PostgreSQL's `disk_full`: the statement is undone, the session and the server go on. */
function isDiskFull(error: unknown): boolean {
  return isRefused(error) && codeOf(error) === '53100';
}

function diskFull(): FairleadError {
  return new FairleadError('ledger.disk-low', {
    message: 'The disk of the database is full, so nothing was recorded.',
    cause: nothingWritten,
  });
}

function isCertain(error: unknown): error is FairleadError {
  return error instanceof FairleadError;
}

function unwritten(message: string): FairleadError {
  return new FairleadError('ledger.unavailable', { message, cause: nothingWritten });
}

function bounded<Result>(running: Promise<Result>): Promise<Result> {
  return within(running, hangsAfterMs);
}
