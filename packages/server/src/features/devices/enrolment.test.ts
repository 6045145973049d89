import { indexProgram } from '@fairlead/core/decision';
import { beforeEach, describe, expect, it } from 'vitest';
import { inPayments, minute, rejects, startWorld, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

describe('an enrolment code', () => {
  it('makes one login, which is that person’s device', async () => {
    const { code, expiresAt } = await world.devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: world.now + minute },
      'token:t1',
    );
    expect(code).toMatch(/^flc_[0-9A-Za-z]{49}$/);
    expect(expiresAt).toBe(world.now + 10 * minute);
    const { device, login } = await world.devices.enrol(code, 'laptop');
    expect(login).toMatch(/^fld_[0-9A-Za-z]{49}$/);
    expect(world.devices.authenticateLogin(login)).toEqual(device);
    expect(device).toMatchObject({ principal: 'dana.moss', repositories: null, name: 'laptop' });
    await expect(world.devices.enrol(code, 'another')).rejects.toThrow(rejects('identity.code-invalid'));
    expect(world.devices.list()).toHaveLength(1);
  });

  it('is used by one of two who send it at once', async () => {
    const { code } = await world.devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: world.now + minute },
      'operator',
    );
    const both = await Promise.allSettled([world.devices.enrol(code, 'a'), world.devices.enrol(code, 'b')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('ends after ten minutes', async () => {
    const request = { principal: 'dana.moss', loginExpiresAt: world.now + 60 * minute };
    const { code } = await world.devices.issueCode(request, 'operator');
    world.now += 10 * minute;
    await expect(world.devices.enrol(code, '')).rejects.toThrow(rejects('identity.code-invalid'));
  });

  it.each(['', 'flc_', `flc_${'0'.repeat(49)}`, 'x'.repeat(200)])('%j is none', async (code) => {
    await expect(world.devices.enrol(code, '')).rejects.toThrow(rejects('identity.code-invalid'));
    expect(world.entries).toEqual([]);
  });

  it('is for people of the program, and everything granted ends', async () => {
    const ask = (principal: string, loginExpiresAt: number) =>
      world.devices.issueCode({ principal, loginExpiresAt }, 'operator');
    await expect(ask('nobody', world.now + minute)).rejects.toThrow(rejects('identity.principal-unknown'));
    await expect(ask('dana.moss', world.now)).rejects.toThrow(rejects('identity.request-invalid'));
    await expect(ask('dana.moss', world.now + 400 * 24 * 60 * minute)).rejects.toThrow(
      rejects('identity.request-invalid'),
    );
    const odd = { principal: 'dana.moss', loginExpiresAt: world.now + minute, repositories: ['a b'] };
    await expect(world.devices.issueCode(odd, 'operator')).rejects.toThrow(
      rejects('identity.request-invalid'),
    );
  });

  it('ends with its person', async () => {
    const request = { principal: 'dana.moss', loginExpiresAt: world.now + 60 * minute };
    const { code } = await world.devices.issueCode(request, 'operator');
    const others = world.program.program.teams.filter(({ id }) => id !== 'payments');
    world.index = indexProgram({ ...world.program.program, teams: others });
    await expect(world.devices.enrol(code, '')).rejects.toThrow(rejects('identity.code-invalid'));
  });
});

describe('the ledger', () => {
  it('has every grant and every ending, naming nobody and holding no secret', async () => {
    const device = await world.enrolled();
    const { id, token } = await world.devices.mint(device, inPayments, 'refresh');
    await world.devices.revokeToken(id, 'lost', 'token:t1');
    await world.devices.revoke(device.id, 'lost', 'token:t1');
    await world.devices.rotateSigningKey(true, 'operator');
    expect(world.entries.map(({ what }) => what)).toEqual([
      'enrolment-code.issued',
      'device.enrolled',
      'assistant-token.issued',
      'assistant-token.revoked',
      'device.revoked',
      'signing-key.rotated',
    ]);
    expect(world.entries[2]?.details).toMatchObject({
      tokenId: id,
      by: `device:${device.id}`,
      repositories: ['github.com/acme/payments-api'],
      repositoryEvidence: 'claim',
      assistant: 'codex',
    });
    const text = JSON.stringify(world.entries);
    for (const secret of ['dana', 'laptop', 'fl', token.slice(-40)].filter((part) => part !== 'fl')) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/fl[acd]_/);
  });

  it('comes first: without it nothing is granted', async () => {
    const device = await world.enrolled();
    const { code } = await world.devices.issueCode(
      { principal: 'dana.moss', loginExpiresAt: world.now + minute },
      'operator',
    );
    world.ledgerFails = true;
    await expect(world.devices.mint(device, inPayments, 'refresh')).rejects.toThrow('no ledger');
    await expect(world.devices.enrol(code, '')).rejects.toThrow('no ledger');
    await expect(world.devices.revoke(device.id, '', 'operator')).rejects.toThrow('no ledger');
    world.ledgerFails = false;
    expect(world.devices.list()).toHaveLength(1);
    expect(world.devices.list()[0]?.revokedAt).toBeNull();
  });
});
