import type { ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import type { KeyRequest } from './api.ts';
import { checkExpiry } from './expiry.ts';

const maxRepositories = 50;

/**
 * A key request in the form it is kept: repositories normalised, unique and sorted. Against the program in force the
 * principal and the assistant must exist; a repository needn't be listed, since policy decides on every call.
 * @throws FairleadError `identity.request-invalid`, `identity.principal-unknown`, `identity.assistant-unknown`
 */
export function checkKeyRequest(request: KeyRequest, index: ProgramIndex | null, now: number): KeyRequest {
  if (index !== null && index.kindOf(request.principal) === null) {
    throw new FairleadError('identity.principal-unknown', { place: { path: request.principal } });
  }
  if (index !== null && !index.program.assistants.some(({ id }) => id === request.assistant)) {
    throw new FairleadError('identity.assistant-unknown', { place: { path: request.assistant } });
  }
  if (request.vendor && index !== null && index.vendor(request.vendor) === undefined) {
    throw invalid('The program lists no such vendor.', request.vendor);
  }
  checkExpiry(request.expiresAt, now);
  const repositories = request.repositories.map((name) => canonicalRepository(name, index));
  if (repositories.length === 0 || repositories.length > maxRepositories) {
    throw invalid(`A key is bound to 1 to ${maxRepositories} repositories.`, 'repositories');
  }
  return { ...request, repositories: [...new Set(repositories)].sort() };
}

function canonicalRepository(name: string, index: ProgramIndex | null): string {
  // Without a program at hand a short name has no host to belong to.
  const defaultHost = index?.program.organisation.defaultHost ?? '';
  const id = normaliseRepository(name, { defaultHost });
  if (id === null || id.startsWith('/'))
    throw invalid('A repository reads host/owner/name, or is a git URL.', name);
  return index?.repository(id)?.id ?? id;
}

function invalid(message: string, path: string): FairleadError {
  return new FairleadError('identity.request-invalid', { message, place: { path: path.slice(0, 200) } });
}
