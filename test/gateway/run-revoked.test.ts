import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import type { Developer } from '../support/developer.ts';
import { fairlead } from '../support/fairlead.ts';
import type { Governed } from '../support/governed.ts';
import { lifeSeconds, loginOf, payments, type Runs, startRuns } from '../support/runs.ts';
import { callsOf } from '../support/stand-ins.ts';
import { pause, respond, stream } from '../support/stub-upstream.ts';

let runs: Runs;
let governed: Governed;
let dana: Developer;

beforeAll(async () => {
  runs = await startRuns();
  ({ governed } = runs);
  dana = await runs.enrolled();
});
afterAll(() => governed.close());
beforeEach(() => {
  governed.stub.reset();
  governed.stub.behave(respond(200, { 'content-type': 'application/json' }, '{}'));
});

describe('revocation', () => {
  it('of a device cuts its calls in flight, and lets none through afterwards', async () => {
    const lost = await runs.enrolled();
    const { deviceId, login } = loginOf(lost);
    const request = { assistant: 'codex', remotes: [payments] };
    const { token } = (await runs.post('/api/run/tokens', request, login)).json;
    governed.stub.behave(stream(() => endlessly(), { delayMs: 100 }));
    const flowing = call(
      governed.gateway,
      routes.chat,
      token,
      routes.chat.body('Hi', { stream: true }),
    ).catch((error: Error) => error);
    await expect.poll(() => governed.stub.calls[0]?.sent ?? 0).toBeGreaterThan(0);
    const revoked = await fairlead([
      'device',
      'revoke',
      deviceId,
      '--data',
      governed.app.dataDir,
      '--reason',
      'lost',
    ]);
    expect(revoked.code, revoked.stderr).toBe(0);
    // The stream has no other end.
    expect(await flowing).toMatchObject({ code: 'ECONNRESET' });
    await governed.stub.calls[0]?.closed;
    expect(governed.stub.calls[0]?.aborted).toBe(true);
    expect((await call(governed.gateway, routes.chat, token, routes.chat.body('Hi'))).status).toBe(401);
    expect((await runs.post('/api/run/tokens', request, login)).status).toBe(401);
    const ran = await lost.run(lost.repository(payments), ['--', 'claude']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('identity.login-invalid');
  });

  it('stops a run in the middle', async () => {
    const lost = await runs.enrolled();
    const started = lost.start(lost.repository(payments), ['--', 'codex', 'calls', '400', 'every', '250']);
    const made = () => callsOf(started.stdout());
    await expect.poll(() => made().filter(({ status }) => status === 200).length).toBeGreaterThan(1);
    const { deviceId } = loginOf(lost);
    expect((await fairlead(['device', 'revoke', deviceId, '--data', governed.app.dataDir])).code).toBe(0);
    const at = Date.now();
    const later = () => made().filter((one) => one.at > at + 1_000);
    await expect.poll(() => later().length).toBeGreaterThan(1);
    await started.stop();
    expect(later().filter(({ status }) => status === 200)).toEqual([]);
  }, 120_000);

  it('of one token by its id stops it, and no other', async () => {
    const { login } = loginOf(dana);
    const request = { assistant: 'codex', remotes: [payments], use: 'session' };
    const one = (await runs.post('/api/run/tokens', request, login)).json;
    const other = (await runs.post('/api/run/tokens', request, login)).json;
    const args = ['device', 'revoke-token', one.id, '--data', governed.app.dataDir];
    expect((await fairlead(args)).code).toBe(0);
    expect((await call(governed.gateway, routes.chat, one.token, routes.chat.body('Hi'))).status).toBe(401);
    expect((await call(governed.gateway, routes.chat, other.token, routes.chat.body('Hi'))).status).toBe(200);
  });
});

describe('a token that somebody copied', () => {
  it('works until it expires, and not a moment longer', async () => {
    const { login } = loginOf(dana);
    const minted = await runs.post('/api/run/tokens', { assistant: 'codex', remotes: [payments] }, login);
    const { token, lifeSeconds: life } = minted.json;
    expect(life).toBe(lifeSeconds);
    expect((await call(governed.gateway, routes.chat, token, routes.chat.body('Hi'))).status).toBe(200);
    await pause(life * 1_000 + 100);
    await governed.untouched(async () => {
      for (const route of [routes.chat, routes.messages, routes.responses]) {
        expect((await call(governed.gateway, route, token, route.body('Hi'))).status).toBe(401);
      }
    });
  });

  it('is a secret like any other: it goes to no vendor', async () => {
    const { login } = loginOf(dana);
    const { token } = (await runs.post('/api/run/tokens', { assistant: 'codex', remotes: [payments] }, login))
      .json;
    const said = `env printed FAIRLEAD=${token} and ${login}`;
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, routes.chat.body(said)),
    );
    expect(answer.status).toBe(400);
    const entry = await governed.app.entry((line) => line.op === answer.headers['x-fairlead-op']);
    expect(entry.findings?.map(({ detector }) => detector).sort()).toEqual([
      'fairlead-assistant-token',
      'fairlead-key',
    ]);
  });
});

/** Chunks of a stream that never ends. */
function* endlessly(): Generator<string> {
  for (;;) yield 'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}\n\n';
}
