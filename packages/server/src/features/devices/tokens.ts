import type { ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import { v7 as uuidv7 } from 'uuid';
import { type Caller, digestOf, type RequestedBy } from '../identity/api.ts';
import type { DeviceRow, MintedToken, RunRequest, TokenUse } from './api.ts';
import { type DevicesDeps, isLive, type Known, recordAdmin, sessionLifeSeconds } from './deps.ts';
import { grantRun, stillGranted } from './grant.ts';
import { signToken, type TokenClaims, tokenAudience, tokenPrefix, verifyToken } from './signed-token.ts';

interface Verdict {
  readonly claims: TokenClaims;
  readonly caller: Caller;
  /** The program under which its grants were looked at last. */
  index?: ProgramIndex | null;
}

/** What was found out about tokens, so that a signature is checked once and not on every call. */
export interface Verdicts {
  /** By digest of the token. */
  readonly tokens: Map<string, Verdict>;
  /** Device id → the minute it minted in, and how often. */
  readonly minted: Map<string, { readonly minute: number; count: number }>;
}

const mostVerdicts = 10_000;
const mostMintsAMinute = 60;
const clockSkewSeconds = 60;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createVerdicts(): Verdicts {
  return { tokens: new Map(), minted: new Map() };
}

const issuerOf = ({ issuer, instance }: Pick<DevicesDeps, 'issuer' | 'instance'>) =>
  `fairlead:${issuer ?? instance.id}`;

/** Mints a token for a run of a device. @throws FairleadError as {@link grantRun}, and `identity.too-many-tokens` */
export async function mintToken(
  deps: DevicesDeps,
  verdicts: Verdicts,
  device: DeviceRow,
  request: RunRequest,
  use: TokenUse,
): Promise<MintedToken> {
  const now = deps.clock.now();
  const { repositories, evidence } = grantRun(deps.index(), device, request);
  countMint(verdicts, device.id, Math.floor(now / 60_000));
  const { kid, key } = deps.keys.current(now);
  const { pseudonym } = await deps.identity.actorOf(device.principal);
  const iat = Math.floor(now / 1_000);
  const life = use === 'session' ? sessionLifeSeconds : deps.tokenLifeSeconds;
  const exp = Math.min(iat + life, Math.floor(device.expiresAt / 1_000));
  const jti = uuidv7();
  await recordAdmin(deps, 'assistant-token.issued', {
    tokenId: jti,
    by: `device:${device.id}`,
    subject: pseudonym,
    repositories,
    repositoryEvidence: evidence,
    assistant: request.assistant,
    use,
    expiresAt: new Date(exp * 1_000).toISOString(),
  });
  const claims: TokenClaims = {
    iss: issuerOf(deps),
    aud: tokenAudience,
    sub: pseudonym,
    repo: repositories,
    dev: device.id,
    jti,
    iat,
    exp,
    asst: request.assistant,
    ev: evidence,
  };
  return { id: jti, token: signToken(claims, key, kid), lifeSeconds: exp - iat, repositories, evidence };
}

function countMint({ minted }: Verdicts, deviceId: string, minute: number): void {
  const counted = minted.get(deviceId);
  if (counted?.minute !== minute) {
    minted.set(deviceId, { minute, count: 1 });
    return;
  }
  counted.count += 1;
  if (counted.count > mostMintsAMinute) throw new FairleadError('identity.too-many-tokens');
}

/** The caller that a token stands for, null when it stands for none (any more). Never throws. */
export function authenticateToken(
  deps: DevicesDeps,
  known: Known,
  verdicts: Verdicts,
  token: string,
): Caller | null {
  if (!token.startsWith(tokenPrefix)) return null;
  const now = deps.clock.now();
  const { verifying } = deps.keys.current(now);
  // A key that no longer verifies takes its tokens with it, remembered or not.
  if (!verifying.has(token.slice(tokenPrefix.length, token.indexOf('.')))) return null;
  const digest = digestOf(token);
  const found = verdicts.tokens.get(digest) ?? judge(deps, known, verdicts, digest, token);
  if (found === null) return null;
  const { claims, caller } = found;
  const device = known.devices.get(claims.dev);
  const inTime = claims.exp * 1_000 > now && claims.iat * 1_000 <= now + clockSkewSeconds * 1_000;
  if (!device || !isLive(device, now) || !inTime || known.revoked.has(claims.jti)) return null;
  const index = deps.index();
  if (found.index !== index) {
    if (!stillGranted(index, device, claims.repo)) return null;
    found.index = index;
  }
  return caller;
}

function judge(deps: DevicesDeps, known: Known, verdicts: Verdicts, digest: string, token: string) {
  const claims = verifyToken(token, deps.keys.current(deps.clock.now()).verifying);
  if (claims === null || claims.aud !== tokenAudience || claims.iss !== issuerOf(deps)) return null;
  const device = known.devices.get(claims.dev);
  if (!device) return null;
  const kind = deps.index()?.kindOf(device.principal) === 'service' ? 'service' : 'human';
  const caller: Caller = {
    keyId: device.id,
    tokenId: claims.jti,
    principal: device.principal,
    actor: { pseudonym: claims.sub, kind, onBehalfOf: null },
    repositories: claims.repo,
    repositoryEvidence: claims.ev,
    assistant: claims.asst,
    device: device.id,
    vendor: null,
  };
  const verdict: Verdict = { claims, caller };
  // The oldest goes first; a token in use is back with its next call.
  const [oldest] = verdicts.tokens.keys();
  if (verdicts.tokens.size >= mostVerdicts && oldest !== undefined) verdicts.tokens.delete(oldest);
  verdicts.tokens.set(digest, verdict);
  return verdict;
}

/** Ends one token by its id. @throws FairleadError `identity.grant-unknown` */
export async function revokeToken(
  deps: DevicesDeps,
  known: Known,
  { tokens }: Verdicts,
  jti: string,
  reason: string,
  by: RequestedBy,
): Promise<void> {
  if (!uuid.test(jti) || known.revoked.has(jti)) {
    throw new FairleadError('identity.grant-unknown', { place: { path: jti.slice(0, 64) } });
  }
  const seen = [...tokens.values()].find(({ claims }) => claims.jti === jti)?.claims;
  // An id that was never seen in use may be of a token that lives as long as any.
  const until = seen ? seen.exp * 1_000 : deps.clock.now() + sessionLifeSeconds * 1_000;
  await end(deps, known, { jti, until, reason, by });
}

/** Ends one of a device's own tokens; one that has ended is let be. @throws FairleadError `identity.grant-unknown` */
export async function endToken(
  deps: DevicesDeps,
  known: Known,
  device: DeviceRow,
  token: string,
): Promise<void> {
  const claims = verifyToken(token, deps.keys.current(deps.clock.now()).verifying);
  if (claims?.dev !== device.id) throw new FairleadError('identity.grant-unknown');
  if (known.revoked.has(claims.jti)) return;
  const by = `device:${device.id}`;
  await end(deps, known, { jti: claims.jti, until: claims.exp * 1_000, reason: 'the run ended', by });
}

async function end(
  deps: DevicesDeps,
  known: Known,
  { jti, until, reason, by }: { jti: string; until: number; reason: string; by: RequestedBy },
): Promise<void> {
  await recordAdmin(deps, 'assistant-token.revoked', {
    tokenId: jti,
    by,
    reason,
    until: new Date(until).toISOString(),
  });
  // Memory first: the token stops with the entry, whatever becomes of the row.
  known.revoked.set(jti, until);
  await deps.store.insertRevocation({ jti, revokedAt: deps.clock.now(), until });
}
