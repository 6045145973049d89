import pg from 'pg';
import { type DatabaseHosts, hostsOf } from './database-hosts.ts';
import { breakSession, cutSession, keepAlive, refuseStandby } from './postgres-session.ts';

export interface PoolOptions extends Omit<pg.PoolConfig, 'connectionString' | 'Client'> {
  readonly connectionString: string;
  /** One that only reads may do so on a standby, where the URL names that server alone or says `any`. */
  readonly readsOnly?: boolean;
}

type Connected = (
  error: Error | undefined,
  session?: pg.PoolClient,
  release?: pg.PoolClient['release'],
) => void;

/** An unreachable database is an error soon, not a request that hangs. */
const connectMs = 5_000;

/**
 * Sessions with the primary of a PostgreSQL database, whichever of the URL's hosts that is now. One that breaks, idle
 * or in use, fails the query that uses it and never ends the process: an error without a listener would.
 */
export function openPool({ connectionString, readsOnly = false, ...options }: PoolOptions): pg.Pool {
  const hosts = hostsOf(connectionString);
  const withinMs = options.connectionTimeoutMillis ?? connectMs;
  const idle = new Set<pg.PoolClient>();
  const breakIdle = () => {
    for (const session of idle) breakSession(session);
  };
  const pool = new pg.Pool({
    ...keepAlive,
    ...options,
    connectionTimeoutMillis: withinMs,
    Client: sessionOf(hosts, { readsOnly, withinMs, breakIdle }) as never,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (session) => session.on('error', () => undefined));
  pool.on('acquire', (session) => idle.delete(session));
  pool.on('remove', (session) => idle.delete(session));
  pool.on('release', (error, session) => {
    if (isHang(error)) breakIdle();
    idle.add(session);
  });
  if (hosts.urls.length > 1) tryHosts(pool, hosts);
  return pool;
}

/** A host that failed makes the pool look at the next one, and a query that waits for a session waits for that. */
function tryHosts(pool: pg.Pool, hosts: DatabaseHosts): void {
  const once = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  const connect = async (): Promise<pg.PoolClient> => {
    for (let tries = hosts.urls.length; ; tries -= 1) {
      const before = hosts.moves();
      try {
        return await once();
      } catch (error) {
        if (tries <= 1 || hosts.moves() === before) throw error;
      }
    }
  };
  pool.connect = ((connected?: Connected) => {
    if (connected === undefined) return connect();
    connect().then(
      (session) => connected(undefined, session, session.release),
      (error: Error) => connected(error, undefined, () => undefined),
    );
    return undefined;
  }) as typeof pool.connect;
}

const readOnlyTransaction = '25006';

/** The driver's own limit: whoever is asked this way doesn't answer, and neither do idle sessions with the same server. */
function isHang(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

interface Asked {
  readonly readsOnly: boolean;
  readonly withinMs: number;
  readonly breakIdle: () => void;
}

/** What the pool makes its sessions with: each at the host that is looked at now. */
function sessionOf(hosts: DatabaseHosts, asked: Asked): unknown {
  return function Session(options: pg.ClientConfig): pg.Client {
    const host = hosts.current();
    const session = new pg.Client({ ...options, connectionString: hosts.urls[host] });
    const connect = session.connect.bind(session);
    session.connect = ((connected: (error?: Error) => void) => {
      const failed = (error: Error) => {
        hosts.failed(host);
        cutSession(session);
        connected(error);
      };
      connect((error?: Error | null) => {
        if (error) failed(error);
        else refuseStandby(session, hosts, asked).then(() => connected(), failed);
      });
    }) as typeof session.connect;
    cutWhenUseless(session, asked);
    return session;
  };
}

/** A session that did not answer in time, or turned read-only, must not be handed to the next who asks. */
function cutWhenUseless(session: pg.Client, { readsOnly, breakIdle }: Asked): void {
  const ask = session.query.bind(session) as (...asking: readonly unknown[]) => unknown;
  session.query = ((...asking: readonly unknown[]) => {
    const answer = ask(...asking);
    if (answer instanceof Promise)
      answer.catch((error: { code?: string }) => {
        if (isHang(error)) breakIdle();
        if (isHang(error) || (error.code === readOnlyTransaction && !readsOnly)) cutSession(session);
      });
    return answer;
  }) as typeof session.query;
}
