// kill -9 of replicas and of PostgreSQL itself, with 32 appends in flight at each replica. Every id that a replica
// confirmed must be there, the numbering has no gap, and everything that was ever signed is a beginning of one and the
// same tree. FAIRLEAD_KILL_ROUNDS_POSTGRES says how often (8 unless told).
//
// It finds what it is for: with synchronous_commit off, the first round that kills PostgreSQL loses confirmed entries.
// What this can't show: that a record survives the machine losing power. For that the store reads fsync,
// full_page_writes and synchronous_commit back at every start.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendLeaf, emptyFrontier, frontierRoot, openCheckpoint } from '@fairlead/core/ledger';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { readLastSigned } from '../../packages/server/src/features/ledger/keys.ts';
import { nodeVerifier } from '../../packages/server/src/features/ledger/note-keys.ts';
import { postgresReader } from '../../packages/server/src/features/ledger/reader-postgres.ts';
import { verifyLog } from '../../packages/server/src/features/ledger/verify.ts';
import { nodeHash } from '../../packages/server/src/platform/crypto/index.ts';
import { type PostgresServer, startPostgres } from '../setup/postgres-server.ts';

const rounds = Number(process.env.FAIRLEAD_KILL_ROUNDS_POSTGRES ?? '8');
const roundsPerDatabase = 20;
const appender = join(import.meta.dirname, '../../packages/server/src/features/ledger/testing/appender.ts');

/** What dies in a round: the one replica; PostgreSQL, at once or as an immediate shutdown; one replica of two. */
const victims = ['replica', 'SIGKILL', 'leader', 'SIGQUIT'] as const;

let folder: string;
let server: PostgresServer;
let unavailable = '';
const replicas = new Set<ChildProcess>();

beforeAll(async () => {
  if (rounds === 0) {
    process.stderr.write('SKIPPED kill -9 on PostgreSQL: FAIRLEAD_KILL_ROUNDS_POSTGRES=0\n');
    return;
  }
  folder = mkdtempSync(join(tmpdir(), 'fairlead-kill-postgres-'));
  chmodSync(folder, 0o755);
  try {
    server = await startPostgres(folder);
  } catch (error) {
    unavailable = (error as Error).message;
    if (process.env.FAIRLEAD_REQUIRE_POSTGRES === '1') throw error;
    process.stderr.write(`SKIPPED kill -9 on PostgreSQL: ${unavailable.replaceAll('\n', ' ')}\n`);
  }
}, 240_000);
afterAll(async () => {
  for (const replica of replicas) replica.kill('SIGKILL');
  await server?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

/** A replica at work. */
interface Replica {
  readonly confirmed: readonly string[];
  /** How it ended, and what it said then; null while it runs. */
  ended(): string | null;
  kill(): Promise<void>;
}

function startReplica(dataDir: string, keysDir: string, url: string): Replica {
  const child = spawn(process.execPath, [appender, dataDir, keysDir, url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  replicas.add(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const confirmed: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    confirmed.push(...lines);
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  return {
    confirmed,
    ended: () => (child.exitCode === null && child.signalCode === null ? null : said),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
      replicas.delete(child);
    },
  };
}

/** Roots of the tree at every size, from the entries' own hashes. */
async function rootsOf(reader: ReturnType<typeof postgresReader>): Promise<ReadonlyMap<number, string>> {
  const frontier = emptyFrontier();
  const roots = new Map<number, string>();
  for (;;) {
    const leaves = await reader.readLeaves(frontier.size, 4096);
    if (leaves.length === 0) return roots;
    for (let at = 0; at < leaves.length; at += 32) {
      appendLeaf(nodeHash, frontier, leaves.subarray(at, at + 32), () => undefined);
      roots.set(frontier.size, Buffer.from(frontierRoot(nodeHash, frontier)).toString('hex'));
    }
  }
}

/** Every checkpoint that was seen, in the database or outside, is that of the tree as it is now. */
async function expectConsistent(
  reader: ReturnType<typeof postgresReader>,
  seen: Map<string, number>,
  keysDir: string,
): Promise<void> {
  const { vkey } = (await reader.identity())!;
  const outside = readLastSigned(keysDir);
  const kept = (await reader.readCheckpoints(-1, 2000)).map(({ note }) => note);
  for (const note of outside === null ? kept : [...kept, outside]) seen.set(note, 0);
  const roots = await rootsOf(reader);
  const signed = new Map<number, string>();
  for (const note of seen.keys()) {
    const { size, root } = await openCheckpoint(note, nodeVerifier(vkey));
    const hex = Buffer.from(root).toString('hex');
    expect(hex, `what was signed of ${size} entries`).toBe(roots.get(size));
    expect(signed.get(size) ?? hex, `two checkpoints of ${size} entries`).toBe(hex);
    signed.set(size, hex);
  }
}

async function expectKept(pool: pg.Pool, confirmed: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ size: string; count: string; last: string }>(
    'select h.size, count(e.idx), coalesce(max(e.idx), -1) as last from ledger_head h, ledger_entries e group by h.size',
  );
  const { size, count, last } = rows[0]!;
  expect([Number(count), Number(last) + 1], 'entries without a gap').toEqual([Number(size), Number(size)]);
  const found = await pool.query<{ id: string }>('select id from ledger_entries where id = any($1::uuid[])', [
    confirmed,
  ]);
  const there = new Set(found.rows.map(({ id }) => id));
  expect(
    confirmed.filter((id) => !there.has(id)),
    'confirmed entries that are lost',
  ).toEqual([]);
  return Number(size);
}

async function oneRound(
  victim: (typeof victims)[number],
  one: string,
  two: string,
  keys: string,
  url: string,
) {
  const alive = [
    startReplica(one, keys, url),
    ...(victim === 'leader' ? [startReplica(two, keys, url)] : []),
  ];
  for (const replica of alive) await confirms(replica, 100);
  await sleep(Math.random() * 250);
  if (victim === 'SIGKILL' || victim === 'SIGQUIT') {
    await server.crash(victim);
    await server.restart();
  }
  await alive[0]!.kill();
  const [, sibling] = alive;
  if (sibling !== undefined) {
    // The one that is left goes on, whoever led before.
    await confirms(sibling, sibling.confirmed.length + 100);
    await sleep(Math.random() * 700);
    await sibling.kill();
  }
  return alive.flatMap(({ confirmed }) => confirmed);
}

const databases = Array.from({ length: Math.ceil(rounds / roundsPerDatabase) }, (_, index) => ({
  name: `kill_${index}`,
  count: Math.min(roundsPerDatabase, rounds - index * roundsPerDatabase),
}));

describe(`kill -9 on PostgreSQL with 32 appends in flight, ${rounds} rounds`, () => {
  if (rounds === 0) it.skip('SKIPPED: FAIRLEAD_KILL_ROUNDS_POSTGRES=0', () => undefined);
  it.for(databases)('$count rounds in $name', async ({ name, count }, { skip }) => {
    skip(unavailable !== '', `SKIPPED lane: postgres: ${unavailable}`);
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(`create database ${name}`);
    await admin.end();
    const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    const at = (part: string) => join(folder, `${name}-${part}`);
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    pool.on('error', () => undefined);
    const reader = postgresReader(pool);
    const seen = new Map<string, number>();
    const confirmed: string[] = [];
    let size = 0;
    for (let round = 0; round < count; round++) {
      const victim = victims[round % victims.length]!;
      confirmed.push(...(await oneRound(victim, at('one'), at('two'), at('keys'), url)));
      const after = await expectKept(pool, confirmed);
      expect(after).toBeGreaterThan(size);
      size = after;
      await expectConsistent(reader, seen, at('keys'));
    }
    const opening = { dataDir: at('one'), keysDir: at('keys'), clock: { now: Date.now } };
    const ledger = await openLedger({ ...opening, database: { url, maySign: true } });
    await ledger.close();
    const outside = { vkey: ledger.vkey, lastSigned: readLastSigned(at('keys')) };
    const verdict = await verifyLog({ ...reader, close: async () => undefined }, outside);
    expect(verdict).toMatchObject({
      ok: true,
      signedSize: verdict.size,
      rollbackChecked: true,
      problems: [],
    });
    await expectConsistent(reader, seen, at('keys'));
    await pool.end();
    process.stderr.write(
      `${count} kills on PostgreSQL: ${confirmed.length} confirmed of ${verdict.size} entries, ${seen.size} checkpoints seen\n`,
    );
    expect(confirmed.length).toBeGreaterThan(count * 100);
  });
});

async function confirms(replica: Replica, count: number): Promise<void> {
  for (let waited = 0; replica.confirmed.length <= count; waited += 5) {
    const ended = replica.ended();
    if (ended !== null || waited > 30_000)
      throw new Error(`confirmed ${replica.confirmed.length}, then: ${ended ?? 'nothing more'}`);
    await sleep(5);
  }
}
