import { grantOf, type ProgramIndex, repositoryIdOf } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import type { DeviceRow, RunGrant, RunRequest } from './api.ts';

const maxRemotes = 20;

/**
 * The repositories that a run of this device is for: all that its remotes name, each granted, or nothing. With several
 * remotes nobody can tell whose code is in a prompt, so every one of them has to be in order.
 * @throws FairleadError `identity.repository-not-granted`, `identity.repository-not-allowlisted`,
 * `identity.assistant-unknown`, `identity.request-invalid`
 */
export function grantRun(index: ProgramIndex | null, device: DeviceRow, request: RunRequest): RunGrant {
  const { assistant, remotes } = request;
  if (!index?.program.assistants.some(({ id }) => id === assistant)) {
    throw new FairleadError('identity.assistant-unknown', { place: { path: assistant.slice(0, 64) } });
  }
  if (remotes.length === 0 || remotes.length > maxRemotes) {
    throw new FairleadError('identity.request-invalid', {
      message: `A run is for 1 to ${maxRemotes} remotes.`,
    });
  }
  const repositories = remotes.map((remote) => grantedOrRefused(index, device, remote));
  const unique = [...new Set(repositories)].sort();
  const [only] = device.repositories ?? [];
  const bound = device.repositories?.length === 1 && unique.length === 1 && only === unique[0];
  return { repositories: unique, evidence: bound ? 'token' : 'claim' };
}

function grantedOrRefused(index: ProgramIndex, device: DeviceRow, remote: string): string {
  const grant = grantOf(index, device.principal, remote);
  const { repository } = grant;
  const place = { path: repository ?? 'a remote that names no repository' };
  if (!grant.granted && grant.reason === 'not-listed') {
    throw new FairleadError('identity.repository-not-allowlisted', {
      message: `No assistant may work in ${repository} (repository.allowlist).`,
      place,
    });
  }
  if (grant.granted && isWithin(index, device, grant.repository)) return grant.repository;
  const what =
    repository === null
      ? 'A git remote names no repository that can be granted'
      : `${repository} is not granted to you`;
  throw new FairleadError('identity.repository-not-granted', {
    message: `${what}, so no token is issued for it.`,
    place,
  });
}

function isWithin(index: ProgramIndex, { repositories }: DeviceRow, repository: string): boolean {
  if (repositories === null) return true;
  return repositories.some((name) => (repositoryIdOf(index, name) ?? name) === repository);
}

/** Whether what a token was minted for is still granted under the program in force. */
export function stillGranted(
  index: ProgramIndex | null,
  device: DeviceRow,
  repositories: readonly string[],
): boolean {
  if (index === null || repositories.length === 0) return false;
  return repositories.every((repository) => {
    const grant = grantOf(index, device.principal, repository);
    // Whether it is allowlisted is policy's to refuse, with its own words.
    const granted = grant.granted || grant.reason === 'not-listed';
    return granted && isWithin(index, device, grant.repository ?? repository);
  });
}
