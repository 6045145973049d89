import pg from 'pg';

/**
 * Sessions of a PostgreSQL database. One that breaks, idle or in use, fails the query that uses it and never ends the
 * process: an error without a listener would.
 */
export function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    // An unreachable database is an error soon, not a request that hangs.
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    ...options,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (session) => session.on('error', () => undefined));
  return pool;
}
