import type { ProgramIndex } from '@fairlead/core/decision';
import type { RepositoryEvidence } from '@fairlead/core/ledger';
import { codexRepositories, normaliseRepository } from '@fairlead/core/wire';
import { type HeaderMap, headerValue } from './headers.ts';

/** Which of a key's repositories a call is about, and how that is known. */
export interface Evidence {
  readonly repositories: readonly string[];
  readonly evidence: RepositoryEvidence;
  /** Something names a repository outside the credential, or two sources contradict each other. */
  readonly mismatch: boolean;
}

/**
 * Narrows a key's repositories by what the request says of itself. Headers and bodies may narrow or flag, never
 * widen: on a mismatch the key's own repositories stay and the flag refuses. `credential` is what says the repositories
 * where nothing else does.
 */
export function narrowRepositories(
  index: ProgramIndex,
  granted: readonly string[],
  headers: HeaderMap,
  bodyTurnMetadata: string | null,
  credential: RepositoryEvidence = 'key',
): Evidence {
  const claims = claimsOf(index, headers, bodyTurnMetadata);
  if (claims.length === 0) return { repositories: granted, evidence: credential, mismatch: false };
  const canonical = (name: string) => canonicalName(index, name) ?? name;
  const own = new Set(granted.map(canonical));
  const outside = claims.some((claim) => claim.named.some((name) => name === null || !own.has(name)));
  const agreed = granted.filter((name) => claims.every((claim) => claim.named.includes(canonical(name))));
  if (outside || agreed.length === 0) {
    return { repositories: granted, evidence: evidenceOf(claims), mismatch: true };
  }
  // What is in a workspace of which nothing is known may belong to any repository of the key.
  const narrowing = claims.filter((claim) => claim.complete);
  if (narrowing.length === 0) return { repositories: granted, evidence: credential, mismatch: false };
  const repositories = granted.filter((name) =>
    narrowing.every((claim) => claim.named.includes(canonical(name))),
  );
  // What only agrees with a claim comes from the same git remote: it makes the claim no stronger.
  const onlyAgrees = credential === 'claim' && repositories.length === granted.length;
  return { repositories, evidence: onlyAgrees ? 'claim' : evidenceOf(narrowing), mismatch: false };
}

function evidenceOf(claims: readonly Claim[]): RepositoryEvidence {
  return claims.some((claim) => claim.evidence === 'codex') ? 'codex' : 'header';
}

/** What one source says of the call's repositories; null for a name that is none. */
interface Claim {
  readonly evidence: RepositoryEvidence;
  readonly named: readonly (string | null)[];
  /** It speaks of everything the call could be about. */
  readonly complete: boolean;
}

function claimsOf(index: ProgramIndex, headers: HeaderMap, bodyTurnMetadata: string | null): Claim[] {
  const claims: Claim[] = [];
  const header = headerValue(headers, 'x-fairlead-repository');
  if (header !== undefined) {
    claims.push({ evidence: 'header', named: [canonicalName(index, header)], complete: true });
  }
  for (const metadata of [headerValue(headers, 'x-codex-turn-metadata'), bodyTurnMetadata]) {
    if (metadata === undefined || metadata === null) continue;
    const codex = codexRepositories(metadata);
    // Metadata that can't be read says something we don't understand: flag it.
    const named = codex === null ? [null] : codex.remotes.map((remote) => canonicalName(index, remote));
    if (named.length === 0) continue;
    claims.push({ evidence: 'codex', named, complete: codex?.withoutRemote === 0 });
  }
  return claims;
}

function canonicalName(index: ProgramIndex, name: string): string | null {
  const normal = normaliseRepository(name, { defaultHost: index.program.organisation.defaultHost });
  return normal === null ? null : (index.repository(normal)?.id ?? normal);
}
