// What the control plane refuses is on record, and what is revoked ends what is open.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listEntries } from '../../packages/server/src/features/ledger/cli.ts';
import { type Headers, type RunningApp, runningApp } from '../setup/running-app.ts';
import { open } from '../support/client.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await runningApp();
});
afterAll(() => app.stop());

async function refusals(): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  await listEntries({ dataDir: app.dataDir }, { kind: 'admin' }, ({ bytes }) => {
    const { what, details } = JSON.parse(Buffer.from(bytes).toString());
    if (what === 'access.refused') found.push(details);
  });
  return found;
}

describe('a refusal of the control plane', () => {
  it('of a token’s scope and of a person’s role is an entry, once a minute for each of them', async () => {
    const metrics = await app.token('metrics');
    const engineer = await app.signedIn('dana.moss');
    const pseudonym = `person:${(await app.identity.actorOf('dana.moss')).pseudonym}`;
    for (let i = 0; i < 5; i += 1) {
      expect(await app.status('GET', '/api/audit/entries/some-id', metrics)).toBe(403);
      expect(await app.status('GET', '/api/audit/entries', engineer)).toBe(403);
    }
    await expect.poll(async () => (await refusals()).length).toBe(2);
    expect(await refusals()).toEqual([
      { by: expect.stringMatching(/^token:/), refusals: 1, routes: ['GET /api/audit/entries/:id'] },
      { by: pseudonym, session: expect.any(String), refusals: 1, routes: ['GET /api/audit/entries'] },
    ]);
  });

  it('of nobody, or of a token that is no longer good, is none', async () => {
    const before = await refusals();
    expect(await app.status('GET', '/api/keys')).toBe(401);
    expect(await app.status('GET', '/api/keys', { authorization: 'Bearer flt_nothing' })).toBe(401);
    expect(await refusals()).toEqual(before);
  });
});

describe('a live view', () => {
  const listening = (headers: Headers) =>
    new Promise<{ readonly ended: Promise<void> }>((resolve, reject) => {
      const request = open(app.console, { path: '/api/events', headers: Object.entries(headers).flat() });
      request.on('error', reject);
      request.on('response', (response) => {
        const ended = new Promise<void>((done) => response.on('end', () => done()));
        response.once('data', () => resolve({ ended }));
        response.resume();
      });
    });

  it('of a token ends soon after the token is revoked, and others go on', async () => {
    const [audit, other] = [await app.token('audit'), await app.token('audit')];
    const [view, another] = [await listening(audit), await listening(other)];
    const [newest, older] = app.identity.listTokens();
    await app.identity.revokeToken(older!.id, 'test', 'operator');
    await view.ended;
    const still = Symbol('still');
    expect(await Promise.race([another.ended, Promise.resolve(still)])).toBe(still);
    await app.identity.revokeToken(newest!.id, 'test', 'operator');
    await another.ended;
  });

  it('of a person ends soon after they signed out', async () => {
    const person = await app.signedIn('robin.vale');
    const view = await listening(person);
    expect((await app.call('POST', '/api/sign-out', person, {})).status).toBe(200);
    await view.ended;
  });
});
