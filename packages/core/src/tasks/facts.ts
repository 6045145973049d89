/*
 * What is known of assistants' work on software beside the delivery facts: sessions at branches, authorship notes, gates,
 * seats. Hooks, collectors and vendor reports produce them; until those are connected they are imported. Times are RFC
 * 3339, days `YYYY-MM-DD` in UTC. People are pseudonyms where facts are stored.
 */

/** A session of an assistant at one branch. A session that switches branches has one fact for each stay. */
export interface SessionAtBranch {
  readonly type: 'session';
  readonly id: string;
  /** The ledger's id of the session. */
  readonly session: string;
  /** `host/owner/name`, lower case. */
  readonly repository: string;
  readonly branch: string;
  readonly from: string;
  /** Absent: until the session's last call. */
  readonly until?: string | undefined;
  /** When the assistant first wrote to a file there; absent: it did not. */
  readonly firstWriteAt?: string | undefined;
  readonly assistant?: string | undefined;
  readonly principal?: string | undefined;
}

/** Which sessions wrote lines of a commit, as a git-ai note or an Agent Trace record says. Nothing else of it is kept. */
export interface Authorship {
  readonly type: 'authorship';
  readonly id: string;
  readonly repository: string;
  readonly commit: string;
  readonly format: 'git-ai' | 'agent-trace';
  readonly sessions: readonly { readonly id: string; readonly tool: string | null; readonly lines: number }[];
}

/** A signed statement, verified by whoever took it in, that a session made what a change's head holds. */
export interface Attestation {
  readonly type: 'attestation';
  readonly id: string;
  readonly repository: string;
  readonly commit: string;
  readonly session: string;
}

/** Edits that hooks recorded, matched to the lines that a change adds. */
export interface MatchedEdits {
  readonly type: 'edits';
  readonly id: string;
  readonly repository: string;
  readonly number: number;
  readonly matchedLines: number;
  readonly addedLines: number;
}

/** What share of the machines that work on a repository has all its assistant traffic seen, in some days. */
export interface Coverage {
  readonly type: 'coverage';
  readonly id: string;
  readonly repository: string;
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** 0 to 1. */
  readonly share: number;
}

/** What the change gate said of a change, the required scans included. */
export interface GateResult {
  readonly type: 'gate';
  readonly id: string;
  readonly repository: string;
  readonly number: number;
  readonly at: string;
  readonly verdict: 'pass' | 'fail' | 'hold';
  readonly overridden: boolean;
}

/** A decision outside normal review: E1 an exception asked for after a denial, E2 a takeover, E3 a legal or security review. */
export interface Escalation {
  readonly type: 'escalation';
  readonly id: string;
  readonly cause: 'E1' | 'E2' | 'E3';
  readonly repository: string;
  /** One of both says where. */
  readonly number?: number | undefined;
  readonly branch?: string | undefined;
  readonly at: string;
  /** Of E1: the denial it answers, and when it was answered. */
  readonly deniedAt?: string | undefined;
  readonly answeredAt?: string | undefined;
}

/** A security finding that a scanner made in a merged change. */
export interface ChangeFinding {
  readonly type: 'finding';
  readonly id: string;
  readonly repository: string;
  readonly number: number;
  readonly at: string;
}

/** A confirmed breach of the program; blocked attempts are near misses and none of these. */
export interface GovernanceIncident {
  readonly type: 'governance_incident';
  readonly id: string;
  readonly what: 'leak' | 'bypass' | 'unapproved' | 'ip_match' | 'ledger_gap';
  readonly at: string;
  readonly team?: string | undefined;
}

/** Seats of a plan in some days. */
export interface Seats {
  readonly type: 'seats';
  readonly id: string;
  readonly vendor: string;
  readonly plan: string;
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly seats: number;
  /** Seats that were used at all in these days; absent: the report doesn't say. */
  readonly active?: number | undefined;
  /** US dollars for a seat and a month of 30 days. */
  readonly pricePerMonth: number;
}

/** How many people a vendor saw on a day. Counts only: who they are is not taken in. */
export interface ActiveCount {
  readonly type: 'active_count';
  readonly id: string;
  readonly vendor: string;
  readonly day: string;
  readonly active: number;
  /** People active in the seven days up to it, where the report says. */
  readonly activeInWeek?: number | undefined;
}

/** Says that a source reports here from a day on, though it may have had nothing to report. */
export interface Connection {
  readonly type: 'connection';
  readonly id: string;
  readonly source: TaskSource;
  readonly since: string;
}

export type TaskFact =
  | SessionAtBranch
  | Authorship
  | Attestation
  | MatchedEdits
  | Coverage
  | GateResult
  | Escalation
  | ChangeFinding
  | GovernanceIncident
  | Seats
  | ActiveCount
  | Connection;

/** What a figure of tasks needs before it says anything. */
export const taskSources = [
  'changes',
  'sessions',
  'usage',
  'deployments',
  'incidents',
  'gates',
  'exceptions',
  'takeovers',
  'legal_reviews',
  'scanners',
  'governance_incidents',
  'seats',
] as const;
export type TaskSource = (typeof taskSources)[number];

/** One call of an assistant, as the ledger knows it. Amounts are micro-dollars, `at` is seconds since the epoch. */
export interface UsageCall {
  readonly session: string | null;
  readonly at: number;
  readonly repository: string | null;
  /** Pseudonym of who made it. */
  readonly person: string | null;
  readonly tokens: number;
  /** Null where it has no price, or nobody recorded its end. */
  readonly cost: number | null;
  /** Set aside before the call; stands in for a cost that isn't known. Null: nothing was. */
  readonly reserved: number | null;
  readonly denied: boolean;
}

/** Whose work assistants could be, for class C and for adoption. */
export interface Enrolment {
  readonly person: string;
  readonly team: string;
  /** Seconds since the epoch; `until` null while it lasts. */
  readonly from: number;
  readonly until: number | null;
}
