import { connect, type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createGatewayMetrics,
  defaultLimits,
  type Gateway,
  type GatewayDeps,
  startGateway,
} from '../../packages/server/src/features/gateway/api.ts';
import { unlimitedBudgets } from '../../packages/server/src/features/gateway/testing/unlimited-budgets.ts';
import { nodeHash } from '../../packages/server/src/platform/crypto/index.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';
import { silentTelemetry } from '../../packages/server/src/platform/telemetry/index.ts';
import { send } from '../support/client.ts';
import { pause } from '../support/stub-upstream.ts';

// In one process, because nobody wants to wait for the real limits of 15 s and two minutes.
const limits = { ...defaultLimits, headersTimeoutMs: 1_000, requestTimeoutMs: 3_000, maxInFlight: 20 };
const sockets = new Set<Socket>();
let gateway: Gateway;
let appended = 0;

function deps(): GatewayDeps {
  const actor = { pseudonym: 'p', kind: 'human', onBehalfOf: null } as const;
  const caller = {
    ...{ keyId: 'k', principal: 'p', actor, repositories: ['github.com/acme/payments-api'] },
    ...{ assistant: 'codex', device: null, vendor: null },
  };
  const unreachable = () => {
    throw new Error('a slow call must not come this far');
  };
  return {
    bundle: () => ({
      digest: 'sha256:0',
      index: null as never,
      engine: { kind: 'compiled' } as never,
      configEpoch: 0,
    }),
    identity: { authenticate: (key) => (key === 'good' ? caller : null) },
    ledger: {
      append: async (drafts) => {
        appended += drafts.length;
        return drafts.map((_, index) => ({ index, duplicate: false }));
      },
      state: () => ({ size: 0, signedSize: 0, healthy: true, witness: 'none' }),
    },
    budgets: unlimitedBudgets(),
    inspection: { inspectCall: unreachable },
    vendors: { baseUrls: new Map(), credentials: new Map() },
    clock: { now: () => Date.now() },
    hash: nodeHash,
    sessionKey: new Uint8Array(32),
    log: createLog({ level: 'silent' }),
    metrics: createGatewayMetrics(new Registry()),
    telemetry: silentTelemetry,
    instance: { id: 'i', incarnation: 'n' },
    origin: 'live',
    limits,
  };
}

beforeEach(async () => {
  appended = 0;
  const options = { host: '127.0.0.1', port: 0, hosts: [], allowPrivate: [], tls: null };
  gateway = await startGateway(deps(), options);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await gateway.close();
});

/** Writes the first bytes at once and then one byte at a time; resolves with what came back when the socket closes. */
function drip(first: string, rest: string, everyMs: number, onData = () => {}): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    let received = '';
    let at = 0;
    socket.write(first);
    const timer = setInterval(() => {
      const byte = rest[at % rest.length];
      at += 1;
      if (byte !== undefined && socket.writable) socket.write(byte);
    }, everyMs);
    socket.on('data', (chunk) => {
      received += chunk;
      onData();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(received);
    });
  });
}

const host = () => new URL(gateway.url).host;
const head = (key: string, length: number) =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: ${host()}\r\nAuthorization: Bearer ${key}\r\n` +
  `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

describe('a slow client', () => {
  it('that says nothing is disconnected', async () => {
    expect(await drip('', '', 100)).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('that drips headers is disconnected', async () => {
    const received = await drip(`POST / HTTP/1.1\r\nHost: ${host()}\r\n`, 'X-A: b\r\n', 50);
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that drips a body is disconnected, and nothing is recorded or left behind', async () => {
    const received = await drip(head('good', 100_000), ' ', 50);
    expect(received).toMatch(/^(HTTP\/1\.1 (408|400) |$)/);
    expect(received).not.toMatch(/^HTTP\/1\.1 [25]/);
    expect(appended).toBe(0);
  });

  it('with a bad key is told so without waiting for its body, and disconnected', async () => {
    let toldAfter = Number.POSITIVE_INFINITY;
    const started = Date.now();
    const received = await drip(head('bad', 100_000), ' ', 50, () => {
      toldAfter = Math.min(toldAfter, Date.now() - started);
    });
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(toldAfter).toBeLessThan(limits.requestTimeoutMs);
  });

  it('in great number takes no place from others once it is disconnected', async () => {
    const drips = Array.from({ length: 60 }, () => drip(head('good', 100_000), ' ', 200));
    await pause(200);
    const crowded = await send(gateway.url, { method: 'HEAD', path: '/' });
    expect([200, 503]).toContain(crowded.status);
    await Promise.all(drips);
    const after = await send(gateway.url, { method: 'HEAD', path: '/' });
    expect(after.status).toBe(200);
  });
});
