/* Several servers of one installation: a PostgreSQL of their own, one program, one signing key, the same secrets. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openAdministration } from '../../packages/server/src/features/identity/cli.ts';
import {
  type LedgerVerdict,
  listEntries,
  verifyLedger,
} from '../../packages/server/src/features/ledger/cli.ts';
import { type PostgresServer, startPostgres } from '../setup/postgres-server.ts';
import { call, routes } from '../support/calls.ts';
import type { Incoming } from '../support/client.ts';
import { freshDir, type RunningFairlead, startFairlead } from '../support/fairlead.ts';
import { type Edit, initProgram, type OwnProgram } from '../support/own-program.ts';
import { pause, respond, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

export type Role = 'all' | 'gateway' | 'control';

export interface Replica extends RunningFairlead {
  readonly gateway: string;
  readonly console: string;
}

export interface ClusterEntry {
  readonly kind: string;
  readonly op: string | null;
  readonly decision?: string;
  readonly what?: string;
  readonly instance: { readonly id: string };
  readonly [field: string]: unknown;
}

export interface Cluster {
  readonly postgres: PostgresServer;
  readonly url: string;
  readonly stub: StubUpstream;
  readonly own: OwnProgram;
  /** File of the key that signs the log. */
  readonly signingKey: string;
  start(
    role: Role,
    options?: { readonly dataDir?: string; readonly args?: readonly string[] },
  ): Promise<Replica>;
  newKey(control: Replica): Promise<{ readonly id: string; readonly key: string }>;
  /** One call of the control API, over the socket in a replica's data folder. */
  administer(control: Replica, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>;
  entries(): Promise<readonly ClusterEntry[]>;
  verify(): Promise<LedgerVerdict>;
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const json = { 'content-type': 'application/json' };
const answer = JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } });

/** The arguments that make a server one of the installation. */
function replicaArgs(folder: string, role: Role, more: readonly string[]): readonly string[] {
  return [
    ...['--role', role, '--secrets', join(folder, 'secrets'), '--credential', 'OPENAI_API_KEY'],
    ...(role === 'gateway' ? [] : ['--signing-key', join(folder, 'signing.pem')]),
    ...more,
  ];
}

/** @param over a PostgreSQL that is there already, and the URL that the servers are to reach it at */
export async function startCluster(
  edits: readonly Edit[] = [],
  over: { readonly postgres: PostgresServer; readonly url: string } | null = null,
): Promise<Cluster> {
  const postgresFolder = mkdtempSync(join(tmpdir(), 'fairlead-cluster-'));
  chmodSync(postgresFolder, 0o755);
  const postgres = over?.postgres ?? (await startPostgres(postgresFolder));
  const stub = await startStubUpstream(respond(200, json, answer));
  const own = await initProgram([
    ['fairlead.yaml', 'https://api.openai.com', stub.url],
    ['fairlead.yaml', 'allowPrivate: []', 'allowPrivate: [127.0.0.1]'],
    ...edits,
  ]);
  const folder = freshDir('replicas');
  const { url } = over ?? postgres;
  const place = { database: url };
  const running: Replica[] = [];
  const administer: Cluster['administer'] = async (control, method, path, body) => {
    const administration = await openAdministration({ dataDir: control.dataDir });
    try {
      return await administration.call(method, path, body);
    } finally {
      await administration.close();
    }
  };
  return {
    postgres,
    url,
    stub,
    own,
    signingKey: join(folder, 'signing.pem'),
    async start(role, { dataDir = join(freshDir('replica'), 'data'), args = [] } = {}) {
      const started = await startFairlead({
        command: ['up', '--program', own.program],
        dataDir,
        args: replicaArgs(folder, role, args),
        env: { FAIRLEAD_DATABASE: url, OPENAI_API_KEY: 'sk-stub' },
      });
      const replica = { ...started, gateway: started.ready.gateway, console: started.ready.console };
      running.push(replica);
      return replica;
    },
    administer,
    async newKey(control) {
      const issued = await administer(control, 'POST', '/api/keys', {
        principal: 'first.engineer',
        repositories: ['github.com/example/first-repository'],
        assistant: 'claude-code',
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      });
      return issued as { id: string; key: string };
    },
    async entries() {
      const lines: ClusterEntry[] = [];
      await listEntries(place, {}, ({ bytes }) => void lines.push(JSON.parse(Buffer.from(bytes).toString())));
      return lines;
    },
    verify: () => verifyLedger(place),
    async sql(text, values = []) {
      const client = new pg.Client(url);
      await client.connect();
      try {
        return (await client.query(text, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    async close() {
      for (const replica of running) await replica.stop('SIGKILL');
      await stub.close();
      await postgres.stop();
      rmSync(postgresFolder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** One chat call; `number` makes its body unique without changing its length. */
export function chat(replica: Replica, key: string, number = 0): Promise<Incoming> {
  const text = `call ${String(number).padStart(6, '0')}`;
  return call(replica.gateway, routes.chat, key, routes.chat.body(text, { max_completion_tokens: 100 }));
}

/** A new key, once every one of these gateways has heard of it. */
export async function knownKey(
  cluster: Cluster,
  control: Replica,
  gateways: readonly Replica[],
): Promise<{ readonly id: string; readonly key: string }> {
  const issued = await cluster.newKey(control);
  for (const gateway of gateways) {
    for (
      const deadline = Date.now() + 30_000;
      (await chat(gateway, issued.key)).status !== 200;
      await pause(20)
    ) {
      if (Date.now() > deadline) throw new Error('a gateway did not hear of a new key');
    }
  }
  return issued;
}

/** Error code of a refusal. */
export function codeOf(answered: Incoming): string {
  return String(answered.json?.error?.code ?? '');
}
