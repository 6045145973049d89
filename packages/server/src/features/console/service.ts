import { timingSafeEqual } from 'node:crypto';
import type { ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import type { Random } from '@fairlead/core/ports';
import { digestOf, type Identity, isWellFormed, newSecret, type RequestedBy } from '../identity/api.ts';
import { adminEntry, type EntrySource, type Ledger, rowBinding } from '../ledger/api.ts';
import type { SessionCookie } from './cookies.ts';
import type { ConsoleStore } from './store.ts';
import type { SessionRecord } from './types.ts';

const minute = 60_000;

/** How long things last, milliseconds. */
export const sessionTimes = {
  link: 5 * minute,
  /** Without a request that a person caused. */
  idle: 30 * minute,
  /** However much it is used. */
  absolute: 12 * 60 * minute,
  /** Age from which a cookie is replaced. */
  rotation: 10 * minute,
  /** How long the cookie before the current one is still taken, for requests that were on their way. */
  grace: minute,
  /** The last use is written down this often. */
  touch: 30_000,
  /** Used-up rows are kept for this long. */
  kept: 24 * 60 * minute,
} as const;

export interface SessionDeps extends EntrySource {
  readonly store: ConsoleStore;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly identity: Pick<Identity, 'actorOf'>;
  readonly random: Random;
  /** The program in force. */
  readonly index: () => ProgramIndex;
}

export interface StartedSession {
  readonly session: SessionRecord;
  /** `fls_…`, shown once. */
  readonly token: string;
  readonly cookie: SessionCookie;
  /** When it ends if nothing more is asked, milliseconds since the epoch. */
  readonly until: number;
}

/** What a request brings to show that it belongs to a session. */
export interface SessionProof {
  readonly cookie: SessionCookie | null;
  readonly token: string | null;
  /** False for what a page asks by itself: that does not keep a session alive. */
  readonly byPerson: boolean;
}

export interface FoundSession {
  readonly session: SessionRecord;
  /** When the session ends if nothing more is asked, milliseconds since the epoch. */
  readonly until: number;
  /** The cookie to send along, when it is time for another one. */
  readonly renewed: SessionCookie | null;
}

/** Sign-in links and sessions of people. */
export interface Sessions {
  /** @throws FairleadError `identity.principal-unknown` for whoever is no person of the program. */
  issueLink(
    principal: string,
    by: RequestedBy,
  ): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** @throws FairleadError `identity.sign-in-invalid`. */
  redeem(token: string): Promise<StartedSession>;
  /** Null when there is no such session, or it has ended. Both cookie and token are needed. */
  find(proof: SessionProof): Promise<FoundSession | null>;
  /** Whether a session that was found before still goes on. */
  isLive(id: string): Promise<boolean>;
  end(id: string, why: string): Promise<void>;
  close(): Promise<void>;
}

export function createSessions(deps: SessionDeps): Sessions {
  const { store, clock } = deps;
  return {
    issueLink: (principal, by) => issueLink(deps, principal, by),
    redeem: (token) => redeem(deps, token),
    find: (proof) => find(deps, proof),
    async isLive(id) {
      const session = await store.session(id);
      return session !== null && endOf(deps, session) > clock.now();
    },
    end: (id, why) => endSession(deps, id, why),
    close: () => store.close(),
  };
}

function assertPerson({ index }: SessionDeps, principal: string): void {
  if (index().kindOf(principal) === 'human') return;
  throw new FairleadError('identity.principal-unknown', {
    message: 'The program lists no such person.',
    place: { path: principal.slice(0, 200) },
  });
}

async function record(
  deps: SessionDeps,
  what: string,
  principal: string,
  details: { readonly [name: string]: string },
): Promise<void> {
  const { pseudonym } = await deps.identity.actorOf(principal);
  await deps.ledger.append([{ entry: adminEntry(deps, what, { subject: pseudonym, ...details }) }]);
}

async function issueLink(deps: SessionDeps, principal: string, by: RequestedBy) {
  assertPerson(deps, principal);
  const token = newSecret('fli', deps.random);
  const createdAt = deps.clock.now();
  const expiresAt = createdAt + sessionTimes.link;
  const link = { digest: digestOf(token), principal, createdAt, expiresAt };
  await record(deps, 'sign-in.link-issued', principal, {
    by,
    expiresAt: new Date(expiresAt).toISOString(),
    binding: rowBinding(link),
  });
  await deps.store.insertLink(link);
  return { token, expiresAt };
}

function bindingOf({ id, tokenDigest, principal, createdAt, expiresAt }: SessionRecord): string {
  return rowBinding({ id, tokenDigest, principal, createdAt, expiresAt });
}

async function redeem(deps: SessionDeps, linkToken: string): Promise<StartedSession> {
  const { store, clock, random, index } = deps;
  const now = clock.now();
  // The program may have changed since the link was made.
  const principal = isWellFormed('fli', linkToken) ? await store.redeemLink(digestOf(linkToken), now) : null;
  if (principal === null || index().kindOf(principal) !== 'human')
    throw new FairleadError('identity.sign-in-invalid');
  const id = Buffer.from(random.bytes(16)).toString('hex');
  const token = newSecret('fls', random);
  const session: SessionRecord = {
    id,
    tokenDigest: digestOf(token),
    principal,
    createdAt: now,
    expiresAt: now + sessionTimes.absolute,
    seenAt: now,
    generation: 0,
    rotatedAt: now,
    endedAt: null,
  };
  await record(deps, 'session.started', principal, {
    expiresAt: new Date(session.expiresAt).toISOString(),
    binding: bindingOf(session),
  });
  await store.insertSession(session);
  await store.forget(now - sessionTimes.kept);
  return { session, token, cookie: { sessionId: id, generation: 0 }, until: now + sessionTimes.idle };
}

/** When a session ends if nothing more is asked; the past for one that has ended. */
function endOf({ index }: SessionDeps, session: SessionRecord): number {
  if (session.endedAt !== null || index().kindOf(session.principal) !== 'human') return 0;
  return Math.min(session.expiresAt, session.seenAt + sessionTimes.idle);
}

async function find(
  deps: SessionDeps,
  { cookie, token, byPerson }: SessionProof,
): Promise<FoundSession | null> {
  const { store, clock } = deps;
  if (cookie === null || token === null || !isWellFormed('fls', token)) return null;
  const session = await store.session(cookie.sessionId);
  const now = clock.now();
  if (session === null || !sameDigest(session.tokenDigest, digestOf(token))) return null;
  if (endOf(deps, session) <= now) return null;
  if (!(await acceptsCookie(deps, session, cookie, now))) return null;
  const touched = byPerson && now - session.seenAt >= sessionTimes.touch;
  if (touched) await store.touch(session.id, now);
  const until = Math.min(session.expiresAt, (byPerson ? now : session.seenAt) + sessionTimes.idle);
  return { session, until, renewed: renewal(session, cookie, now) };
}

function sameDigest(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}

/**
 * Takes the current cookie, the next one (which makes it the current one), and for a moment the one before. Any older
 * one was copied: then nobody can tell the two holders apart, and the session ends for both.
 */
async function acceptsCookie(
  deps: SessionDeps,
  session: SessionRecord,
  { generation }: SessionCookie,
  now: number,
): Promise<boolean> {
  if (generation === session.generation) return true;
  if (generation === session.generation + 1) {
    // Of two requests at once one moves on, and both have the new cookie.
    await deps.store.rotate(session.id, generation, now);
    return true;
  }
  if (generation === session.generation - 1 && now - session.rotatedAt <= sessionTimes.grace) return true;
  if (generation < session.generation) await endSession(deps, session.id, 'an old cookie was used again');
  return false;
}

function renewal(session: SessionRecord, used: SessionCookie, now: number): SessionCookie | null {
  const due = used.generation === session.generation && now - session.rotatedAt >= sessionTimes.rotation;
  return due ? { sessionId: session.id, generation: session.generation + 1 } : null;
}

async function endSession(deps: SessionDeps, id: string, why: string): Promise<void> {
  const session = await deps.store.session(id);
  if (session === null || !(await deps.store.end(id, deps.clock.now()))) return;
  await record(deps, 'session.ended', session.principal, { reason: why, binding: bindingOf(session) });
}
