import { indexProgram, type ProgramIndex } from '@fairlead/core/decision';
import type { AdminEntry } from '@fairlead/core/ledger';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { Draft } from '../ledger/api.ts';
import { loadProgram } from '../program/api.ts';
import type { DeviceRow, Devices, RunRequest } from './api.ts';
import type { DevicesDeps } from './deps.ts';
import { createDevicesService } from './service.ts';
import { openSigningKeys } from './signing-keys.ts';
import type { DeviceStore } from './store.ts';
import { openDeviceStore } from './store-sql.ts';

const programDir = new URL('../../../../../program', import.meta.url).pathname;
const instance = { id: crypto.randomUUID(), incarnation: crypto.randomUUID() };
const minute = 60_000;
const payments = 'git@github.com:acme/payments-api.git';
const inPayments: RunRequest = { assistant: 'codex', remotes: [payments] };
let program: ProgramIndex;
let index: ProgramIndex | null;
let now: number;
let entries: AdminEntry[];
let ledgerFails: boolean;
let store: DeviceStore;
let keys: DevicesDeps['keys'];
let devices: Devices;

beforeAll(async () => {
  program = indexProgram((await loadProgram(programDir, { today: '2026-11-01' })).program);
});
beforeEach(async () => {
  now = Date.parse('2026-11-01T12:00:00Z');
  index = program;
  entries = [];
  ledgerFails = false;
  store = await openDeviceStore({ kind: 'sqlite', file: ':memory:' });
  keys = openSigningKeys(null);
  devices = await createDevicesService(deps());
});

function deps(): DevicesDeps {
  const append = async (drafts: readonly Draft[]) => {
    if (ledgerFails) throw new Error('no ledger');
    return drafts.map(({ entry }) => ({ index: entries.push(entry as AdminEntry) - 1, duplicate: false }));
  };
  const actorOf = async (principal: string) => ({
    pseudonym: `p-${Buffer.from(principal).toString('hex')}`,
    kind: 'human' as const,
    onBehalfOf: null,
  });
  return {
    store,
    ledger: { append },
    identity: { actorOf },
    clock: { now: () => now },
    random: nodeRandom,
    index: () => index,
    keys,
    instance,
    origin: 'live',
    tokenLifeSeconds: 600,
  };
}

async function enrolled(
  principal = 'dana.moss',
  repositories: readonly string[] | null = null,
): Promise<DeviceRow> {
  const request = { principal, repositories, loginExpiresAt: now + 90 * 24 * 60 * minute };
  const { code } = await devices.issueCode(request, 'operator');
  return (await devices.enrol(code, 'laptop')).device;
}

const rejects = (code: string) => expect.objectContaining({ code });

describe('an enrolment code', () => {
  it('makes one login, which is that person’s device', async () => {
    const { code, expiresAt } = await devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: now + minute },
      'token:t1',
    );
    expect(code).toMatch(/^flc_[0-9A-Za-z]{49}$/);
    expect(expiresAt).toBe(now + 10 * minute);
    const { device, login } = await devices.enrol(code, 'laptop');
    expect(login).toMatch(/^fld_[0-9A-Za-z]{49}$/);
    expect(devices.authenticateLogin(login)).toEqual(device);
    expect(device).toMatchObject({ principal: 'dana.moss', repositories: null, name: 'laptop' });
    await expect(devices.enrol(code, 'another')).rejects.toThrow(rejects('identity.code-invalid'));
    expect(devices.list()).toHaveLength(1);
  });

  it('is used by one of two who send it at once', async () => {
    const { code } = await devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: now + minute },
      'operator',
    );
    const both = await Promise.allSettled([devices.enrol(code, 'a'), devices.enrol(code, 'b')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('ends after ten minutes', async () => {
    const request = { principal: 'dana.moss', loginExpiresAt: now + 60 * minute };
    const { code } = await devices.issueCode(request, 'operator');
    now += 10 * minute;
    await expect(devices.enrol(code, '')).rejects.toThrow(rejects('identity.code-invalid'));
  });

  it.each(['', 'flc_', `flc_${'0'.repeat(49)}`, 'x'.repeat(200)])('%j is none', async (code) => {
    await expect(devices.enrol(code, '')).rejects.toThrow(rejects('identity.code-invalid'));
    expect(entries).toEqual([]);
  });

  it('is for people of the program, and everything granted ends', async () => {
    const ask = (principal: string, loginExpiresAt: number) =>
      devices.issueCode({ principal, loginExpiresAt }, 'operator');
    await expect(ask('nobody', now + minute)).rejects.toThrow(rejects('identity.principal-unknown'));
    await expect(ask('dana.moss', now)).rejects.toThrow(rejects('identity.request-invalid'));
    await expect(ask('dana.moss', now + 400 * 24 * 60 * minute)).rejects.toThrow(
      rejects('identity.request-invalid'),
    );
    const odd = { principal: 'dana.moss', loginExpiresAt: now + minute, repositories: ['a b'] };
    await expect(devices.issueCode(odd, 'operator')).rejects.toThrow(rejects('identity.request-invalid'));
  });

  it('ends with its person', async () => {
    const request = { principal: 'dana.moss', loginExpiresAt: now + 60 * minute };
    const { code } = await devices.issueCode(request, 'operator');
    const others = program.program.teams.filter(({ id }) => id !== 'payments');
    index = indexProgram({ ...program.program, teams: others });
    await expect(devices.enrol(code, '')).rejects.toThrow(rejects('identity.code-invalid'));
  });
});

describe('the ledger', () => {
  it('has every grant and every ending, naming nobody and holding no secret', async () => {
    const device = await enrolled();
    const { id, token } = await devices.mint(device, inPayments, 'refresh');
    await devices.revokeToken(id, 'lost', 'token:t1');
    await devices.revoke(device.id, 'lost', 'token:t1');
    await devices.rotateSigningKey(true, 'operator');
    expect(entries.map(({ what }) => what)).toEqual([
      'enrolment-code.issued',
      'device.enrolled',
      'assistant-token.issued',
      'assistant-token.revoked',
      'device.revoked',
      'signing-key.rotated',
    ]);
    expect(entries[2]?.details).toMatchObject({
      tokenId: id,
      by: `device:${device.id}`,
      repositories: ['github.com/acme/payments-api'],
      repositoryEvidence: 'claim',
      assistant: 'codex',
    });
    const text = JSON.stringify(entries);
    for (const secret of ['dana', 'laptop', 'fl', token.slice(-40)].filter((part) => part !== 'fl')) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/fl[acd]_/);
  });

  it('comes first: without it nothing is granted', async () => {
    const device = await enrolled();
    const { code } = await devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: now + minute },
      'operator',
    );
    ledgerFails = true;
    await expect(devices.mint(device, inPayments, 'refresh')).rejects.toThrow('no ledger');
    await expect(devices.enrol(code, '')).rejects.toThrow('no ledger');
    await expect(devices.revoke(device.id, '', 'operator')).rejects.toThrow('no ledger');
    ledgerFails = false;
    expect(devices.list()).toHaveLength(1);
    expect(devices.list()[0]?.revokedAt).toBeNull();
  });
});

describe('a token', () => {
  it('stands for the person, the repository and the assistant, as a claim of the git remote', async () => {
    const device = await enrolled();
    const { id, token, lifeSeconds } = await devices.mint(device, inPayments, 'refresh');
    expect(lifeSeconds).toBe(600);
    expect(devices.authenticate(token)).toMatchObject({
      keyId: device.id,
      tokenId: id,
      principal: 'dana.moss',
      repositories: ['github.com/acme/payments-api'],
      repositoryEvidence: 'claim',
      assistant: 'codex',
      actor: { kind: 'human' },
    });
    // Remembered, it is the same caller.
    expect(devices.authenticate(token)).toBe(devices.authenticate(token));
  });

  it('says the repository itself where the login is for that one alone', async () => {
    const bound = await enrolled('dana.moss', ['acme/payments-api']);
    expect((await devices.mint(bound, inPayments, 'refresh')).evidence).toBe('token');
    const elsewhere = { assistant: 'codex', remotes: ['git@github.com:acme/shared-libs.git'] };
    await expect(devices.mint(bound, elsewhere, 'refresh')).rejects.toThrow(
      rejects('identity.repository-not-granted'),
    );
    const several = await enrolled('dana.moss', ['acme/payments-api', 'acme/shared-libs']);
    expect((await devices.mint(several, inPayments, 'refresh')).evidence).toBe('claim');
  });

  it('covers every remote, or none', async () => {
    const device = await enrolled();
    const both = { assistant: 'codex', remotes: [payments, 'https://github.com/acme/shared-libs'] };
    expect((await devices.mint(device, both, 'refresh')).repositories).toEqual([
      'github.com/acme/payments-api',
      'github.com/acme/shared-libs',
    ]);
    const fork = { assistant: 'codex', remotes: [payments, 'https://github.com/dana/payments-api'] };
    await expect(devices.mint(device, fork, 'refresh')).rejects.toThrow(
      rejects('identity.repository-not-granted'),
    );
  });

  it.each([
    ['another team’s repository', 'git@github.com:acme/web-shop.git', 'identity.repository-not-granted'],
    ['an unknown repository', 'git@github.com:evil/payments-api.git', 'identity.repository-not-granted'],
    ['no repository at all', 'ext::sh -c touch', 'identity.repository-not-granted'],
    [
      'one that no assistant may enter',
      'git@github.com:acme/skunkworks.git',
      'identity.repository-not-allowlisted',
    ],
  ])('is not minted for %s', async (_, remote, code) => {
    const device = await enrolled();
    const size = entries.length;
    const request = { assistant: 'codex', remotes: [remote] };
    await expect(devices.mint(device, request, 'refresh')).rejects.toThrow(rejects(code));
    expect(() => devices.grant(device, request)).toThrow(rejects(code));
    expect(entries).toHaveLength(size);
  });

  it('is not minted for an assistant that is not approved, nor for no remote', async () => {
    const device = await enrolled();
    const mint = (request: RunRequest) => devices.mint(device, request, 'refresh');
    await expect(mint({ ...inPayments, assistant: 'cursor' })).rejects.toThrow(
      rejects('identity.assistant-unknown'),
    );
    await expect(mint({ ...inPayments, remotes: [] })).rejects.toThrow(rejects('identity.request-invalid'));
    index = null;
    await expect(mint(inPayments)).rejects.toThrow(rejects('identity.assistant-unknown'));
  });

  it('ends after its ten minutes, and a session’s after its twelve hours', async () => {
    const device = await enrolled();
    const short = await devices.mint(device, inPayments, 'refresh');
    const long = await devices.mint(device, inPayments, 'session');
    now += 599_999;
    expect(devices.authenticate(short.token)).not.toBeNull();
    now += 1;
    expect(devices.authenticate(short.token)).toBeNull();
    expect(devices.authenticate(long.token)).not.toBeNull();
    now += 12 * 60 * minute;
    expect(devices.authenticate(long.token)).toBeNull();
  });

  it('never outlives its login', async () => {
    const { code } = await devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: now + 2 * minute },
      'operator',
    );
    const { device, login } = await devices.enrol(code, '');
    expect((await devices.mint(device, inPayments, 'session')).lifeSeconds).toBe(120);
    now += 2 * minute;
    expect(devices.authenticateLogin(login)).toBeNull();
  });

  it('ends with its device, at once, also in another start', async () => {
    const device = await enrolled();
    const { token } = await devices.mint(device, inPayments, 'refresh');
    const caller = devices.authenticate(token);
    await devices.revoke(device.id, 'lost', 'operator');
    expect(devices.authenticate(token)).toBeNull();
    expect(caller && devices.isRevoked(caller)).toBe(true);
    expect((await createDevicesService(deps())).authenticate(token)).toBeNull();
    await expect(devices.revoke(device.id, '', 'operator')).rejects.toThrow(
      rejects('identity.device-unknown'),
    );
    await expect(devices.revoke('x'.repeat(500), '', 'operator')).rejects.toThrow(
      rejects('identity.device-unknown'),
    );
  });

  it('ends by its id, at once, also in another start, and the others stay', async () => {
    const device = await enrolled();
    const one = await devices.mint(device, inPayments, 'session');
    const other = await devices.mint(device, inPayments, 'session');
    const caller = devices.authenticate(one.token);
    await devices.revokeToken(one.id, 'lost', 'operator');
    expect(devices.authenticate(one.token)).toBeNull();
    expect(caller && devices.isRevoked(caller)).toBe(true);
    const again = await createDevicesService(deps());
    expect(again.authenticate(one.token)).toBeNull();
    expect(again.authenticate(other.token)).not.toBeNull();
    await expect(devices.revokeToken(one.id, '', 'operator')).rejects.toThrow(
      rejects('identity.grant-unknown'),
    );
    await expect(devices.revokeToken('1; drop', '', 'operator')).rejects.toThrow(
      rejects('identity.grant-unknown'),
    );
  });

  it('is ended by its own device alone', async () => {
    const device = await enrolled();
    const other = await enrolled('ravi.kumar');
    const { token } = await devices.mint(device, inPayments, 'session');
    await expect(devices.endToken(other, token)).rejects.toThrow(rejects('identity.grant-unknown'));
    await expect(devices.endToken(device, `${token}x`)).rejects.toThrow(rejects('identity.grant-unknown'));
    await devices.endToken(device, token);
    await devices.endToken(device, token);
    expect(devices.authenticate(token)).toBeNull();
    expect(entries.filter(({ what }) => what === 'assistant-token.revoked')).toHaveLength(1);
  });

  it('ends with the grant it rests on', async () => {
    const device = await enrolled();
    const { token } = await devices.mint(device, inPayments, 'refresh');
    expect(devices.authenticate(token)).not.toBeNull();
    const moved = program.program.repositories.map((repository) =>
      repository.id === 'github.com/acme/payments-api' ? { ...repository, team: 'fraud' } : repository,
    );
    index = indexProgram({ ...program.program, repositories: moved });
    expect(devices.authenticate(token)).toBeNull();
    index = program;
    expect(devices.authenticate(token)).not.toBeNull();
    index = null;
    expect(devices.authenticate(token)).toBeNull();
  });

  it('of another installation, or of before a rotation at once, is none', async () => {
    const device = await enrolled();
    const { token } = await devices.mint(device, inPayments, 'session');
    const foreign = await createDevicesService({
      ...deps(),
      instance: { ...instance, id: crypto.randomUUID() },
    });
    expect(foreign.authenticate(token)).toBeNull();
    await devices.rotateSigningKey(false, 'operator');
    expect(devices.authenticate(token)).not.toBeNull();
    await devices.rotateSigningKey(true, 'operator');
    expect(devices.authenticate(token)).toBeNull();
    expect(devices.authenticate((await devices.mint(device, inPayments, 'refresh')).token)).not.toBeNull();
  });

  it('of a clock that is ahead is not taken before its time', async () => {
    const device = await enrolled();
    const { token } = await devices.mint(device, inPayments, 'refresh');
    now -= 61_000;
    expect(devices.authenticate(token)).toBeNull();
  });

  it.each(['', 'fla_', 'fla_..', 'flk_x', `fla_${'.'.repeat(50)}`])('%j is none', (text) => {
    expect(devices.authenticate(text)).toBeNull();
  });

  it('is minted at most sixty times a minute, so that one device does not fill the ledger', async () => {
    const device = await enrolled();
    for (let count = 0; count < 60; count += 1) await devices.mint(device, inPayments, 'refresh');
    await expect(devices.mint(device, inPayments, 'refresh')).rejects.toThrow(
      rejects('identity.too-many-tokens'),
    );
    now += minute;
    await devices.mint(device, inPayments, 'refresh');
  });
});

describe('whoever asks for whatever', () => {
  it('gets a token only for what a team of theirs owns or lists', async () => {
    const people = program.program.teams.flatMap(({ members }) => members.map(({ id }) => id));
    const names = program.program.repositories.flatMap(({ id, aliases }) => [id, ...aliases]);
    const anyone = fc.constantFrom(...people);
    const anything = fc.oneof(fc.constantFrom(...names), fc.webUrl(), fc.string());
    await fc.assert(
      fc.asyncProperty(anyone, anything, async (principal, name) => {
        const device = await enrolled(principal);
        const minted = await devices
          .mint(device, { assistant: 'codex', remotes: [name] }, 'refresh')
          .catch(() => null);
        const teams = program.program.teams.filter(({ members }) =>
          members.some(({ id }) => id === principal),
        );
        const repository = program.program.repositories.find(
          ({ id, aliases }) => id === name || aliases.includes(name),
        );
        const granted = teams.some(
          ({ id, repositories }) =>
            repository && (repository.team === id || repositories.includes(repository.id)),
        );
        expect(minted !== null).toBe(granted && repository?.allowlisted === true);
        if (minted) expect(devices.authenticate(minted.token)?.repositories).toEqual([repository?.id]);
      }),
      { numRuns: 60 },
    );
  });
});
