import type {
  AdminEntry,
  ConfigEntry,
  DecisionEntry,
  Entry,
  OutcomeEntry,
  RepeatEntry,
} from '@fairlead/core/ledger';
import type { StoredEntry } from '../ledger/reading/api.ts';
import type { AuditRow, CallResult } from './api.ts';
import { createTally, type Tally } from './tally.ts';
import { titleOf } from './titles.ts';
import type { AuditBatch, CallFacts, NewRow, OutcomeOf } from './types.ts';
import { marksOf, searchText } from './words.ts';

/** A stored entry with what its bytes say; null for bytes that are no JSON (a log that `verify` would reject). */
interface ReadEntry {
  readonly stored: StoredEntry;
  readonly entry: Entry | null;
}

export function readStored(stored: StoredEntry): ReadEntry {
  try {
    const { buffer, byteOffset, byteLength } = stored.bytes;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
    return { stored, entry: JSON.parse(text) as Entry };
  } catch {
    return { stored, entry: null };
  }
}

/** Operations whose decisions a run of entries refers to without holding them. */
export function missingOps(read: readonly ReadEntry[]): readonly string[] {
  const here = new Set(read.flatMap(({ entry }) => (entry?.kind === 'decision' ? [entry.id] : [])));
  const wanted = read.flatMap(({ entry }) => callOf(entry) ?? []);
  return [...new Set(wanted)].filter((op) => !here.has(op));
}

function callOf(entry: Entry | null): string | null {
  if (entry?.kind === 'outcome' || entry?.kind === 'recovery') return entry.op;
  return entry?.kind === 'repeat' ? entry.of : null;
}

/** What a run of consecutive entries changes in the read model. `known` are the decisions that it refers to. */
export function projectEntries(read: readonly ReadEntry[], known: readonly CallFacts[]): AuditBatch {
  const calls = new Map(known.map((facts) => [facts.op, facts]));
  const tally = createTally();
  const rows: NewRow[] = [];
  const outcomes: OutcomeOf[] = [];
  for (const { stored, entry } of read) {
    // Pruned: nothing is left to be said of it.
    if (stored.bytes.length === 0) continue;
    if (entry?.kind === 'decision') calls.set(entry.id, factsOf(entry));
    const call = calls.get(callOf(entry) ?? stored.op ?? '') ?? null;
    const result = entry === null ? null : resultOf(entry);
    rows.push(rowOf(stored, entry, call, result));
    if (entry !== null) count(tally, stored, entry, call, result);
    if (result !== null && stored.op !== null) outcomes.push({ op: stored.op, result });
  }
  for (const row of rows) countRow(tally, row);
  const last = read.at(-1)!.stored;
  return {
    first: read[0]!.stored.index,
    next: last.index + 1,
    lastId: last.id,
    rows,
    outcomes,
    ...tally.result(),
  };
}

function factsOf(entry: DecisionEntry): CallFacts {
  const { op, id, repository, actor, assistant, vendor, model, session, dataClasses, policyIds } = entry;
  return {
    op: op ?? id,
    repository,
    actor: actor.pseudonym,
    assistant: assistant.name,
    vendor,
    model,
    session,
    dataClasses,
    policyIds,
  };
}

/** What an outcome or recovery says its call ended with; null for every other entry. */
function resultOf(entry: Entry): CallResult | null {
  if (entry.kind === 'recovery') {
    return {
      outcome: 'unknown',
      status: null,
      latencyMs: null,
      firstByteMs: null,
      usage: null,
      costMicroUsd: null,
    };
  }
  if (entry.kind !== 'outcome') return null;
  const { outcome, status, latencyMs, firstByteMs, usage } = entry;
  return { outcome, status, latencyMs, firstByteMs, usage, costMicroUsd: costOf(entry) };
}

/** Micro-dollars; null where the call has no price, or was recorded before calls had one. */
function costOf(entry: OutcomeEntry): number | null {
  const { cost } = entry as { readonly cost?: unknown };
  return typeof cost === 'number' && Number.isSafeInteger(cost) ? cost : null;
}

function rowOf(
  stored: StoredEntry,
  entry: Entry | null,
  call: CallFacts | null,
  result: CallResult | null,
): NewRow {
  const title = entry === null ? 'An entry that is not readable.' : titleOf(entry);
  const { index, id, ts, kind, op } = stored;
  const row: AuditRow = {
    index,
    id,
    ts,
    kind,
    op,
    decision: entry?.kind === 'decision' ? entry.decision : null,
    policyIds: entry?.kind === 'decision' || entry?.kind === 'repeat' ? (call?.policyIds ?? []) : [],
    repository: call?.repository ?? null,
    actor: call?.actor ?? actorOf(entry),
    assistant: call?.assistant ?? null,
    vendor: call?.vendor ?? null,
    model: call?.model ?? null,
    session: call?.session ?? null,
    dataClasses: call?.dataClasses ?? [],
    status: result?.status ?? null,
    outcome: result?.outcome ?? null,
    costMicroUsd: result?.costMicroUsd ?? null,
    origin: entry?.origin ?? 'live',
    title,
  };
  return { ...row, words: `${searchText(title, entry)} ${marksOf(row)}` };
}

/** Who did an administrative act, where a person did it themself. */
function actorOf(entry: Entry | null): string | null {
  if (entry?.kind !== 'admin' && entry?.kind !== 'config') return null;
  const { by } = (entry as AdminEntry | ConfigEntry).details;
  return typeof by === 'string' && by.startsWith('person:') ? by.slice('person:'.length) : null;
}

const failures: readonly string[] = ['vendor-error', 'vendor-unreachable', 'cut'];

function count(
  tally: Tally,
  stored: StoredEntry,
  entry: Entry,
  call: CallFacts | null,
  result: CallResult | null,
): void {
  const { ts, index } = stored;
  if (entry.kind === 'decision') countDecision(tally, stored, entry);
  else if (entry.kind === 'repeat') countRepeat(tally, stored, entry, call);
  else if (result === null) tally.hour(ts, index, {});
  else countResult(tally, stored, call, result);
}

function countResult(
  tally: Tally,
  { ts, index }: StoredEntry,
  call: CallFacts | null,
  result: CallResult,
): void {
  const known = result.costMicroUsd;
  // Only what a vendor served can cost something.
  const served = result.usage !== null || result.outcome === 'completed';
  tally.hour(ts, index, {
    failed: failures.includes(result.outcome) ? 1 : 0,
    unknown: result.outcome === 'unknown' ? 1 : 0,
    costMicroUsd: known ?? 0,
    priced: known === null ? 0 : 1,
    unpriced: known === null && served ? 1 : 0,
  });
  if (call === null || call.session === null) return;
  tally.session({ ...call, session: call.session }, ts, index, {
    inputTokens: result.usage?.inputTokens ?? 0,
    outputTokens: result.usage?.outputTokens ?? 0,
    costMicroUsd: known ?? 0,
    priced: known === null ? 0 : 1,
  });
}

function countDecision(tally: Tally, { ts, index }: StoredEntry, entry: DecisionEntry): void {
  const facts = factsOf(entry);
  const refused = entry.decision === 'deny' ? 1 : 0;
  countCalls(tally, ts, index, facts, 1, refused);
  for (const finding of entry.findings) tally.count(ts, 'finding', finding.class, index, finding.count, 0);
  if (facts.session !== null) {
    tally.session({ ...facts, session: facts.session }, ts, index, { calls: 1, refused });
  }
}

function countRepeat(
  tally: Tally,
  { ts, index }: StoredEntry,
  entry: RepeatEntry,
  call: CallFacts | null,
): void {
  if (call === null) {
    tally.hour(ts, index, { refused: entry.count });
    return;
  }
  countCalls(tally, ts, index, call, entry.count, entry.count);
  if (call.session !== null) {
    const sums = { calls: entry.count, refused: entry.count };
    tally.session({ ...call, session: call.session }, ts, index, sums);
  }
}

function countCalls(
  tally: Tally,
  ts: number,
  index: number,
  facts: CallFacts,
  calls: number,
  refused: number,
): void {
  tally.hour(ts, index, { allowed: calls - refused, refused });
  if (facts.assistant !== null) tally.count(ts, 'assistant', facts.assistant, index, calls, refused);
  if (facts.repository !== null) tally.count(ts, 'repository', facts.repository, index, calls, refused);
  if (refused === 0) return;
  for (const policyId of facts.policyIds) tally.count(ts, 'policy', policyId, index, calls, refused);
}

function countRow(tally: Tally, row: NewRow): void {
  tally.total('kind', row.kind);
  tally.total('decision', row.decision);
  for (const policyId of row.policyIds) tally.total('policyId', policyId);
  tally.total('repository', row.repository);
  tally.total('vendor', row.vendor);
  tally.total('model', row.model);
  tally.total('assistant', row.assistant);
}
