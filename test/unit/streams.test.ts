import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ProgramStream } from '@fairlead/core/program';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { streamStatus } from '../../packages/server/src/features/streams/cli.ts';
import { loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { send } from '../support/client.ts';

const patient = { timeout: 30_000, interval: 50 };
let app: RunningApp | null = null;
let receiver: Server | null = null;
afterEach(async () => {
  await app?.stop();
  app = null;
  receiver?.closeAllConnections();
  receiver?.close();
  receiver = null;
});

/** A receiver that answers with `status()` and keeps what it was sent. */
async function startReceiver(status: () => number | null) {
  const got: { readonly body: string; readonly authorization: string | undefined }[] = [];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ body: Buffer.concat(chunks).toString(), authorization: request.headers.authorization });
      const code = status();
      if (code !== null) response.writeHead(code).end();
    });
  });
  await new Promise<void>((done) => receiver!.listen(0, '127.0.0.1', done));
  return { got, url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/siem` };
}

async function startWith(
  streams: readonly ProgramStream[],
  credentials: ReadonlyMap<string, string> = new Map(),
) {
  const loaded = await loadedExample();
  const vendors = { baseUrls: new Map([['openai', 'http://127.0.0.1:9']]), credentials };
  app = await runningApp({ loaded: { ...loaded, program: { ...loaded.program, streams } }, vendors });
  return app;
}

const planted = 'the quick brown fox knows zanzibar-4711 and mail@example.org';

async function call(running: RunningApp) {
  const admin = await running.token('admin');
  const issued = await running.call('POST', '/api/keys', admin, {
    principal: 'dana.moss',
    repositories: ['github.com/acme/payments-api'],
    assistant: 'codex',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const body = JSON.stringify({ model: 'gpt-5.5-codex', input: planted });
  const headers = ['authorization', `Bearer ${issued.json.key}`, 'content-type', 'application/json'];
  return send(running.gateway, { method: 'POST', path: '/v1/responses', headers, body });
}

const file: ProgramStream = {
  name: 'archive',
  format: 'jsonl',
  from: 'beginning',
  to: { kind: 'file', maxBytes: 1e8, keep: 3 },
};

/** At least once: what was sent may come again, after a cursor that couldn't be written; nothing is ever passed over. */
function inOrder(indices: readonly number[]): void {
  let next = 0;
  for (const index of indices) {
    expect(index).toBeLessThanOrEqual(next);
    next = Math.max(next, index + 1);
  }
  expect(next).toBeGreaterThan(3);
}

describe('the streams of a program', () => {
  it('hold every entry in order and no content, in both formats', async () => {
    const { got, url } = await startReceiver(() => 204);
    const auth = { scheme: 'bearer', env: 'SIEM_TOKEN' } as const;
    const siem: ProgramStream = { ...file, name: 'siem', format: 'ocsf', to: { kind: 'webhook', url, auth } };
    const running = await startWith([file, siem], new Map([['SIEM_TOKEN', 't0p']]));
    const answer = await call(running);
    const op = answer.headers['x-fairlead-op'] as string;
    const path = join(running.dataDir, 'streams', 'archive.jsonl');
    await vi.waitFor(() => expect(existsSync(path) && readFileSync(path, 'utf8')).toContain(op), patient);
    await vi.waitFor(() => expect(got.map(({ body }) => body).join('')).toContain(op), patient);
    // Both go on meanwhile; the last line may be half written.
    const written = readFileSync(path, 'utf8');
    const lines = written
      .slice(0, written.lastIndexOf('\n'))
      .split('\n')
      .map((line) => JSON.parse(line));
    inOrder(lines.map(({ index }) => index));
    const events = got.flatMap(({ body }) =>
      body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    inOrder(events.map(({ metadata }) => metadata.sequence));
    expect(new Set(got.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer t0p']));
    const everything = readFileSync(path, 'utf8') + got.map(({ body }) => body).join('');
    for (const word of ['zanzibar', 'quick brown', 'mail@example.org', 't0p'])
      expect(everything).not.toContain(word);
    const status = await running.call('GET', '/api/streams', await running.token('audit'));
    expect(status.json.map(({ name }: { name: string }) => name)).toEqual(['archive', 'siem']);
    const metrics = await running.call('GET', '/metrics', await running.token('metrics'));
    expect(metrics.text).toMatch(/fairlead_stream_lag_entries\{stream="siem"\} \d/);
  });

  it('hold up no call when their receiver fails or hangs, and say so in every place', async () => {
    let status: number | null = 500;
    const { got, url } = await startReceiver(() => status);
    const siem: ProgramStream = { ...file, name: 'siem', to: { kind: 'webhook', url, auth: null } };
    const running = await startWith([siem]);
    await vi.waitFor(() => expect(got.length).toBeGreaterThan(0), patient);
    status = null;
    const answer = await call(running);
    expect(answer.headers['x-fairlead-op']).toBeTruthy();
    const audit = await running.token('audit');
    await vi.waitFor(async () => {
      const { json } = await running.call('GET', '/api/streams', audit);
      expect(json[0]).toMatchObject({ state: 'failing', failure: 'status 500' });
      expect(json[0].lagEntries).toBeGreaterThan(0);
    }, patient);
    const [line] = await streamStatus({ dataDir: running.dataDir }, Date.now());
    expect(line).toMatchObject({ name: 'siem', failure: 'status 500', next: 0 });
    expect(line!.failingSince).not.toBeNull();
    const metrics = await running.call('GET', '/metrics', await running.token('metrics'));
    expect(metrics.text).toContain('fairlead_stream_failing{stream="siem"} 1');
    // Closing does not wait for the receiver either.
  });

  it('are off without a confirmed secret, which keeps nothing else from going', async () => {
    const to = {
      kind: 'webhook',
      url: 'https://siem.example/in',
      auth: { scheme: 'bearer', env: 'NOT_GIVEN' },
    } as const;
    const running = await startWith([{ ...file, name: 'siem', to }, file]);
    const { json } = await running.call('GET', '/api/streams', await running.token('audit'));
    expect(json.find(({ name }: { name: string }) => name === 'siem')).toMatchObject({
      state: 'off',
      failure: 'NOT_GIVEN is not confirmed with --credential',
    });
    const path = join(running.dataDir, 'streams', 'archive.jsonl');
    await vi.waitFor(() => expect(existsSync(path)).toBe(true), patient);
  });
});
