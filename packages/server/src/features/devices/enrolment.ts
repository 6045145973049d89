import { repositoryIdOf } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import { v7 as uuidv7 } from 'uuid';
import { checkExpiry, digestOf, isWellFormed, newSecret, type RequestedBy } from '../identity/api.ts';
import { rowBinding } from '../ledger/api.ts';
import type { CodeRequest, EnrolledDevice, IssuedCode } from './api.ts';
import { type DevicesDeps, recordAdmin, rowOf } from './deps.ts';
import type { DeviceRecord } from './types.ts';

/** A code is copied from one screen to another at once, so it doesn't live long. */
const codeLifeMs = 10 * 60_000;
const maxRepositories = 50;

/** @throws FairleadError `identity.principal-unknown`, `identity.request-invalid` */
export async function issueCode(
  deps: DevicesDeps,
  request: CodeRequest,
  by: RequestedBy,
): Promise<IssuedCode> {
  const { principal, loginExpiresAt } = request;
  const index = deps.index();
  const now = deps.clock.now();
  if (index !== null && index.kindOf(principal) === null) {
    throw new FairleadError('identity.principal-unknown', { place: { path: principal.slice(0, 200) } });
  }
  checkExpiry(loginExpiresAt, now);
  const repositories = narrowed(deps, request.repositories ?? null);
  const id = uuidv7();
  const code = newSecret('flc', deps.random);
  const expiresAt = now + codeLifeMs;
  const { pseudonym } = await deps.identity.actorOf(principal);
  const granted = { id, digest: digestOf(code), principal, repositories };
  const bound = { ...granted, loginExpiresAt, createdAt: now, expiresAt };
  await recordAdmin(deps, 'enrolment-code.issued', {
    codeId: id,
    by,
    subject: pseudonym,
    ...(repositories === null ? {} : { repositories }),
    expiresAt: new Date(expiresAt).toISOString(),
    loginExpiresAt: new Date(loginExpiresAt).toISOString(),
    binding: rowBinding(bound),
  });
  await deps.store.insertCode({ ...bound, usedAt: null });
  return { id, code, expiresAt };
}

function narrowed(deps: DevicesDeps, names: readonly string[] | null): readonly string[] | null {
  if (names === null || names.length === 0) return null;
  const index = deps.index();
  if (index === null || names.length > maxRepositories) {
    throw new FairleadError('identity.request-invalid', {
      message:
        index === null
          ? 'A login can be narrowed to repositories only while the server runs, which knows them.'
          : `A login is narrowed to at most ${maxRepositories} repositories.`,
    });
  }
  const ids = names.map((name) => {
    const id = repositoryIdOf(index, name);
    if (id !== null) return id;
    throw new FairleadError('identity.request-invalid', {
      message: 'A repository reads host/owner/name, or is a git URL.',
      place: { path: name.slice(0, 200) },
    });
  });
  return [...new Set(ids)].sort();
}

/**
 * Makes a device's login of a code. The code is used up first, so that of two who send it one is refused.
 * @throws FairleadError `identity.code-invalid`
 */
export async function enrolDevice(
  deps: DevicesDeps,
  code: string,
  name: string,
  remember: (device: DeviceRecord) => void,
): Promise<EnrolledDevice> {
  const now = deps.clock.now();
  const found = isWellFormed('flc', code) ? await deps.store.findCode(digestOf(code)) : null;
  if (found === null || found.expiresAt <= now || found.loginExpiresAt <= now) {
    throw new FairleadError('identity.code-invalid');
  }
  const index = deps.index();
  if (index !== null && index.kindOf(found.principal) === null)
    throw new FairleadError('identity.code-invalid');
  if (!(await deps.store.useCode(found.id, now))) throw new FairleadError('identity.code-invalid');
  const { principal, repositories, loginExpiresAt } = found;
  const id = uuidv7();
  const login = newSecret('fld', deps.random);
  const { pseudonym } = await deps.identity.actorOf(principal);
  const granted = { id, digest: digestOf(login), principal, repositories, name, codeId: found.id };
  const bound = { ...granted, createdAt: now, expiresAt: loginExpiresAt };
  await recordAdmin(deps, 'device.enrolled', {
    deviceId: id,
    by: `code:${found.id}`,
    subject: pseudonym,
    ...(repositories === null ? {} : { repositories }),
    expiresAt: new Date(loginExpiresAt).toISOString(),
    binding: rowBinding(bound),
  });
  const device = { ...bound, revokedAt: null };
  await deps.store.insertDevice(device);
  remember(device);
  return { device: rowOf(device), login };
}
