import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Headers, type RunningApp, runningApp } from '../setup/running-app.ts';

let app: RunningApp;
let auditor: Headers;
let security: Headers;
let token: Headers;
beforeAll(async () => {
  app = await runningApp();
  auditor = await app.signedIn('ingrid.lund');
  security = await app.signedIn('farah.khoury');
  token = await app.token('audit');
});
afterAll(() => app.stop());

const url = '/api/audit/views';
const save = (headers: Headers, body: object) => app.call('POST', url, headers, body);
const names = async (headers: Headers) =>
  (await app.call('GET', url, headers)).json.map(({ name, own }: { name: string; own: boolean }) => [
    name,
    own,
  ]);

describe('saved views', () => {
  it('are seen by who saved them, and by the holders of the role they are shared with', async () => {
    const own = await save(auditor, { name: 'Refusals', filter: { decision: 'deny', q: 'codex' } });
    expect(own.status).toBe(200);
    expect(own.json).toMatchObject({ own: true, role: null, filter: { decision: 'deny', q: 'codex' } });
    expect((await save(auditor, { name: 'For security', filter: {}, role: 'security' })).status).toBe(200);
    expect((await save(token, { name: 'Of a token', filter: { kind: 'admin' } })).status).toBe(200);
    expect(await names(auditor)).toEqual([
      ['For security', true],
      ['Refusals', true],
    ]);
    expect(await names(security)).toEqual([['For security', false]]);
    expect(await names(token)).toEqual([['Of a token', true]]);
  });

  it('are removed by who saved them alone', async () => {
    const { json } = await save(security, { name: 'Mine', filter: {}, role: 'auditor' });
    const remove = (headers: Headers) => app.call('POST', `${url}/${json.id}/remove`, headers, {});
    expect((await remove(auditor)).status).toBe(404);
    expect((await remove(security)).status).toBe(200);
    expect((await remove(security)).json.error.code).toBe('audit.view-unknown');
  });

  it('are refused twice by a name, for a role that is not there, and with what is no filter', async () => {
    await save(security, { name: 'Twice', filter: {} });
    expect((await save(security, { name: 'Twice', filter: {} })).json.error.code).toBe('audit.view-exists');
    expect((await save(security, { name: 'x', filter: {}, role: 'nobody' })).json.error.code).toBe(
      'audit.role-unknown',
    );
    for (const body of [
      { name: '', filter: {} },
      { name: 'x\u0000', filter: {} },
      { name: 'x', filter: { sql: '1' } },
      { name: 'x', filter: { kind: 'nonsense' } },
      { name: 'x', filter: { from: 'yesterday' } },
      { name: 'x'.repeat(81), filter: {} },
    ]) {
      expect((await save(security, body)).status).toBe(400);
    }
  });

  it('are at most a hundred of one caller', async () => {
    const other = await app.token('audit');
    for (let i = 0; i < 100; i += 1) await save(other, { name: `v ${i}`, filter: {} });
    expect((await save(other, { name: 'one more', filter: {} })).json.error.code).toBe('audit.views-full');
  });
});

describe('reading the audit', () => {
  it('is an entry that says who and by which filters', async () => {
    const repository = 'github.com/acme/payments-api';
    await app.call('GET', `/api/audit/entries?repository=${repository}&q=zanzibar`, security);
    await vi.waitFor(
      async () => {
        const { json } = await app.call('GET', '/api/audit/entries?kind=admin&limit=200', auditor);
        const texts = await Promise.all(
          json.entries
            .filter(({ title }: { title: string }) => title.includes('audit'))
            .map(
              async ({ id }: { id: string }) =>
                (await app.call('GET', `/api/audit/entries/${id}`, auditor)).text,
            ),
        );
        const found = texts.find((text) => text.includes(`entries q=1 words repository=${repository}`));
        expect(found).toContain('person:');
        expect(texts.join('')).not.toContain('zanzibar');
      },
      { timeout: 30_000, interval: 100 },
    );
  });
});
