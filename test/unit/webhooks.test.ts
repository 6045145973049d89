import { createHmac } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importInto, timelineIn } from '../../packages/server/src/features/delivery/cli.ts';
import { type TemporaryFolder, temporaryFolder } from '../setup/database.ts';
import { loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { type Incoming, send } from '../support/client.ts';

/* Webhooks over HTTP, into the facts that commands read beside the server. */

const secret = 'a secret of this test';
let folder: TemporaryFolder;
let app: RunningApp;
const news: string[] = [];
beforeAll(async () => {
  folder = temporaryFolder();
  const githubWebhookSecret = join(folder.path, 'webhook');
  writeFileSync(githubWebhookSecret, `${secret}\n`, { mode: 0o600 });
  const loaded = await loadedExample();
  const program = { ...loaded.program, delivery: { productionEnvironments: ['live-eu'] } };
  app = await runningApp({
    ...{ githubWebhookSecret, onFacts: (ids: readonly string[]) => news.push(...ids) },
    loaded: { ...loaded, program },
  });
});
afterAll(async () => {
  await app.stop();
  folder.remove();
});

const repository = { full_name: 'acme/web', html_url: 'https://github.com/acme/web' };
const user = (login: string) => ({ login, type: 'User' });
const pull = {
  ...{ number: 7, title: 'Faster cart', user: user('ann'), draft: false, assignees: [] },
  ...{ created_at: '2026-03-02T09:00:00Z', updated_at: '2026-03-02T09:00:00Z', additions: 4, deletions: 1 },
  ...{ closed_at: null, merged_at: null, changed_files: 1, base: { ref: 'main' }, head: { ref: 'cart' } },
};
const merged = {
  ...{ ...pull, merged_at: '2026-03-02T13:00:00Z', closed_at: '2026-03-02T13:00:00Z' },
  ...{ updated_at: '2026-03-02T13:00:00Z', merge_commit_sha: 'f00d' },
};
const review = { id: 5, user: user('bob'), state: 'approved', submitted_at: '2026-03-02T11:00:00Z' };

function deliver(event: string, payload: object, more: { body?: string; headers?: readonly string[] } = {}) {
  const body = more.body ?? JSON.stringify({ repository, ...payload });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return send(app.console, {
    method: 'POST',
    path: '/api/hooks/github',
    headers: [
      ...['content-type', 'application/json', 'x-github-event', event],
      ...[
        'x-github-delivery',
        `${event}-${signature.slice(0, 8)}`,
        'x-hub-signature-256',
        `sha256=${signature}`,
      ],
      ...(more.headers ?? []),
    ],
    body,
  });
}

const outcome = (answer: Incoming) => [answer.status, answer.json.outcome ?? answer.json.error.code];

describe('webhooks of GitHub', () => {
  it('are facts once they are answered, late ones included, beside an import', async () => {
    const answers = [
      deliver('pull_request', { action: 'closed', pull_request: merged }),
      deliver('pull_request', { action: 'opened', pull_request: pull }),
      deliver('pull_request_review', { action: 'submitted', review, pull_request: { number: 7 } }),
      deliver('ping', { zen: 'Keep it logically awesome.' }),
    ];
    const file = join(folder.path, 'commits.jsonl');
    const line = (sha: string) => ({
      ...{ resource: 'commits', repository: 'acme/web', pull: 7 },
      data: {
        ...{ sha, author: user('ann'), parents: [{ sha: '0' }] },
        commit: {
          ...{ message: 'x', author: { date: '2026-03-02T08:00:00Z' } },
          committer: { date: '2026-03-02T08:00:00Z' },
        },
      },
    });
    writeFileSync(
      file,
      Array.from({ length: 3_000 }, (_, i) => `${JSON.stringify(line(`c${i}`))}\n`).join(''),
    );
    await importInto(app.dataDir, 'github', file, () => undefined);
    const got = (await Promise.all(answers)).map(outcome);
    expect(got).toEqual([
      [202, 'taken'],
      [202, 'taken'],
      [202, 'taken'],
      [202, 'ignored'],
    ]);
    expect(await timelineIn(app.dataDir, 'acme/web#7')).toMatchObject({
      status: 'merged',
      parts: { coding: 3_600, pickup: 7_200, merge_wait: 7_200 },
    });
    expect(new Set(news)).toEqual(new Set(['github.com/acme/web#7']));
    const again = await deliver('pull_request', { action: 'opened', pull_request: pull });
    expect(outcome(again)).toEqual([202, 'repeated']);
  });

  it('deploy to what the program says is production', async () => {
    const deployed = (id: number, environment: string) =>
      deliver('deployment_status', {
        action: 'created',
        deployment: { id, sha: 'f00d', environment, created_at: '2026-03-02T14:00:00Z' },
        deployment_status: { state: 'success', created_at: '2026-03-02T14:10:00Z' },
      });
    expect(outcome(await deployed(1, 'production'))).toEqual([202, 'taken']);
    expect(await timelineIn(app.dataDir, 'acme/web#7')).toMatchObject({ state: 'not_applicable' });
    expect(outcome(await deployed(2, 'Live-EU'))).toEqual([202, 'taken']);
    expect(await timelineIn(app.dataDir, 'acme/web#7')).toMatchObject({
      state: 'deployed',
      parts: { deploy: 4_200 },
    });
  });

  it('follow a repository to its new name', async () => {
    const later = {
      ...repository,
      name: 'shop',
      full_name: 'acme/shop',
      html_url: 'https://github.com/acme/shop',
    };
    const renamed = await deliver('repository', {
      ...{ action: 'renamed', changes: { repository: { name: { from: 'web' } } } },
      repository: { ...later, owner: { login: 'acme' }, updated_at: '2026-03-03T09:00:00Z' },
    });
    expect(outcome(renamed)).toEqual([202, 'taken']);
    expect(await timelineIn(app.dataDir, 'acme/shop#7')).toMatchObject({ status: 'merged' });
    // What was on its way under the old name belongs to the new one.
    const comment = { id: 9, user: user('bob'), created_at: '2026-03-02T10:00:00Z' };
    await deliver('pull_request_review_comment', { action: 'created', comment, pull_request: { number: 7 } });
    expect(await timelineIn(app.dataDir, 'acme/shop#7')).toMatchObject({ parts: { pickup: 3_600 } });
  });

  it('without the right signature are refused, and leave nothing', async () => {
    const payload = { action: 'opened', pull_request: { ...pull, number: 8 } };
    const forged = await deliver('pull_request', payload, {
      headers: ['x-hub-signature-256', `sha256=${'0'.repeat(64)}`],
    });
    expect(outcome(forged)).toEqual([401, 'hooks.signature-invalid']);
    await expect(timelineIn(app.dataDir, 'acme/web#8')).rejects.toMatchObject({
      code: 'delivery.change-unknown',
    });
  });

  it('that are huge are refused by their length, and large ones are not', async () => {
    const filler = (length: number) => JSON.stringify({ repository, filler: 'x'.repeat(length) });
    expect(outcome(await deliver('ping', {}, { body: filler(900_000) }))).toEqual([202, 'ignored']);
    expect(outcome(await deliver('ping', {}, { body: filler(1_100_000) }))).toEqual([
      413,
      'server.body-too-large',
    ]);
  });

  it('are refused by their headers before a body is read', async () => {
    const { hostname, port } = new URL(app.console);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /api/hooks/github HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n`,
    );
    const [head] = await socket.take(1).toArray();
    expect(String(head)).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  it('in a flood are read a bounded number at a time, and then again', async () => {
    const { hostname, port } = new URL(app.console);
    const head = `POST /api/hooks/github HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: 900000\r\nx-github-event: ping\r\nx-github-delivery: a\r\nx-hub-signature-256: sha256=${'0'.repeat(64)}\r\n\r\n`;
    const sockets = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(head);
      return socket;
    });
    const refused = await Promise.any(
      sockets.map(async (socket) => {
        const [answer] = await socket.take(1).toArray();
        return String(answer);
      }),
    );
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(async () => outcome(await deliver('ping', { hook_id: Math.random() })))
      .toEqual([202, 'ignored']);
  });

  it('in another form are refused', async () => {
    const answer = await send(app.console, {
      method: 'POST',
      path: '/api/hooks/github',
      headers: [
        ...['content-type', 'application/x-www-form-urlencoded', 'x-github-event', 'ping'],
        ...['x-github-delivery', 'a', 'x-hub-signature-256', `sha256=${'0'.repeat(64)}`],
      ],
      body: 'payload=%7B%7D',
    });
    expect(outcome(answer)).toEqual([415, 'server.media-type']);
  });
});

describe('the secret of the webhooks', () => {
  it.each([
    ['is not there', null, 0o600, /not there/],
    ['is short', 'short', 0o600, /shorter/],
    ['is everybody’s to read', secret, 0o644, /can read/],
  ])('that %s stops the start', async (_, text, mode, message) => {
    const own = temporaryFolder();
    const file = join(own.path, 'hook');
    if (text !== null) writeFileSync(file, text, { mode });
    await expect(runningApp({ githubWebhookSecret: file })).rejects.toThrow(message);
    own.remove();
  });

  it('may be left out: nothing is taken then, and no facts are begun', async () => {
    const other = await runningApp();
    const answer = await other.call('POST', '/api/hooks/github', {}, {});
    expect(outcome(answer)).toEqual([404, 'hooks.not-configured']);
    expect(existsSync(join(other.dataDir, 'delivery.db'))).toBe(false);
    await other.stop();
  });
});
