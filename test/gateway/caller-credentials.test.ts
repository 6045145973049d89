import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { routes } from '../support/calls.ts';
import { send } from '../support/client.ts';
import { cleanUp, type RunningFairlead, startFairlead } from '../support/fairlead.ts';
import { filesContaining } from '../support/grep.ts';
import { respond, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

// The example's vendor `anthropic-seats` is called with the caller's own token.
const seatModel = 'claude-sonnet-5-seat';
const token = `seat-${crypto.randomUUID()}`;
let stub: StubUpstream;
let app: RunningFairlead;

beforeAll(async () => {
  stub = await startStubUpstream();
  app = await startFairlead({ vendors: { 'anthropic-seats': stub.url } });
});
afterAll(async () => {
  await app.stop();
  await stub.close();
  await cleanUp();
});
beforeEach(() => {
  stub.reset();
  stub.behave(respond(200, { 'content-type': 'application/json' }, '{}'));
});

function callWith(headers: readonly string[], model = seatModel) {
  const body = JSON.stringify({ ...routes.messages.body('Hi'), model });
  const path = routes.messages.path;
  return send(app.ready.gateway, { path, headers: ['content-type', 'application/json', ...headers], body });
}

describe('a vendor that is called with the caller’s own token', () => {
  it('gets the token untouched and never the key', async () => {
    const headers = ['x-fairlead-key', app.ready.keys.allowed, 'authorization', `Bearer ${token}`];
    const answer = await callWith(headers);
    expect(answer.status, answer.text).toBe(200);
    const [seen] = stub.calls;
    expect(seen!.headers.authorization).toBe(`Bearer ${token}`);
    expect(seen!.headers['x-api-key']).toBeUndefined();
    expect(seen!.rawHeaders.join('\n')).not.toContain(app.ready.keys.allowed);
  });

  it('is not called without a token', async () => {
    for (const headers of [
      ['x-fairlead-key', app.ready.keys.allowed],
      ['authorization', `Bearer ${app.ready.keys.allowed}`],
      ['x-api-key', app.ready.keys.allowed],
    ]) {
      const answer = await callWith(headers);
      expect(answer.status).toBe(400);
    }
    expect(stub.arrived()).toBe(0);
  });

  it('is not called with the key as the token', async () => {
    const key = app.ready.keys.allowed;
    const answer = await callWith(['x-fairlead-key', key, 'authorization', `Bearer ${key}`]);
    expect(answer.status).toBe(400);
    expect(stub.arrived()).toBe(0);
  });

  it('is not called with two different tokens, or a token alone', async () => {
    const key = ['x-fairlead-key', app.ready.keys.allowed];
    const two = await callWith([...key, 'authorization', `Bearer ${token}`, 'x-api-key', 'other']);
    expect(two.status).toBe(400);
    const alone = await callWith(['authorization', `Bearer ${token}`]);
    expect(alone.status).toBe(401);
    expect(stub.arrived()).toBe(0);
  });

  it('refusing the token says nothing of its words', async () => {
    stub.behave(respond(401, {}, `{"error":"bad token ${token}"}`));
    const headers = ['x-fairlead-key', app.ready.keys.allowed, 'authorization', `Bearer ${token}`];
    const answer = await callWith(headers);
    expect(answer.status).toBe(502);
    expect(answer.text).not.toContain(token);
  });

  it('leaves the token in no file and no log line', async () => {
    expect(filesContaining(dirname(app.dataDir), [token])).toEqual([]);
    expect(app.stderr()).not.toContain(token);
    expect(app.stdout()).not.toContain(token);
  });
});

describe('a vendor whose key Fairlead holds', () => {
  it('is not called when a second credential comes along', async () => {
    const headers = ['x-fairlead-key', app.ready.keys.allowed, 'authorization', `Bearer ${token}`];
    const answer = await callWith(headers, 'claude-sonnet-5');
    expect(answer.status).toBe(400);
  });
});
