import pg from 'pg';
import { isDatabaseAway } from './database-away.ts';
import { type DatabaseHosts, hostsOf } from './database-hosts.ts';

export interface SessionOptions extends Omit<pg.ClientConfig, 'connectionString'> {
  /** One that only reads may do so on a standby, where the URL names that server alone or says `any`. */
  readonly readsOnly?: boolean;
}

/** An idle connection whose other end is gone is found out within half a minute. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

const politeMs = 1_000;
const connectMs = 10_000;

/**
 * Opens one session with the primary, whichever of the URL's hosts that is now; one that breaks fails the query that
 * uses it and never ends the process. `connectionTimeoutMillis` is for each host, 10 s unless told.
 */
export async function openSession(url: string, options: SessionOptions = {}): Promise<pg.Client> {
  const hosts = hostsOf(url);
  const { readsOnly = false, connectionTimeoutMillis = connectMs, ...config } = options;
  for (let tries = hosts.urls.length; ; tries -= 1) {
    const host = hosts.current();
    const session = new pg.Client({
      ...keepAlive,
      ...config,
      connectionTimeoutMillis,
      connectionString: hosts.urls[host],
    });
    session.on('error', () => undefined);
    try {
      await session.connect();
      await refuseStandby(session, hosts, { readsOnly, withinMs: connectionTimeoutMillis });
      return session;
    } catch (error) {
      cutSession(session);
      hosts.failed(host);
      // A wrong password is as wrong elsewhere.
      if (tries <= 1 || !isDatabaseAway(error)) throw error;
    }
  }
}

/**
 * A standby that is read as if it were the primary would seem to have lost what it has not replayed yet.
 * @throws Error `ESTANDBY`
 */
export async function refuseStandby(
  session: pg.ClientBase,
  { urls, any }: DatabaseHosts,
  { readsOnly, withinMs }: { readonly readsOnly: boolean; readonly withinMs: number },
): Promise<void> {
  if (readsOnly && (any || urls.length === 1)) return;
  const { rows } = await within(
    session.query<{ standby: boolean; closed: string }>(
      `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as closed`,
    ),
    withinMs,
  );
  if (rows[0]?.standby === false && (readsOnly || rows[0].closed === 'off')) return;
  throw Object.assign(new Error('PostgreSQL takes no writes here: it is a standby, or set read-only'), {
    code: 'ESTANDBY',
  });
}

/** Ends a session; one that hangs is cut, not waited for. */
export async function endSession(session: pg.Client): Promise<void> {
  await within(session.end(), politeMs).catch(() => undefined);
  cutSession(session);
}

/** Cuts a session off, whatever it is doing. */
export function cutSession(session: pg.ClientBase): void {
  (session as pg.Client).end().catch(() => undefined);
  breakSession(session);
}

/** Breaks an idle session of a pool, as a network would: the pool notices, and forgets it. */
export function breakSession(session: pg.ClientBase): void {
  (session as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** @throws Error when it takes longer. */
export async function within<Result>(running: Promise<Result>, milliseconds: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('PostgreSQL did not answer in time')), milliseconds);
  });
  return Promise.race([running, tooLong]).finally(() => clearTimeout(timer));
}
