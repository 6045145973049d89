import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { type Account, findBinaries, unprivilegedAccount } from './postgres-binaries.ts';

export interface PostgresServer {
  readonly url: string;
  /** Its data, below the folder that it was started with. */
  readonly data: string;
  stop(): Promise<void>;
  /** Ends all its processes at once: `SIGKILL` as a crash of the machine's would, `SIGQUIT` as its immediate shutdown. */
  crash(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void>;
  /** Starts it again, after a crash or a stop, on the same data and port. */
  restart(): Promise<void>;
  /** Stops all its processes without ending them, as a machine that hangs; they go on after `thaw`. Linux only. */
  freeze(): void;
  thaw(): void;
}

/** Starts one PostgreSQL with its data below `folder` on a free loopback port, durable as it ships (fsync on). */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  const account = unprivilegedAccount();
  const binaries = findBinaries(account, folder);
  const data = join(folder, 'data');
  const password = crypto.randomUUID();
  initialise(binaries.initdb, folder, data, password, account);
  return serve(binaries.postgres, data, password, account);
}

/**
 * Starts a streaming standby with a cold copy of the data of a primary, which is stopped meanwhile and started again.
 * The primary knows it as `standby`. `select pg_promote()` makes it a primary.
 */
export async function startStandby(folder: string, primary: PostgresServer): Promise<PostgresServer> {
  const account = unprivilegedAccount();
  const binaries = findBinaries(account, folder);
  const data = join(folder, 'data');
  await primary.stop();
  // As an archive: PostgreSQL insists on the owner and the mode of its data.
  execFileSync('cp', ['-a', primary.data, data]);
  rmSync(join(data, 'postmaster.pid'), { force: true });
  const { hostname, port, password, username } = new URL(primary.url);
  const conninfo = `host=${hostname} port=${port} user=${username} password=${password} application_name=standby`;
  writeFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`, { mode: 0o600 });
  writeFileSync(join(data, 'standby.signal'), '');
  if (account)
    for (const name of ['postgresql.auto.conf', 'standby.signal'])
      chownSync(join(data, name), account.uid, account.gid);
  await primary.restart();
  return serve(binaries.postgres, data, password, account);
}

async function serve(
  postgres: string,
  data: string,
  password: string,
  account: Account | null,
): Promise<PostgresServer> {
  let failure: unknown;
  // Another process can take the free port between asking and binding.
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = await freePort();
    const url = `postgres://fairlead:${password}@127.0.0.1:${port}/postgres`;
    try {
      const start = () => launch(postgres, data, port, url, account);
      let child = await start();
      return {
        url,
        data,
        stop: () => stopChild(child),
        crash: (signal) => crashChild(child, signal),
        restart: async () => {
          child = await startAgain(start);
        },
        freeze: () => signalAll(child, 'SIGSTOP'),
        thaw: () => signalAll(child, 'SIGCONT'),
      };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function initialise(initdb: string, folder: string, data: string, password: string, account: Account | null) {
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [data, passwordFile]) chownSync(path, account.uid, account.gid);
  const run = spawnSync(
    initdb,
    [
      `--pgdata=${data}`,
      '--username=fairlead',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ],
    { ...account, cwd: folder, encoding: 'utf8', env: environment() },
  );
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? run.stderr.trim()}`);
}

function launch(
  postgres: string,
  data: string,
  port: number,
  url: string,
  account: Account | null,
): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '32MB',
    log_min_messages: 'warning',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...flags], {
    ...account,
    cwd: data,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const deadline = setTimeout(() => fail('did not answer within 30 s'), 30_000);
    const fail = (why: string) => {
      clearTimeout(deadline);
      clearInterval(asking);
      child.kill('SIGQUIT');
      reject(new Error(`PostgreSQL ${why}: ${said.trim().slice(-500)}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exited with ${code}`));
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 4_000) said += chunk.toString();
    });
    let busy = false;
    const asking = setInterval(async () => {
      if (busy) return;
      busy = true;
      const ready = await answers(url);
      busy = false;
      if (!ready) return;
      clearTimeout(deadline);
      clearInterval(asking);
      child.removeAllListeners('exit');
      resolve(child);
    }, 20);
  });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    // Not listening yet, or "the database system is starting up".
    return false;
  } finally {
    // Always: a session left in its log-in would hold up every later `drop database` for a minute.
    await client.end().catch(() => undefined);
  }
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    // SIGINT is PostgreSQL's fast shutdown: it ends the sessions that tests left open.
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGQUIT'), 5_000).unref();
  });
}

/** Those of a killed server that are still ending keep its memory, and a new one waits for no one. */
async function startAgain(start: () => Promise<ChildProcess>): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 40) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

async function crashChild(child: ChildProcess, signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (signal === 'SIGKILL') signalAll(child, signal);
  else child.kill(signal);
  await ended;
}

/** Sends a signal to the server and to the processes of its sessions. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  const sessions = childrenOf(child.pid as number);
  child.kill(signal);
  for (const pid of sessions) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

/** Known on Linux; elsewhere a server's other processes notice that it is gone and end by themselves. */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
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

/** Without the caller's own PG* settings, which would redirect or reconfigure the server. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
