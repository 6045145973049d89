import type { AuditRow, CallResult, SessionItem, SessionRow } from './api.ts';
import type { NewRow } from './types.ts';

/** Columns of an entry's row; lists are JSON, times milliseconds, costs micro-dollars. */
export interface EntryColumns {
  idx: number;
  id: string;
  ts: number;
  kind: string;
  op: string | null;
  decision: string | null;
  policy_ids: string;
  repository: string | null;
  actor: string | null;
  assistant: string | null;
  vendor: string | null;
  model: string | null;
  session: string | null;
  data_classes: string;
  status: number | null;
  outcome: string | null;
  cost: number | null;
  origin: string;
  title: string;
  latency_ms: number | null;
  first_byte_ms: number | null;
  usage: string | null;
}

export interface SessionColumns {
  session: string;
  assistant: string | null;
  actor: string | null;
  started_at: number;
  last_at: number;
  last_idx: number;
  calls: number;
  refused: number;
  input_tokens: number;
  output_tokens: number;
  cost: number;
  priced: number;
}

export interface AuditTables {
  audit_state: { one: number; origin: string; next: number; last_id: string | null };
  audit_entries: EntryColumns;
  /** On SQLite. */
  audit_words: { word: string };
  /** On PostgreSQL. */
  audit_policies: { policy_id: string; idx: number };
  audit_hours: {
    hour: number;
    first_idx: number;
    last_idx: number;
    allowed: number;
    refused: number;
    failed: number;
    unknown: number;
    cost: number;
    priced: number;
    unpriced: number;
  };
  audit_counts: {
    dimension: string;
    hour: number;
    value: string;
    calls: number;
    refused: number;
    last_idx: number;
  };
  audit_totals: { facet: string; value: string; count: number };
  /** Each combination of these values that an entry ever had; '' for none. */
  audit_combinations: { kind: string; decision: string; assistant: string; vendor: string; model: string };
  audit_sessions: SessionColumns;
  audit_session_repositories: { session: string; repository: string };
}

export function columnsOf(row: NewRow): EntryColumns {
  const { index, policyIds, dataClasses, costMicroUsd, words: _, ...rest } = row;
  return {
    ...rest,
    idx: index,
    policy_ids: JSON.stringify(policyIds),
    data_classes: JSON.stringify(dataClasses),
    cost: costMicroUsd,
    latency_ms: null,
    first_byte_ms: null,
    usage: null,
  };
}

export function rowOfColumns(columns: EntryColumns): AuditRow {
  const { id, ts, kind, op, repository, actor, assistant, vendor, model, session, status, outcome } = columns;
  return {
    index: columns.idx,
    id,
    ts,
    kind,
    op,
    decision: columns.decision as AuditRow['decision'],
    policyIds: JSON.parse(columns.policy_ids) as string[],
    repository,
    actor,
    assistant,
    vendor,
    model,
    session,
    dataClasses: JSON.parse(columns.data_classes) as string[],
    status,
    outcome,
    costMicroUsd: columns.cost,
    origin: columns.origin,
    title: columns.title,
  };
}

/** A decision's row with what its call ended with; null while that is not known, and for refusals. */
export function itemOfColumns(columns: EntryColumns): SessionItem {
  return { row: rowOfColumns(columns), result: resultOfColumns(columns) };
}

function resultOfColumns(columns: EntryColumns): CallResult | null {
  const { outcome, status, usage } = columns;
  if (outcome === null) return null;
  return {
    outcome,
    status,
    latencyMs: columns.latency_ms,
    firstByteMs: columns.first_byte_ms,
    usage: usage === null ? null : (JSON.parse(usage) as CallResult['usage']),
    costMicroUsd: columns.cost,
  };
}

export function sessionOfColumns(columns: SessionColumns, repositories: readonly string[]): SessionRow {
  const { session, assistant, actor, calls, refused } = columns;
  return {
    session,
    assistant,
    actor,
    repositories,
    startedAt: columns.started_at,
    lastAt: columns.last_at,
    calls,
    refused,
    tokens: { input: columns.input_tokens, output: columns.output_tokens },
    costMicroUsd: columns.priced === 0 ? null : columns.cost,
  };
}
