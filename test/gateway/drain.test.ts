import { afterAll, describe, expect, it } from 'vitest';
import { call, headersFor, routes } from '../support/calls.ts';
import { open, sha256 } from '../support/client.ts';
import { cleanUp, verifyLedger } from '../support/fairlead.ts';
import { startGoverned } from '../support/governed.ts';
import { stream } from '../support/stub-upstream.ts';

afterAll(cleanUp);

const events = Array.from({ length: 10 }, (_, at) => `data: {"part":${at}}\n\n`);

describe.each(['SIGTERM', 'SIGINT'] as const)('%s with a stream in flight', (signal) => {
  it('lets it finish, records its outcome, signs the log and exits 0', async () => {
    const governed = await startGoverned(stream(events, { delayMs: 80 }));
    const request = open(governed.gateway, {
      path: routes.chat.path,
      headers: headersFor(routes.chat, governed.keys.allowed),
      body: JSON.stringify(routes.chat.body('Hi', { stream: true })),
    });
    let stopped: ReturnType<typeof governed.app.stop> | undefined;
    let refused: Promise<number | string> | undefined;
    const { text, op } = await new Promise<{ text: string; op: string }>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        let received = '';
        response.on('error', reject);
        response.on('data', (chunk) => {
          received += chunk;
          if (stopped) return;
          stopped = governed.app.stop(signal);
          refused = call(
            governed.gateway,
            routes.chat,
            governed.keys.allowed,
            routes.chat.body('Too late'),
          ).then(
            (answer) => answer.status,
            (error) => error.code,
          );
        });
        response.on('end', () => resolve({ text: received, op: String(response.headers['x-fairlead-op']) }));
      });
    });
    expect(text).toBe(events.join(''));
    expect(await stopped).toEqual({ code: 0, signal: null });
    // A call that comes during the drain is turned away, or still served if it was faster than the signal.
    expect([200, 503, 'ECONNREFUSED', 'ECONNRESET']).toContain(await refused);
    const entries = await governed.app.entries();
    expect(entries.find((line) => line.kind === 'outcome' && line.op === op)).toMatchObject({
      outcome: 'completed',
      response: sha256(text),
    });
    const allowed = entries.filter((line) => line.decision === 'allow').map((line) => line.op);
    const closed = entries.filter((line) => line.kind === 'outcome').map((line) => line.op);
    expect(closed.sort()).toEqual(allowed.sort());
    const { code, report } = await verifyLedger(governed.app.dataDir);
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, problems: [], signedSize: report.size });
    await governed.stub.close();
  });
});

describe('a second start on the same data', () => {
  it('issues fresh keys, revokes the last start’s, and the log goes on', async () => {
    const first = await startGoverned();
    const before = await call(first.gateway, routes.chat, first.keys.allowed, routes.chat.body('One'));
    expect(before.status).toBe(200);
    await first.app.stop();
    const size = (await first.app.entries()).length;
    const second = await startGoverned(undefined, { dataDir: first.app.dataDir });
    const old = await call(second.gateway, routes.chat, first.keys.allowed, routes.chat.body('Two'));
    expect(old.status).toBe(401);
    const fresh = await call(second.gateway, routes.chat, second.keys.allowed, routes.chat.body('Three'));
    expect(fresh.status).toBe(200);
    await second.app.stop();
    expect((await second.app.entries()).length).toBeGreaterThan(size);
    expect((await verifyLedger(second.app.dataDir)).code).toBe(0);
    await first.stub.close();
    await second.stub.close();
  });
});
