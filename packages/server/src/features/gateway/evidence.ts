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
 * widen: on a mismatch the key's own repositories stay and the flag refuses.
 */
export function narrowRepositories(
  index: ProgramIndex,
  granted: readonly string[],
  headers: HeaderMap,
  bodyTurnMetadata: string | null,
): Evidence {
  const claims: { readonly evidence: RepositoryEvidence; readonly named: readonly (string | null)[] }[] = [];
  const header = headerValue(headers, 'x-fairlead-repository');
  if (header !== undefined) claims.push({ evidence: 'header', named: [canonicalName(index, header)] });
  for (const metadata of [headerValue(headers, 'x-codex-turn-metadata'), bodyTurnMetadata]) {
    if (metadata === undefined || metadata === null) continue;
    const remotes = codexRepositories(metadata);
    // Metadata that can't be read says something we don't understand: flag it.
    const named = remotes === null ? [null] : remotes.remotes.map((remote) => canonicalName(index, remote));
    if (named.length > 0) claims.push({ evidence: 'codex', named });
  }
  if (claims.length === 0) return { repositories: granted, evidence: 'key', mismatch: false };

  const own = new Map(
    granted.map((repository) => [canonicalName(index, repository) ?? repository, repository]),
  );
  const outside = claims.some((claim) => claim.named.some((name) => name === null || !own.has(name)));
  const agreed = claims
    .map((claim) => new Set(claim.named))
    .reduce((left, right) => new Set([...left].filter((name) => right.has(name))));
  const evidence = claims.some((claim) => claim.evidence === 'codex') ? 'codex' : 'header';
  if (outside || agreed.size === 0) return { repositories: granted, evidence, mismatch: true };
  const repositories = granted.filter((name) => agreed.has(canonicalName(index, name) ?? name));
  return { repositories, evidence, mismatch: false };
}

function canonicalName(index: ProgramIndex, name: string): string | null {
  const normal = normaliseRepository(name, { defaultHost: index.program.organisation.defaultHost });
  return normal === null ? null : (index.repository(normal)?.id ?? normal);
}
