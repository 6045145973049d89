import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unprivilegedAccount } from './postgres-binaries.ts';

export interface Pooler {
  /** The database of the server's URL, through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Where Debian puts it is in no ordinary account's path. */
const program = ['/usr/sbin/pgbouncer', 'pgbouncer'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

/** Whether pgbouncer is installed; says so where it isn't. */
export function hasPooler(): boolean {
  if (program === undefined)
    process.stderr.write('SKIPPED: no pgbouncer (Debian: pgbouncer), so no pooler is tried\n');
  return program !== undefined;
}

/** Starts pgbouncer before a PostgreSQL, on a free loopback port. `more` are further settings. */
export async function startPooler(
  folder: string,
  server: string,
  mode: 'session' | 'transaction' | 'statement',
  more: Readonly<Record<string, string>> = {},
): Promise<Pooler> {
  const account = unprivilegedAccount();
  const { hostname, port, username, password, pathname } = new URL(server);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = await freePort();
  const settings = {
    ...{ listen_addr: '127.0.0.1', listen_port: String(own), unix_socket_dir: '', auth_type: 'any' },
    ...{ pool_mode: mode, max_client_conn: '200', default_pool_size: '20', ...more },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const databases = `* = host=${hostname} port=${port} user=${username} password=${password}`;
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, ['[databases]', databases, '[pgbouncer]', ...lines, ''].join('\n'), { mode: 0o600 });
  if (account) for (const path of [folder, file]) chownSync(path, account.uid, account.gid);
  const child = spawn(program as string, [file], { ...account, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  for (let waited = 0; !(await listens(own)); waited += 20) {
    if (child.exitCode !== null || waited > 15_000)
      throw new Error(`pgbouncer did not start: ${said.slice(-500)}`);
    await sleep(20);
  }
  return {
    url: `postgres://fairlead@127.0.0.1:${own}${pathname}`,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
