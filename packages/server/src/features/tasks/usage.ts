import type { DecisionEntry, Entry, OutcomeEntry } from '@fairlead/core/ledger';
import { mostTokens, type UsageCall } from '@fairlead/core/tasks';
import type { LedgerView } from '../ledger/reading/api.ts';

/** The calls of a ledger, and which assistant each session is of. */
export interface LedgerUsage {
  readonly calls: readonly UsageCall[];
  /** Session to assistant, where the ledger says. */
  readonly assistants: ReadonlyMap<string, string>;
}

const bite = 2_000;

/** A call as its decision says it. */
export type Call = Omit<UsageCall, 'tokens' | 'cost'> & { readonly endpoint: string };
/** A call with what it came to. */
export type SeenCall = UsageCall;

/** Calls of a ledger that grows. */
export interface UsageFollower {
  /** Reads what came since the last time. */
  follow(view: Pick<LedgerView, 'readEntries'>): Promise<void>;
  usage(): LedgerUsage;
}

/** Reads a ledger once, from its beginning to its end. */
export async function readUsage(view: Pick<LedgerView, 'readEntries'>): Promise<LedgerUsage> {
  const follower = followUsage();
  await follower.follow(view);
  return follower.usage();
}

/**
 * Reads every decision and what its call came to, oldest first. Entries whose bytes were pruned, or are no JSON, count for
 * nothing; a call that goes on isn't there yet.
 */
export function followUsage(): UsageFollower {
  const calls: UsageCall[] = [];
  const assistants = new Map<string, string>();
  const open = new Map<string, Call>();
  const refused = new Map<string, UsageCall>();
  let next = 0;
  const take = (entry: Entry): void => {
    if (entry.kind === 'decision') {
      if (entry.session !== null) assistants.set(entry.session, entry.assistant.name);
      const call = callOf(entry);
      if (!call.denied) open.set(entry.id, call);
      else {
        const denial = seenCall(call, { tokens: 0, cost: null });
        refused.set(entry.id, denial);
        calls.push(denial);
      }
    } else if (entry.kind === 'repeat') {
      const denial = refused.get(entry.of);
      const at = Math.floor(Date.parse(entry.ts) / 1000);
      if (denial !== undefined) for (let i = 0; i < entry.count; i++) calls.push({ ...denial, at });
    } else if (entry.kind === 'outcome' || entry.kind === 'recovery') {
      const call = open.get(entry.op ?? '');
      if (call === undefined) return;
      open.delete(entry.op ?? '');
      const end = entry.kind === 'outcome' ? endOf(entry, call.endpoint) : { tokens: 0, cost: null };
      if (end !== null) calls.push(seenCall(call, end));
    }
  };
  return {
    async follow(view) {
      for (;;) {
        const entries = await view.readEntries(next, bite);
        for (const { bytes } of entries) {
          const entry = parseEntry(bytes);
          if (entry !== null) take(entry);
        }
        next += entries.length;
        if (entries.length < bite) return;
      }
    },
    usage: () => ({ calls, assistants }),
  };
}

/** Null for what was pruned, or is no JSON. */
export function parseEntry({ buffer, byteOffset, byteLength }: Uint8Array): Entry | null {
  if (byteLength === 0) return null;
  try {
    return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString('utf8')) as Entry;
  } catch {
    return null;
  }
}

export function callOf(entry: DecisionEntry): Call {
  return {
    session: entry.session,
    at: Math.floor(Date.parse(entry.ts) / 1000),
    repository: entry.repository,
    person: entry.actor.kind === 'service' ? null : entry.actor.pseudonym,
    reserved: entry.reserved ?? null,
    denied: entry.decision === 'deny',
    endpoint: entry.endpoint,
  };
}

export function seenCall({ endpoint: _, ...call }: Call, end: Pick<UsageCall, 'tokens' | 'cost'>): SeenCall {
  return { ...call, ...end };
}

/** Null for a call that no vendor served: it cost nothing. */
export function endOf(
  { usage, cost, outcome }: OutcomeEntry,
  endpoint: string,
): Pick<UsageCall, 'tokens' | 'cost'> | null {
  const price = typeof cost === 'number' && Number.isSafeInteger(cost) ? cost : null;
  if (price === null && usage === null && outcome !== 'completed') return null;
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage ?? {};
  // Anthropic counts cached tokens beside the input, everyone else within it.
  const beside = endpoint === 'messages' ? cacheReadTokens + cacheWriteTokens : 0;
  return { tokens: Math.min(inputTokens + outputTokens + beside, mostTokens), cost: price };
}
