import { indexProgram } from '@fairlead/core/decision';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunRequest } from './api.ts';
import { inPayments, instance, minute, payments, rejects, startWorld, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

describe('a token', () => {
  it('stands for the person, the repository and the assistant, as a claim of the git remote', async () => {
    const device = await world.enrolled();
    const { id, token, lifeSeconds } = await world.devices.mint(device, inPayments, 'refresh');
    expect(lifeSeconds).toBe(600);
    expect(world.devices.authenticate(token)).toMatchObject({
      keyId: device.id,
      tokenId: id,
      principal: 'dana.moss',
      repositories: ['github.com/acme/payments-api'],
      repositoryEvidence: 'claim',
      assistant: 'codex',
      actor: { kind: 'human' },
    });
    // Remembered, it is the same caller.
    expect(world.devices.authenticate(token)).toBe(world.devices.authenticate(token));
  });

  it('says the repository itself where the login is for that one alone', async () => {
    const bound = await world.enrolled('dana.moss', ['acme/payments-api']);
    expect((await world.devices.mint(bound, inPayments, 'refresh')).evidence).toBe('token');
    const elsewhere = { assistant: 'codex', remotes: ['git@github.com:acme/shared-libs.git'] };
    await expect(world.devices.mint(bound, elsewhere, 'refresh')).rejects.toThrow(
      rejects('identity.repository-not-granted'),
    );
    const several = await world.enrolled('dana.moss', ['acme/payments-api', 'acme/shared-libs']);
    expect((await world.devices.mint(several, inPayments, 'refresh')).evidence).toBe('claim');
  });

  it('covers every remote, or none', async () => {
    const device = await world.enrolled();
    const both = { assistant: 'codex', remotes: [payments, 'https://github.com/acme/shared-libs'] };
    expect((await world.devices.mint(device, both, 'refresh')).repositories).toEqual([
      'github.com/acme/payments-api',
      'github.com/acme/shared-libs',
    ]);
    const fork = { assistant: 'codex', remotes: [payments, 'https://github.com/dana/payments-api'] };
    await expect(world.devices.mint(device, fork, 'refresh')).rejects.toThrow(
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
    const device = await world.enrolled();
    const size = world.entries.length;
    const request = { assistant: 'codex', remotes: [remote] };
    await expect(world.devices.mint(device, request, 'refresh')).rejects.toThrow(rejects(code));
    expect(() => world.devices.grant(device, request)).toThrow(rejects(code));
    expect(world.entries).toHaveLength(size);
  });

  it('is not minted for an assistant that is not approved, nor for no remote', async () => {
    const device = await world.enrolled();
    const mint = (request: RunRequest) => world.devices.mint(device, request, 'refresh');
    await expect(mint({ ...inPayments, assistant: 'cursor' })).rejects.toThrow(
      rejects('identity.assistant-unknown'),
    );
    await expect(mint({ ...inPayments, remotes: [] })).rejects.toThrow(rejects('identity.request-invalid'));
    world.index = null;
    await expect(mint(inPayments)).rejects.toThrow(rejects('identity.assistant-unknown'));
  });

  it('ends after its ten minutes, and a session’s after its twelve hours', async () => {
    const device = await world.enrolled();
    const short = await world.devices.mint(device, inPayments, 'refresh');
    const long = await world.devices.mint(device, inPayments, 'session');
    world.now += 599_999;
    expect(world.devices.authenticate(short.token)).not.toBeNull();
    world.now += 1;
    expect(world.devices.authenticate(short.token)).toBeNull();
    expect(world.devices.authenticate(long.token)).not.toBeNull();
    world.now += 12 * 60 * minute;
    expect(world.devices.authenticate(long.token)).toBeNull();
  });

  it('never outlives its login', async () => {
    const { code } = await world.devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: world.now + 2 * minute },
      'operator',
    );
    const { device, login } = await world.devices.enrol(code, '');
    expect((await world.devices.mint(device, inPayments, 'session')).lifeSeconds).toBe(120);
    world.now += 2 * minute;
    expect(world.devices.authenticateLogin(login)).toBeNull();
  });

  it('ends with its device, at once, also in another start', async () => {
    const device = await world.enrolled();
    const { token } = await world.devices.mint(device, inPayments, 'refresh');
    const caller = world.devices.authenticate(token);
    await world.devices.revoke(device.id, 'lost', 'operator');
    expect(world.devices.authenticate(token)).toBeNull();
    expect(caller && world.devices.isRevoked(caller)).toBe(true);
    expect((await world.again()).authenticate(token)).toBeNull();
    await expect(world.devices.revoke(device.id, '', 'operator')).rejects.toThrow(
      rejects('identity.device-unknown'),
    );
    await expect(world.devices.revoke('x'.repeat(500), '', 'operator')).rejects.toThrow(
      rejects('identity.device-unknown'),
    );
  });

  it('ends by its id, at once, also in another start, and the others stay', async () => {
    const device = await world.enrolled();
    const one = await world.devices.mint(device, inPayments, 'session');
    const other = await world.devices.mint(device, inPayments, 'session');
    const caller = world.devices.authenticate(one.token);
    await world.devices.revokeToken(one.id, 'lost', 'operator');
    expect(world.devices.authenticate(one.token)).toBeNull();
    expect(caller && world.devices.isRevoked(caller)).toBe(true);
    const again = await world.again();
    expect(again.authenticate(one.token)).toBeNull();
    expect(again.authenticate(other.token)).not.toBeNull();
    await expect(world.devices.revokeToken(one.id, '', 'operator')).rejects.toThrow(
      rejects('identity.grant-unknown'),
    );
    await expect(world.devices.revokeToken('1; drop', '', 'operator')).rejects.toThrow(
      rejects('identity.grant-unknown'),
    );
  });

  it('is ended by its own device alone', async () => {
    const device = await world.enrolled();
    const other = await world.enrolled('ravi.kumar');
    const { token } = await world.devices.mint(device, inPayments, 'session');
    await expect(world.devices.endToken(other, token)).rejects.toThrow(rejects('identity.grant-unknown'));
    await expect(world.devices.endToken(device, `${token}x`)).rejects.toThrow(
      rejects('identity.grant-unknown'),
    );
    await world.devices.endToken(device, token);
    await world.devices.endToken(device, token);
    expect(world.devices.authenticate(token)).toBeNull();
    expect(world.entries.filter(({ what }) => what === 'assistant-token.revoked')).toHaveLength(1);
  });

  it('ends with the grant it rests on', async () => {
    const device = await world.enrolled();
    const { token } = await world.devices.mint(device, inPayments, 'refresh');
    expect(world.devices.authenticate(token)).not.toBeNull();
    const moved = world.program.program.repositories.map((repository) =>
      repository.id === 'github.com/acme/payments-api' ? { ...repository, team: 'fraud' } : repository,
    );
    world.index = indexProgram({ ...world.program.program, repositories: moved });
    expect(world.devices.authenticate(token)).toBeNull();
    world.index = world.program;
    expect(world.devices.authenticate(token)).not.toBeNull();
    world.index = null;
    expect(world.devices.authenticate(token)).toBeNull();
  });

  it('of another installation, or of before a rotation at once, is none', async () => {
    const device = await world.enrolled();
    const { token } = await world.devices.mint(device, inPayments, 'session');
    const foreign = await world.again({ instance: { ...instance, id: crypto.randomUUID() } });
    expect(foreign.authenticate(token)).toBeNull();
    await world.devices.rotateSigningKey(false, 'operator');
    expect(world.devices.authenticate(token)).not.toBeNull();
    await world.devices.rotateSigningKey(true, 'operator');
    expect(world.devices.authenticate(token)).toBeNull();
    expect(
      world.devices.authenticate((await world.devices.mint(device, inPayments, 'refresh')).token),
    ).not.toBeNull();
  });

  it('of a clock that is ahead is not taken before its time', async () => {
    const device = await world.enrolled();
    const { token } = await world.devices.mint(device, inPayments, 'refresh');
    world.now -= 61_000;
    expect(world.devices.authenticate(token)).toBeNull();
  });

  it.each(['', 'fla_', 'fla_..', 'flk_x', `fla_${'.'.repeat(50)}`])('%j is none', (text) => {
    expect(world.devices.authenticate(text)).toBeNull();
  });

  it('is minted at most sixty times a minute, so that one device does not fill the ledger', async () => {
    const device = await world.enrolled();
    for (let count = 0; count < 60; count += 1) await world.devices.mint(device, inPayments, 'refresh');
    await expect(world.devices.mint(device, inPayments, 'refresh')).rejects.toThrow(
      rejects('identity.too-many-tokens'),
    );
    world.now += minute;
    await world.devices.mint(device, inPayments, 'refresh');
  });
});

describe('whoever asks for whatever', () => {
  it('gets a token only for what a team of theirs owns or lists', async () => {
    const people = world.program.program.teams.flatMap(({ members }) => members.map(({ id }) => id));
    const names = world.program.program.repositories.flatMap(({ id, aliases }) => [id, ...aliases]);
    const anyone = fc.constantFrom(...people);
    const anything = fc.oneof(fc.constantFrom(...names), fc.webUrl(), fc.string());
    await fc.assert(
      fc.asyncProperty(anyone, anything, async (principal, name) => {
        const device = await world.enrolled(principal);
        const minted = await world.devices
          .mint(device, { assistant: 'codex', remotes: [name] }, 'refresh')
          .catch(() => null);
        const teams = world.program.program.teams.filter(({ members }) =>
          members.some(({ id }) => id === principal),
        );
        const repository = world.program.program.repositories.find(
          ({ id, aliases }) => id === name || aliases.includes(name),
        );
        const granted = teams.some(
          ({ id, repositories }) =>
            repository && (repository.team === id || repositories.includes(repository.id)),
        );
        expect(minted !== null).toBe(granted && repository?.allowlisted === true);
        if (minted) expect(world.devices.authenticate(minted.token)?.repositories).toEqual([repository?.id]);
      }),
      { numRuns: 60 },
    );
  });
});
