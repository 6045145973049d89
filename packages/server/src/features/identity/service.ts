import { beyondGrants, type ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import type { Actor, AdminEntry } from '@fairlead/core/ledger';
import { entryVersion } from '@fairlead/core/ledger';
import type { Clock, Random } from '@fairlead/core/ports';
import { v7 as uuidv7 } from 'uuid';
import { type Ledger, rowBinding } from '../ledger/api.ts';
import type {
  Caller,
  Identity,
  IssuedKey,
  IssuedToken,
  KeyRequest,
  ListedKey,
  RequestedBy,
  TokenRequest,
} from './api.ts';
import { checkExpiry } from './expiry.ts';
import { checkKeyRequest } from './key-requests.ts';
import { digestOf, hasForm, isWellFormed, newSecret } from './secrets.ts';
import type { IdentityStore } from './store.ts';
import type { KeyRecord, TokenRecord } from './types.ts';

export interface IdentityDeps {
  readonly store: IdentityStore;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly clock: Clock;
  readonly random: Random;
  /** The program in force; null where none is at hand (a command without a server). */
  readonly index: () => ProgramIndex | null;
  readonly instance: { readonly id: string; readonly incarnation: string };
  readonly origin: 'live' | 'demo';
}

/** What is looked up on every request, by the digest of the secret. */
interface Known {
  readonly keys: Map<string, { record: KeyRecord; caller: Caller }>;
  readonly tokens: Map<string, TokenRecord>;
  readonly actors: Map<string, Actor>;
  /** Ids of revoked keys, for calls that they began. */
  readonly revoked: Set<string>;
}

/** Loads every key and token, and answers from memory from then on. */
export async function createIdentityService(deps: IdentityDeps): Promise<Identity> {
  const { store, clock } = deps;
  const known: Known = { keys: new Map(), tokens: new Map(), actors: new Map(), revoked: new Set() };
  for (const record of await store.keys()) await remember(deps, known, record);
  for (const token of await store.tokens()) known.tokens.set(token.digest, token);
  const isLive = (row: { readonly expiresAt: number; readonly revokedAt: number | null }) =>
    row.revokedAt === null && row.expiresAt > clock.now();

  return {
    authenticate(key) {
      // Only well-formed keys were ever issued: what is found needs no checksum.
      if (!hasForm('flk', key)) return null;
      const found = known.keys.get(digestOf(key));
      return found && isLive(found.record) ? found.caller : null;
    },
    isRevoked: ({ keyId }) => known.revoked.has(keyId),
    issueKey: (request, by) => issueKey(deps, known, request, by, null),
    listKeys: () => [...known.keys.values()].map(({ record }) => keyRow(deps, record)).reverse(),
    revokeKey: (id, reason, by) => revokeKey(deps, known, id, reason, by),
    async rotateKey(id, expiresAt, by) {
      const { principal, repositories, assistant, device, vendor, label } = liveKey(known, id);
      const request = { principal, repositories, assistant, device, vendor, label, expiresAt };
      const issued = await issueKey(deps, known, request, by, id);
      await revokeKey(deps, known, id, `replaced by ${issued.id}`, by);
      return issued;
    },
    issueToken: (request, by) => issueToken(deps, known, request, by),
    authenticateToken(token) {
      if (!isWellFormed('flt', token)) return null;
      const found = known.tokens.get(digestOf(token));
      if (!found || !isLive(found)) return null;
      return { id: found.id, scope: found.scope, expiresAt: found.expiresAt };
    },
    isTokenLive: (id) => [...known.tokens.values()].some((token) => token.id === id && isLive(token)),
    listTokens: () => [...known.tokens.values()].map(({ digest: _, ...row }) => row).reverse(),
    revokeToken: (id, reason, by) => revokeToken(deps, known, id, reason, by),
    actorOf: (principal) => actorOf(deps, known, principal),
    principalOf: (pseudonym) => store.principalOf(pseudonym),
    refresh: () => refresh(deps, known),
    close: () => store.close(),
  };
}

/**
 * Takes over what other replicas wrote. Rows are never deleted, so nothing is forgotten; what was revoked here stays so
 * until its row is.
 */
async function refresh(deps: IdentityDeps, known: Known): Promise<void> {
  for (const row of await deps.store.keys()) {
    const before = known.keys.get(row.digest)?.record;
    if (row.revokedAt !== null) known.revoked.add(row.id);
    if (before === undefined || (before.revokedAt === null && row.revokedAt !== null))
      await remember(deps, known, row);
  }
  for (const token of await deps.store.tokens()) {
    if (known.tokens.get(token.digest)?.revokedAt == null) known.tokens.set(token.digest, token);
  }
}

function keyRow(deps: IdentityDeps, { digest: _, ...row }: KeyRecord): ListedKey {
  return { ...row, beyondGrants: beyondThose(deps, row) };
}

/** Without a program at hand nothing is said. */
function beyondThose(
  { index }: IdentityDeps,
  { principal, repositories }: Pick<KeyRecord, 'principal' | 'repositories'>,
): readonly string[] {
  const program = index();
  return program === null ? [] : beyondGrants(program, principal, repositories);
}

async function remember(deps: IdentityDeps, known: Known, record: KeyRecord): Promise<void> {
  const { id, principal, repositories, assistant, device, vendor } = record;
  const actor = await actorOf(deps, known, principal);
  const caller: Caller = { keyId: id, principal, actor, repositories, assistant, device, vendor };
  known.keys.set(record.digest, { record, caller });
}

async function actorOf({ store, index }: IdentityDeps, known: Known, principal: string): Promise<Actor> {
  const before = known.actors.get(principal);
  if (before) return before;
  const pseudonym = await store.pseudonym(principal, `p-${crypto.randomUUID()}`);
  const kind = index()?.kindOf(principal) === 'service' ? 'service' : 'human';
  const actor: Actor = { pseudonym, kind, onBehalfOf: null };
  known.actors.set(principal, actor);
  return actor;
}

async function record(deps: IdentityDeps, what: string, details: AdminEntry['details']): Promise<void> {
  const { clock, instance, origin, ledger } = deps;
  const ts = new Date(clock.now()).toISOString();
  const envelope = { v: entryVersion, id: uuidv7(), ts, op: null, origin, instance } as const;
  await ledger.append([{ entry: { ...envelope, kind: 'admin', what, actor: null, details } }]);
}

async function issueKey(
  deps: IdentityDeps,
  known: Known,
  wanted: KeyRequest,
  by: RequestedBy,
  replaces: string | null,
): Promise<IssuedKey> {
  const now = deps.clock.now();
  const request = checkKeyRequest(wanted, deps.index(), now);
  const { principal, repositories, assistant, expiresAt } = request;
  const key = newSecret('flk', deps.random);
  const id = uuidv7();
  const { pseudonym } = await actorOf(deps, known, principal);
  const { device = null, vendor = null, label = null } = request;
  const granted = { principal, repositories, assistant, device, vendor };
  const bound = { id, digest: digestOf(key), ...granted, createdAt: now, expiresAt };
  const beyond = beyondThose(deps, granted);
  await record(deps, 'key.issued', {
    keyId: id,
    by,
    subject: pseudonym,
    repositories,
    assistant,
    expiresAt: new Date(expiresAt).toISOString(),
    binding: rowBinding(bound),
    ...(beyond.length === 0 ? {} : { beyondGrants: beyond }),
    ...(replaces === null ? {} : { replaces }),
  });
  const row = { ...bound, label, revokedAt: null };
  await deps.store.insertKey(row);
  await remember(deps, known, row);
  return { id, key, expiresAt, beyondGrants: beyond };
}

function liveKey(known: Known, id: string): KeyRecord {
  const found = [...known.keys.values()].find(({ record: row }) => row.id === id)?.record;
  if (!found || found.revokedAt !== null)
    throw new FairleadError('identity.grant-unknown', { place: { path: id } });
  return found;
}

async function revokeKey(
  deps: IdentityDeps,
  known: Known,
  id: string,
  reason: string,
  by: RequestedBy,
): Promise<void> {
  const row = liveKey(known, id);
  await record(deps, 'key.revoked', { keyId: id, by, reason });
  const revokedAt = deps.clock.now();
  // Memory first: the key stops with the entry, whatever becomes of the row.
  known.revoked.add(id);
  const found = known.keys.get(row.digest);
  if (found) known.keys.set(row.digest, { ...found, record: { ...row, revokedAt } });
  await deps.store.revokeKey(id, revokedAt);
}

async function issueToken(
  deps: IdentityDeps,
  known: Known,
  { scope, expiresAt, label = null }: TokenRequest,
  by: RequestedBy,
): Promise<IssuedToken> {
  const now = deps.clock.now();
  checkExpiry(expiresAt, now);
  const token = newSecret('flt', deps.random);
  const id = uuidv7();
  const until = new Date(expiresAt).toISOString();
  const bound = { id, digest: digestOf(token), scope, createdAt: now, expiresAt };
  const binding = rowBinding(bound);
  await record(deps, 'token.issued', { tokenId: id, by, scope, expiresAt: until, binding });
  const row = { ...bound, label, revokedAt: null };
  await deps.store.insertToken(row);
  known.tokens.set(row.digest, row);
  return { id, token, scope, expiresAt };
}

async function revokeToken(
  deps: IdentityDeps,
  known: Known,
  id: string,
  reason: string,
  by: RequestedBy,
): Promise<void> {
  const row = [...known.tokens.values()].find((token) => token.id === id && token.revokedAt === null);
  if (!row) throw new FairleadError('identity.grant-unknown', { place: { path: id } });
  await record(deps, 'token.revoked', { tokenId: id, by, reason });
  const revokedAt = deps.clock.now();
  known.tokens.set(row.digest, { ...row, revokedAt });
  await deps.store.revokeToken(id, revokedAt);
}
