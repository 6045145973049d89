/*
 * What the control API answers, as the pages use it. Times are RFC 3339 UTC; money is integer micro-USD; ids are those
 * of the ledger.
 */

export type Decision = 'allow' | 'deny' | 'redact';
export type Window = '24h' | '7d' | '30d';

export interface Me {
  principal: string | null;
  name: string | null;
  roles: string[];
  /** Actions that policy permits to the caller. */
  actions: string[];
  via: 'session' | 'token' | 'operator';
  expiresAt: string | null;
}

export interface SignedIn {
  sessionToken: string;
  me: Me;
  expiresAt: string;
}

export interface Program {
  organisation: { id: string; name: string };
  stage: { id: string; rank: number };
  bundle: string;
  unsigned: boolean;
  engine: string;
  activatedAt: string | null;
  principals: { id: string; name: string; kind: string; teams: string[] }[];
  assistants: { id: string; name: string }[];
  repositories: { id: string; classification: string; allowlisted: boolean; team: string | null }[];
  vendors: { id: string; name: string; dialect: string; host: string }[];
  models: { id: string; vendor: string }[];
  policies: {
    id: string;
    title: string;
    severity: string;
    advice: string;
    owner: string;
    control: string;
    file: string;
  }[];
}

/** One entry of the ledger as a row. `title` is a whole sentence. */
export interface EntryRow {
  id: string;
  index: number;
  ts: string;
  kind: string;
  op: string | null;
  decision: Decision | null;
  policyIds: string[];
  repository: string | null;
  /** Pseudonym. */
  actor: string | null;
  assistant: string | null;
  vendor: string | null;
  model: string | null;
  session: string | null;
  dataClasses: string[];
  status: number | null;
  outcome: string | null;
  costMicroUsd: number | null;
  origin: string;
  title: string;
}

export interface RefusalGroup {
  policyId: string;
  title: string;
  advice: string;
  count: number;
  lastAt: string;
  lastId: string;
}

export interface Overview {
  asOf: string;
  from: string;
  to: string;
  stage: string;
  calls: { total: number; allowed: number; refused: number; failed: number };
  spend: { microUsd: number; unpricedCalls: number };
  series: { at: string; allowed: number; refused: number }[];
  refusals: RefusalGroup[];
  recent: EntryRow[];
  assistants: { id: string; calls: number; refused: number }[];
  repositories: { id: string; calls: number; refused: number }[];
  findings: { class: string; count: number }[];
  ledger: { size: number; signedSize: number; healthy: boolean; checkpointAt: string | null };
  coverageNotes: string[];
}

export interface EntriesPage {
  entries: EntryRow[];
  next: string | null;
  size: number;
}

export interface Reason {
  policyId: string;
  title: string;
  advice: string;
  severity: string;
}

export interface EntryDetail {
  row: EntryRow;
  entry: { [member: string]: unknown };
  related: EntryRow[];
  reasons: Reason[];
}

export interface InclusionProof {
  index: number;
  size: number;
  /** Base64 of the exact stored bytes. */
  entry: string;
  /** Base64 hashes, from the leaf's sibling up. */
  path: string[];
  /** The signed note, verbatim. */
  checkpoint: string;
  vkey: string;
}

export interface Facet {
  value: string;
  count: number;
}

export interface Facets {
  kinds: Facet[];
  decisions: Facet[];
  policyIds: Facet[];
  repositories: Facet[];
  vendors: Facet[];
  models: Facet[];
  assistants: Facet[];
}

export interface SessionSummary {
  session: string;
  assistant: string | null;
  actor: string | null;
  repositories: string[];
  startedAt: string;
  lastAt: string;
  calls: number;
  refused: number;
  tokens: { input: number; output: number };
  costMicroUsd: number | null;
}

export interface SessionsPage {
  sessions: SessionSummary[];
  next: string | null;
}

export interface SessionItem {
  row: EntryRow;
  outcome: {
    outcome: string;
    status: number | null;
    latencyMs: number | null;
    firstByteMs: number | null;
    usage: { inputTokens: number; outputTokens: number } | null;
    costMicroUsd: number | null;
  } | null;
}

export interface SessionDetail {
  summary: SessionSummary;
  items: SessionItem[];
}

export type ControlState = 'enforced' | 'observed' | 'off' | 'unknown';

export interface Control {
  id: string;
  title: string;
  owner: string;
  state: ControlState;
  where: string[];
  since: string | null;
  how: string;
  evidence: { entryId: string } | null;
}

export interface KeyView {
  id: string;
  principal: string;
  repositories: string[];
  assistant: string;
  device: string | null;
  vendor: string | null;
  label: string | null;
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
}

export interface KeyRequest {
  principal: string;
  repositories: string[];
  assistant: string;
  device?: string;
  vendor?: string;
  label?: string;
  expiresAt: string;
}

export interface IssuedKey {
  id: string;
  key: string;
  expiresAt: string;
}

export interface BudgetRow {
  scope: string;
  id: string;
  name: string;
  period: string;
  limit: number;
  reserved: number;
  settled: number;
  periodStart: string;
  periodEnd: string;
}

export interface Budgets {
  rows: BudgetRow[];
  pausedKeys: { keyId: string; since: string; reason: string }[];
  priceVersion: string | null;
}

export interface Head {
  size: number;
  signedSize: number;
}
