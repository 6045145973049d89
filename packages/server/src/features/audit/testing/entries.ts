import { randomUUID } from 'node:crypto';
import type { DecisionEntry, Entry, OutcomeEntry } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import type { StoredEntry } from '../../ledger/reading/api.ts';

const instance = { id: randomUUID(), incarnation: randomUUID() };
export const start = Date.parse('2026-11-01T09:00:00Z');

function envelope(at: number) {
  return {
    v: 1 as const,
    id: uuidv7(),
    ts: new Date(at).toISOString(),
    op: null,
    origin: 'live' as const,
    instance,
  };
}

/** A decision as the gateway records it. */
export function decision(changes: Partial<DecisionEntry> = {}, at = start): DecisionEntry {
  const op = uuidv7();
  return {
    ...envelope(at),
    kind: 'decision',
    id: op,
    op,
    session: 's-1',
    actor: { pseudonym: 'p-1', kind: 'human', onBehalfOf: null },
    keyId: randomUUID(),
    assistant: { name: 'claude-code', version: '2.1.0' },
    point: 'gateway',
    endpoint: 'messages',
    repository: 'github.com/acme/payments-api',
    repositoryEvidence: 'key',
    dataClasses: [],
    vendor: 'anthropic',
    model: 'claude-sonnet-5',
    decision: 'allow',
    policyIds: ['call.permit'],
    notices: [],
    bundle: 'b'.repeat(64),
    engine: 'compiled',
    configEpoch: 1,
    input: null,
    findings: [],
    truncated: false,
    coverage: { inspected: [], skipped: [], ruleset: '' },
    received: 'd'.repeat(64),
    forwarded: 'd'.repeat(64),
    ...changes,
  };
}

export function refusal(changes: Partial<DecisionEntry> = {}, at = start): DecisionEntry {
  const policyIds = ['repository.allowlist', 'stage.not-included'];
  return decision({ decision: 'deny', policyIds, repository: 'github.com/acme/skunkworks', ...changes }, at);
}

export function outcome(
  op: string,
  changes: Partial<OutcomeEntry> & { cost?: number | 'unpriced' } = {},
  at = start,
): OutcomeEntry {
  return {
    ...envelope(at),
    op,
    kind: 'outcome',
    outcome: 'completed',
    status: 200,
    usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
    latencyMs: 812.4,
    firstByteMs: 301.2,
    response: 'e'.repeat(64),
    responseBytes: 2048,
    ...changes,
  };
}

export function recovery(op: string, at = start): Entry {
  return { ...envelope(at), op, kind: 'recovery', outcome: 'unknown' };
}

export function repeat(of: string, count: number, at = start): Entry {
  return { ...envelope(at), kind: 'repeat', of, count };
}

export function admin(what: string, details: Record<string, string> = {}, at = start): Entry {
  return { ...envelope(at), kind: 'admin', what, actor: null, details };
}

export function config(what: string, at = start): Entry {
  return { ...envelope(at), kind: 'config', what, bundle: null, details: {} };
}

/** Entries as a ledger gives them back, counted from `first`. */
export function stored(entries: readonly Entry[], first = 0): readonly StoredEntry[] {
  return entries.map((entry, at) => ({
    index: first + at,
    id: entry.id,
    op: entry.op,
    kind: entry.kind,
    ts: Date.parse(entry.ts),
    leaf: new Uint8Array(32),
    bytes: Buffer.from(JSON.stringify(entry)),
  }));
}
