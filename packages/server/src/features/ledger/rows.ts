import { FairleadError } from '@fairlead/core/errors';
import { type Entry, hashLeaf, maxEntryBytes } from '@fairlead/core/ledger';
import { fromIsoTime } from '../../platform/clock/index.ts';
import { nodeHash } from '../../platform/crypto/index.ts';
import type { Draft } from './api.ts';
import { isDigested } from './decision-input.ts';
import { effectProblem } from './effects.ts';
import type { PreparedDraft } from './types.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Serialises a draft and checks everything about it that could fail inside a transaction, so that one bad draft never
 * takes a batch of others with it.
 * @throws FairleadError `ledger.entry-invalid`.
 */
export function prepareDraft(draft: Draft): PreparedDraft {
  const { entry } = draft;
  const inputs = draft.inputs ?? [];
  requireThat(uuid.test(entry.id), 'id must be a lower-case UUID');
  requireThat(
    entry.op === null || entry.op === entry.id || uuid.test(entry.op),
    'op must be a lower-case UUID',
  );
  requireThat(isInstance(entry.instance), 'instance must be UUIDs');
  const ts = fromIsoTime(entry.ts);
  requireThat(!Number.isNaN(ts), 'ts must be RFC 3339 UTC');
  requireThat(entry.kind !== 'decision' || entry.id === entry.op, "a decision's id is its op");
  requireThat(
    entry.kind !== 'decision' || entry.input === null || inputs.some((input) => input.digest === entry.input),
    'the inputs of a decision are written with it',
  );
  for (const input of inputs) {
    requireThat(isDigested(input), 'the digest of decision inputs is the SHA-256 of their JSON');
  }
  const effect = draft.effect ?? null;
  const problem = effectProblem(entry, effect);
  requireThat(problem === null, problem ?? '');
  const json = JSON.stringify(entry);
  // A character takes three bytes at most.
  const length = json.length * 3 > maxEntryBytes ? Buffer.byteLength(json) : json.length;
  requireThat(length <= maxEntryBytes, `an entry has at most ${maxEntryBytes} bytes, this one ${length}`);
  return {
    id: entry.id,
    op: entry.op,
    kind: entry.kind,
    ts,
    json,
    operation: operationOf(entry),
    instance: entry.instance.id,
    incarnation: entry.instance.incarnation,
    inputs,
    effect,
  };
}

/** The instance that was found right last: all entries of a process have the same one. */
let lastInstance: Entry['instance'] = { id: '', incarnation: '' };

function isInstance({ id, incarnation }: Entry['instance']): boolean {
  if (id === lastInstance.id && incarnation === lastInstance.incarnation) return true;
  if (!uuid.test(id) || !uuid.test(incarnation)) return false;
  lastInstance = { id, incarnation };
  return true;
}

function operationOf(entry: Entry): PreparedDraft['operation'] {
  if (entry.op === null) return null;
  if (entry.kind === 'outcome' || entry.kind === 'recovery') return 'closes';
  return entry.kind === 'decision' && entry.decision !== 'deny' ? 'opens' : null;
}

/** The stored bytes of a draft and their leaf hash. */
export function leafOf(draft: PreparedDraft): { readonly bytes: Buffer; readonly leaf: Uint8Array } {
  const bytes = Buffer.from(draft.json);
  return { bytes, leaf: hashLeaf(nodeHash, bytes) };
}

/** The ids of the last few calls: each of them is written several times over. */
const recent = new Map<string, Buffer>();
const mostRecent = 256;

/** An id as it is stored. Whoever gets it doesn't change it. */
export function uuidBytes(id: string): Buffer {
  const known = recent.get(id);
  if (known !== undefined) return known;
  const bytes = newUuidBytes(id);
  if (recent.size >= mostRecent) recent.clear();
  recent.set(id, bytes);
  return bytes;
}

function newUuidBytes(id: string): Buffer {
  // Five slices: a search for the hyphens costs more than the rest.
  const hex = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  return Buffer.from(hex, 'hex');
}

export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** True for what `uuidBytes` reads back unchanged. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

function requireThat(condition: boolean, message: string): void {
  if (!condition) throw new FairleadError('ledger.entry-invalid', { message: `Ledger entry: ${message}.` });
}
