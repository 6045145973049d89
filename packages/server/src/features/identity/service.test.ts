import { indexProgram } from '@fairlead/core/decision';
import type { AdminEntry, Entry } from '@fairlead/core/ledger';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { Draft } from '../ledger/api.ts';
import { loadProgram } from '../program/api.ts';
import type { Identity, KeyRequest } from './api.ts';
import { createIdentityService, type IdentityDeps } from './service.ts';
import type { IdentityStore } from './store.ts';
import { openIdentityStore } from './store-sql.ts';

const programDir = new URL('../../../../../program', import.meta.url).pathname;
const instance = { id: crypto.randomUUID(), incarnation: crypto.randomUUID() };
const day = 86_400_000;
let index: ReturnType<typeof indexProgram>;
let now: number;
let entries: Entry[];
let ledgerFails: boolean;
let store: IdentityStore;
let identity: Identity;

beforeAll(async () => {
  index = indexProgram((await loadProgram(programDir, { today: '2026-11-01' })).program);
});
beforeEach(async () => {
  now = Date.parse('2026-11-01T12:00:00Z');
  entries = [];
  ledgerFails = false;
  store = await openIdentityStore({ kind: 'sqlite', file: ':memory:' });
  identity = await createIdentityService(deps());
});

function deps(): IdentityDeps {
  const append = async (drafts: readonly Draft[]) => {
    if (ledgerFails) throw new Error('no ledger');
    return drafts.map(({ entry }) => ({ index: entries.push(entry) - 1, duplicate: false }));
  };
  return {
    store,
    ledger: { append },
    clock: { now: () => now },
    random: nodeRandom,
    index: () => index,
    instance,
    origin: 'live',
  };
}

function request(more: Partial<KeyRequest> = {}): KeyRequest {
  const expiresAt = now + 30 * day;
  return {
    principal: 'dana.moss',
    repositories: ['git@github.com:Acme/Payments-API.git'],
    assistant: 'codex',
    expiresAt,
    ...more,
  };
}

describe('a key', () => {
  it('stands for its principal, its normalised repositories and its assistant', async () => {
    const { id, key } = await identity.issueKey(request(), 'operator');
    expect(identity.authenticate(key)).toMatchObject({
      keyId: id,
      principal: 'dana.moss',
      repositories: ['github.com/acme/payments-api'],
      assistant: 'codex',
      actor: { kind: 'human', onBehalfOf: null },
    });
  });

  it('is an entry first, which names nobody and holds no secret', async () => {
    const { id, key } = await identity.issueKey(request(), 'token:t1');
    expect(entries).toHaveLength(1);
    const entry = entries[0] as AdminEntry;
    const actor = await identity.actorOf('dana.moss');
    expect(entry).toMatchObject({ kind: 'admin', what: 'key.issued' });
    expect(entry.details).toMatchObject({ keyId: id, by: 'token:t1', subject: actor.pseudonym });
    const text = JSON.stringify(entry);
    expect(text).not.toContain('dana');
    expect(text).not.toContain(key.slice(4, 20));
  });

  it('that reaches beyond what its holder is granted says so, in its entry and in the list', async () => {
    const repositories = ['github.com/acme/payments-api', 'github.com/acme/elsewhere'];
    const issued = await identity.issueKey(request({ repositories }), 'operator');
    expect(issued.beyondGrants).toEqual(['github.com/acme/elsewhere']);
    expect((entries[0] as AdminEntry).details).toMatchObject({ beyondGrants: ['github.com/acme/elsewhere'] });
    expect(identity.listKeys()[0]?.beyondGrants).toEqual(['github.com/acme/elsewhere']);
    await identity.issueKey(request(), 'operator');
    expect((entries[1] as AdminEntry).details).not.toHaveProperty('beyondGrants');
  });

  it('is not issued when the ledger cannot say so', async () => {
    ledgerFails = true;
    await expect(identity.issueKey(request(), 'operator')).rejects.toThrow('no ledger');
    expect(await store.keys()).toEqual([]);
    expect(identity.listKeys()).toEqual([]);
  });

  it('ends when it expires', async () => {
    const { key } = await identity.issueKey(request(), 'operator');
    now += 30 * day - 1;
    expect(identity.authenticate(key)).not.toBeNull();
    now += 1;
    expect(identity.authenticate(key)).toBeNull();
  });

  it('ends at once when it is revoked, with an entry, and only once', async () => {
    const { id, key } = await identity.issueKey(request(), 'operator');
    await identity.revokeKey(id, 'lost laptop', 'operator');
    expect(identity.authenticate(key)).toBeNull();
    expect(entries.at(-1)).toMatchObject({
      what: 'key.revoked',
      details: { keyId: id, reason: 'lost laptop' },
    });
    await expect(identity.revokeKey(id, '', 'operator')).rejects.toMatchObject({
      code: 'identity.grant-unknown',
    });
    expect(entries).toHaveLength(2);
  });

  it('stays valid when its revocation could not be recorded', async () => {
    const { id, key } = await identity.issueKey(request(), 'operator');
    ledgerFails = true;
    await expect(identity.revokeKey(id, '', 'operator')).rejects.toThrow('no ledger');
    expect(identity.authenticate(key)).not.toBeNull();
  });

  it('rotates: the successor has the same binding, the old one ends', async () => {
    const old = await identity.issueKey(request({ device: 'laptop', label: 'mine' }), 'operator');
    const fresh = await identity.rotateKey(old.id, now + 60 * day, 'operator');
    expect(identity.authenticate(old.key)).toBeNull();
    expect(identity.authenticate(fresh.key)).toMatchObject({ keyId: fresh.id, device: 'laptop' });
    expect(identity.listKeys()[0]).toMatchObject({ id: fresh.id, label: 'mine', expiresAt: now + 60 * day });
    expect(entries.map((entry) => (entry as AdminEntry).what)).toEqual([
      'key.issued',
      'key.issued',
      'key.revoked',
    ]);
    await expect(identity.rotateKey(old.id, now + day, 'operator')).rejects.toMatchObject({
      code: 'identity.grant-unknown',
    });
  });

  it('is known again after a restart, revoked ones stay revoked', async () => {
    const kept = await identity.issueKey(request(), 'operator');
    const ended = await identity.issueKey(request(), 'operator');
    await identity.revokeKey(ended.id, '', 'operator');
    const again = await createIdentityService(deps());
    expect(again.authenticate(kept.key)).toEqual(identity.authenticate(kept.key));
    expect(again.authenticate(ended.key)).toBeNull();
    expect(
      again
        .listKeys()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([kept.id, ended.id].sort());
  });

  it('is unknown when it is malformed, another’s, or only a look-alike', async () => {
    const { key } = await identity.issueKey(request(), 'operator');
    for (const other of ['', 'flk_', key.slice(0, -1), key.toUpperCase(), key.replace('flk', 'flt')]) {
      expect(identity.authenticate(other)).toBeNull();
    }
  });
});

describe('a key request', () => {
  const refusals: readonly (readonly [string, Partial<KeyRequest>, string])[] = [
    ['for nobody of the program', { principal: 'eve' }, 'identity.principal-unknown'],
    ['for an assistant that is not approved', { assistant: 'unheard-of' }, 'identity.assistant-unknown'],
    ['for a vendor that is not listed', { vendor: 'unheard-of' }, 'identity.request-invalid'],
    ['without a repository', { repositories: [] }, 'identity.request-invalid'],
    ['for a repository that is no name', { repositories: ['../etc/passwd'] }, 'identity.request-invalid'],
    ['that ended before it began', { expiresAt: 0 }, 'identity.request-invalid'],
    ['for ever', { expiresAt: Number.MAX_SAFE_INTEGER }, 'identity.request-invalid'],
    ['until no number', { expiresAt: Number.NaN }, 'identity.request-invalid'],
  ];
  it.each(refusals)('%s is refused, and nothing is recorded', async (_, more, code) => {
    await expect(identity.issueKey(request(more), 'operator')).rejects.toMatchObject({ code });
    expect(entries).toEqual([]);
  });

  it('takes an earlier name of a repository as the repository, once', async () => {
    const repositories = [
      'github.com/acme/payments',
      'acme/payments-api',
      'https://github.com/acme/payments-api.git',
    ];
    const { key } = await identity.issueKey(request({ repositories }), 'operator');
    expect(identity.authenticate(key)?.repositories).toEqual(['github.com/acme/payments-api']);
  });
});

describe('a control token', () => {
  it('has its scope until it expires or is revoked', async () => {
    const issued = await identity.issueToken({ scope: 'audit', expiresAt: now + day }, 'operator');
    expect(identity.authenticateToken(issued.token)).toEqual({
      id: issued.id,
      scope: 'audit',
      expiresAt: now + day,
    });
    expect(identity.listTokens()).toMatchObject([{ id: issued.id, scope: 'audit', revokedAt: null }]);
    await identity.revokeToken(issued.id, 'done', 'operator');
    expect(identity.authenticateToken(issued.token)).toBeNull();
    await expect(identity.revokeToken(issued.id, '', 'operator')).rejects.toMatchObject({
      code: 'identity.grant-unknown',
    });
    const other = await identity.issueToken(
      { scope: 'metrics', expiresAt: now + day, label: 'scraper' },
      'operator',
    );
    now += day;
    expect(identity.authenticateToken(other.token)).toBeNull();
    expect(JSON.stringify(entries)).not.toContain(other.token.slice(4, 20));
  });

  it('is no key, and a key is no token', async () => {
    const { token } = await identity.issueToken({ scope: 'admin', expiresAt: now + day }, 'operator');
    const { key } = await identity.issueKey(request(), 'operator');
    expect(identity.authenticate(token)).toBeNull();
    expect(identity.authenticateToken(key)).toBeNull();
  });
});

describe('a pseudonym', () => {
  it('is random, stays with its principal, and says what kind it is', async () => {
    const person = await identity.actorOf('dana.moss');
    const bot = await identity.actorOf('payments-release-bot');
    expect(person.pseudonym).toMatch(/^p-[0-9a-f-]{36}$/);
    expect(bot).toMatchObject({ kind: 'service' });
    expect(bot.pseudonym).not.toBe(person.pseudonym);
    const again = await createIdentityService(deps());
    expect(await again.actorOf('dana.moss')).toEqual(person);
  });
});
