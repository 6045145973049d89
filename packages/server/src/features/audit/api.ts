import type { Usage } from '@fairlead/core/wire';

/** One entry of the ledger as lists show it. Times are milliseconds since the epoch. */
export interface AuditRow {
  readonly index: number;
  readonly id: string;
  readonly ts: number;
  readonly kind: string;
  readonly op: string | null;
  readonly decision: 'allow' | 'deny' | 'redact' | null;
  readonly policyIds: readonly string[];
  readonly repository: string | null;
  /** Pseudonym of who acted. */
  readonly actor: string | null;
  readonly assistant: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly session: string | null;
  readonly dataClasses: readonly string[];
  /** Of a decision: what its call ended with, once that is known. */
  readonly status: number | null;
  readonly outcome: string | null;
  /** Null while the call goes on, and where no price is known. */
  readonly costMicroUsd: number | null;
  readonly origin: string;
  /** One sentence. */
  readonly title: string;
}

/** What a call ended with. */
export interface CallResult {
  readonly outcome: string;
  readonly status: number | null;
  readonly latencyMs: number | null;
  readonly firstByteMs: number | null;
  readonly usage: Usage | null;
  readonly costMicroUsd: number | null;
}

/** Which entries. Absent fields do not narrow. */
export interface AuditFilter {
  readonly kind?: string;
  readonly decision?: string;
  readonly policyId?: string;
  readonly repository?: string;
  readonly actor?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly assistant?: string;
  readonly session?: string;
  /** Words; the last one may be a beginning. */
  readonly text?: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
  /** Only entries below this index. */
  readonly before?: number;
}

export interface AuditPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins (`before`); null at the end. */
  readonly next: number | null;
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export interface Facets {
  readonly kinds: readonly FacetValue[];
  readonly decisions: readonly FacetValue[];
  readonly policyIds: readonly FacetValue[];
  readonly repositories: readonly FacetValue[];
  readonly vendors: readonly FacetValue[];
  readonly models: readonly FacetValue[];
  readonly assistants: readonly FacetValue[];
}

/** A session of an assistant. */
export interface SessionRow {
  readonly session: string;
  readonly assistant: string | null;
  readonly actor: string | null;
  readonly repositories: readonly string[];
  readonly startedAt: number;
  readonly lastAt: number;
  readonly calls: number;
  readonly refused: number;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly costMicroUsd: number | null;
}

/** A call of a session and what it ended with. */
export interface SessionItem {
  readonly row: AuditRow;
  readonly result: CallResult | null;
}

/** Figures of one hour. */
export interface HourFigures {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly allowed: number;
  readonly refused: number;
  readonly failed: number;
  readonly unknown: number;
  readonly costMicroUsd: number;
  readonly priced: number;
  readonly unpriced: number;
}

export interface CountedValue {
  readonly value: string;
  readonly calls: number;
  readonly refused: number;
  /** Index of the newest entry counted. */
  readonly lastIndex: number;
}

/** What happened in a window of whole hours, most frequent first. */
export interface WindowFigures {
  readonly hours: readonly HourFigures[];
  readonly assistants: readonly CountedValue[];
  readonly repositories: readonly CountedValue[];
  /** Policies that refused. */
  readonly policies: readonly CountedValue[];
  readonly findings: readonly CountedValue[];
}

/** How far the read model is. */
export interface AuditProgress {
  readonly indexed: number;
  readonly size: number;
}

/** An entry with everything that belongs to it. */
export interface FoundEntry {
  readonly row: AuditRow;
  /** The exact stored text. */
  readonly json: string;
  /** The other entries of the same operation, oldest first. */
  readonly related: readonly AuditRow[];
}

/**
 * The ledger made searchable: a read model, rebuilt from the entries whenever it is missing or belongs to another log.
 * Every answer includes what was durable when it was asked for, unless a rebuild is still under way, or the disk has no
 * room to take it in (`progress`).
 */
export interface AuditIndex {
  progress(): Promise<AuditProgress>;
  entries(filter: AuditFilter, limit: number): Promise<AuditPage<AuditRow>>;
  /** Null for one that was pruned, too. */
  entry(id: string): Promise<FoundEntry | null>;
  /** Whether its hash is in the log, and nothing else is left of it. */
  isPruned(id: string): Promise<boolean>;
  /** Removes what it says of calls below a minimum index; figures stay. Returns how many rows it were. */
  forget(minimum: number): Promise<number>;
  rowsAt(indexes: readonly number[]): Promise<readonly AuditRow[]>;
  facets(): Promise<Facets>;
  /** The latest active first; `before` is the index of the last entry of the page before. */
  sessions(before: number | null, limit: number): Promise<AuditPage<SessionRow>>;
  session(
    session: string,
    limit: number,
  ): Promise<{ readonly summary: SessionRow; readonly items: readonly SessionItem[] } | null>;
  /** Hours from `fromHour` on. */
  window(fromHour: number): Promise<WindowFigures>;
  /** Proof that an entry is among the first `size`. */
  prove(
    id: string,
    size: number,
  ): Promise<{
    readonly index: number;
    readonly entry: Uint8Array;
    readonly path: readonly Uint8Array[];
  } | null>;
  close(): Promise<void>;
}
