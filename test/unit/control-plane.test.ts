import { setTimeout as pause } from 'node:timers/promises';
import { parseVerifierKey, peekCheckpoint, verifyEvidence, verifyInclusion } from '@fairlead/core/ledger';
import { fromBase64 } from '@fairlead/core/text';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdministration } from '../../packages/server/src/features/identity/cli.ts';
import { nodeVerifier } from '../../packages/server/src/features/ledger/note-keys.ts';
import { nodeHash } from '../../packages/server/src/platform/crypto/index.ts';
import { type Headers, type RunningApp, runningApp } from '../setup/running-app.ts';
import { open, send } from '../support/client.ts';

let app: RunningApp;
let page: Headers;
let keyOfDana: string;
beforeAll(async () => {
  app = await runningApp();
  page = await app.signedIn('robin.vale');
  keyOfDana = await issueKey('acme/skunkworks');
  for (const text of ['Hello.', 'Hello again.', 'And once more.']) await callModel(keyOfDana, text);
});
afterAll(() => app.stop());

async function issueKey(repository: string): Promise<string> {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const body = { principal: 'dana.moss', repositories: [repository], assistant: 'claude-code', expiresAt };
  return (await app.call('POST', '/api/keys', page, body)).json.key;
}

async function callModel(key: string, content: string): Promise<number> {
  const { status } = await send(app.gateway, {
    path: '/v1/chat/completions',
    headers: ['authorization', `Bearer ${key}`, 'content-type', 'application/json'],
    body: JSON.stringify({ model: 'gpt-5.5', messages: [{ role: 'user', content }] }),
  });
  return status;
}

const get = async (path: string, headers: Headers = page) => (await app.call('GET', path, headers)).json;

describe('the overview', () => {
  it('counts what the gateway refused, at once, and says why', async () => {
    const before = await get('/api/overview');
    expect(await callModel(keyOfDana, 'A fourth one.')).toBe(400);
    const after = await get('/api/overview');
    expect(after.calls).toEqual({ total: 4, allowed: 0, refused: 4, failed: 0 });
    expect(after.calls.refused).toBe(before.calls.refused + 1);
    expect(after.refusals).toMatchObject([
      {
        policyId: 'repository.allowlist',
        title: 'Only repositories on the allowlist',
        advice: expect.stringMatching(/\.$/),
        count: 4,
        lastId: after.recent[0].id,
      },
    ]);
    expect(after.assistants).toEqual([{ id: 'claude-code', calls: 4, refused: 4 }]);
    expect(after.repositories).toEqual([{ id: 'github.com/acme/skunkworks', calls: 4, refused: 4 }]);
    expect(after.series).toHaveLength(24);
    expect(after.series.at(-1)).toMatchObject({ refused: expect.any(Number) });
    expect(after.series.reduce((sum: number, { refused }: { refused: number }) => sum + refused, 0)).toBe(4);
    expect(after.ledger).toMatchObject({ healthy: true, size: expect.any(Number) });
    expect(after.coverageNotes[0]).toMatch(/gateway only/);
  });

  it.each([
    ['24h', 24, 3_600_000],
    ['7d', 7, 86_400_000],
    ['30d', 30, 86_400_000],
  ])('of %s has every bucket', async (window, buckets, apart) => {
    const { series, from, to } = await get(`/api/overview?window=${window}`);
    expect(series).toHaveLength(buckets);
    expect(series[0].at).toBe(from);
    expect(Date.parse(to) - Date.parse(series.at(-1).at)).toBeLessThan(apart);
    const steps = series
      .slice(1)
      .map(({ at }: { at: string }, i: number) => Date.parse(at) - Date.parse(series[i].at));
    expect(new Set(steps)).toEqual(new Set([apart]));
  });

  it('shows figures, not people, to those who may not read the ledger', async () => {
    const executive = await app.signedIn('ulrike.hartmann');
    const seen = await get('/api/overview', executive);
    expect(seen.recent.length).toBeGreaterThan(0);
    for (const row of seen.recent) expect(row).toMatchObject({ actor: null, session: null });
    expect(JSON.stringify(seen)).not.toMatch(/p-[0-9a-f]{8}-|dana/);
    const { recent } = await get('/api/overview');
    expect(recent[0].actor).toMatch(/^p-/);
  });
});

describe('an entry', () => {
  it('is proved to a reader who trusts nothing but the verifier key', async () => {
    const { entries } = await get('/api/audit/entries?kind=decision&limit=1');
    const { id, index } = entries[0];
    const proof = await proofWhenSigned(id);
    expect(proof.index).toBe(index);
    const { size, root } = peekCheckpoint(proof.checkpoint);
    expect(size).toBe(proof.size);
    const entry = fromBase64(proof.entry);
    const leaf = nodeHash.sha256(Uint8Array.of(0), entry);
    const path = proof.path.map(fromBase64);
    expect(verifyInclusion(nodeHash, { index, size, leaf, root, proof: path })).toBe(true);
    const forged = nodeHash.sha256(Uint8Array.of(0), Buffer.from(entry).fill(0x20, 0, 1));
    expect(verifyInclusion(nodeHash, { index, size, leaf: forged, root, proof: path })).toBe(false);
    expect(JSON.parse(Buffer.from(entry).toString())).toEqual((await get(`/api/audit/entries/${id}`)).entry);

    const file = await app.call('GET', `/api/audit/entries/${id}/evidence`, page);
    expect(file.headers['content-disposition']).toBe(`attachment; filename="${id}.tlog-proof"`);
    expect(parseVerifierKey(nodeHash, proof.vkey).name).toMatch(/^fairlead\.local\//);
    const shown = await verifyEvidence(nodeHash, file.text, nodeVerifier(proof.vkey));
    expect(Buffer.from(shown.entry)).toEqual(Buffer.from(entry));
  });

  it('explains itself, and names no one', async () => {
    const { entries } = await get('/api/audit/entries?decision=deny&limit=1');
    const found = await get(`/api/audit/entries/${entries[0].id}`);
    expect(found.reasons).toMatchObject([{ policyId: 'repository.allowlist', severity: 'critical' }]);
    expect(found.row.title).toMatch(/^A call of claude-code .* was refused by repository\.allowlist\.$/);
    expect(JSON.stringify(found)).not.toMatch(/dana/i);
  });

  async function proofWhenSigned(id: string) {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await app.call('GET', `/api/audit/entries/${id}/proof`, page);
      if (answer.status === 200 || attempt > 600) return answer.json;
      expect([answer.status, answer.json.error.code]).toEqual([409, 'ledger.not-signed-yet']);
      await pause(50);
    }
  }
});

describe('a pseudonym', () => {
  it('is resolved only after that it was asked is an entry', async () => {
    const { entries } = await get('/api/audit/entries?kind=decision&limit=1');
    const pseudonym = entries[0].actor;
    const before = (await get('/api/audit/entries?limit=1')).size;
    const answer = await app.call('POST', '/api/audit/people', page, { pseudonym, purpose: 'Incident 7' });
    expect(answer.json).toEqual({ principal: 'dana.moss', name: 'Dana Moss' });
    const [asked] = (await get('/api/audit/entries?kind=admin&limit=1')).entries;
    expect(asked.title).toBe('A pseudonym was resolved to a person.');
    expect(asked.index).toBe(before);
    const { entry } = await get(`/api/audit/entries/${asked.id}`);
    expect(entry).toMatchObject({
      what: 'pseudonym.resolved',
      details: { subject: pseudonym, purpose: 'Incident 7', by: expect.stringMatching(/^person:p-/) },
    });
    expect(asked.actor).toBe(entry.details.by.slice('person:'.length));
  });

  it('of nobody is nobody, and writes nothing', async () => {
    const before = (await get('/api/audit/entries?limit=1')).size;
    const body = { pseudonym: 'p-00000000-0000-4000-8000-000000000000', purpose: 'Incident 7' };
    const answer = await app.call('POST', '/api/audit/people', page, body);
    expect([answer.status, answer.json.error.code]).toEqual([404, 'identity.pseudonym-unknown']);
    expect((await get('/api/audit/entries?limit=1')).size).toBe(before);
  });
});

describe('the program in force', () => {
  it('is what the console needs to name things', async () => {
    const program = await get('/api/program');
    expect(program).toMatchObject({
      organisation: { id: 'acme', name: 'Acme Commerce' },
      stage: { id: 'pilot', rank: 1 },
      unsigned: true,
      engine: 'compiled',
      bundle: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(program.principals).toContainEqual({
      id: 'robin.vale',
      name: 'Robin Vale',
      kind: 'human',
      teams: ['security-engineering'],
      roles: ['platform', 'security'],
    });
    expect(program.policies.find(({ id }: { id: string }) => id === 'data.secret')).toMatchObject({
      control: 'data-handling',
      file: 'data-handling.yaml',
    });
    expect(JSON.stringify(program)).not.toMatch(/API_KEY|https?:/);
  });

  it('has budgets with names, and says which prices count', async () => {
    const { rows, pausedKeys, priceVersion } = await get('/api/budgets');
    expect(rows[0]).toMatchObject({ scope: 'organisation', name: 'Acme Commerce', reserved: 0 });
    expect(pausedKeys).toEqual([]);
    expect(priceVersion).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a sign-in link from the command line', () => {
  it('comes from the server beside which it is asked for', async () => {
    const { call, close } = await openAdministration({ dataDir: app.dataDir });
    const made = (await call('POST', '/api/sign-in/links', { principal: 'ingrid.lund' })) as { url: string };
    expect(made.url.startsWith(`${app.console}/#sign-in=fli_`)).toBe(true);
    await expect(call('POST', '/api/sign-in/links', { principal: 'nobody' })).rejects.toMatchObject({
      code: 'identity.principal-unknown',
    });
    await close();
  });
});

describe('a stop', () => {
  it('does not wait for pages that listen, and a new start knows what was before', async () => {
    const first = await runningApp();
    const headers = await first.signedIn('robin.vale');
    const listening = new Promise<string>((resolve, reject) => {
      let text = '';
      const request = open(first.console, { path: '/api/events', headers: Object.entries(headers).flat() });
      request.on('error', reject);
      request.on('response', (response) => {
        response.on('data', (chunk: Buffer) => {
          if (text === '') void first.close();
          text += chunk.toString();
        });
        response.on('end', () => resolve(text));
      });
    });
    expect(await listening).toMatch(/^event: head\ndata: \{"size":\d+,"signedSize":\d+\}\n\n/);
    await first.close();

    const second = await runningApp({ dataDir: first.dataDir });
    // The session outlives the process; its cookie belongs to the installation, not to a port.
    const own = { ...headers, origin: second.console };
    const { entries } = (await second.call('GET', '/api/audit/entries?q=signed%20in', own)).json;
    expect(entries.map(({ title }: { title: string }) => title)).toEqual([
      'A person signed in to the console.',
    ]);
    await second.stop();
    await first.stop();
  });
});
