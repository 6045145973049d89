import type { LateFacts } from '../delivery/facts.ts';
import type { PolicySource } from '../policy/types.ts';
import type { Capability, Dialect } from '../wire/types.ts';

/** Calendar day, `YYYY-MM-DD`. */
export type Day = string;
export type Classification = 'public' | 'internal' | 'confidential' | 'restricted';

/** What the sharing matrix says of a data class at a vendor, strictest last. */
export type SharingRule = 'allow' | 'record' | 'warn' | 'redact' | 'legal-review' | 'deny';

/** Who pays and signs in upstream: the vendor's key held by Fairlead, or the caller's own token passed through. */
export type VendorCredential =
  | { readonly mode: 'vendor-key'; readonly name: string }
  | { readonly mode: 'caller' };

export interface ProgramVendor {
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  /** Absolute http(s) URL; the endpoint's path (`/v1/…`) is appended to it, its own `/v1` suffix counted once. */
  readonly baseUrl: string;
  readonly auth: 'bearer' | 'x-api-key' | 'api-key';
  readonly credential: VendorCredential;
  /** From vendors/<id>.yaml; `evaluated` false when there is no evaluation. */
  readonly evaluated: boolean;
  readonly evidenceValidUntil: Day | null;
  readonly trainsOnData: boolean;
  readonly dpaSigned: boolean;
  readonly retentionDays: number | null;
  readonly regions: readonly string[];
  readonly approvedFor: readonly Classification[];
}

/** A price in US dollars per million tokens, with factors of service tiers and dearer rates of long calls. */
export interface ProgramPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Written to the cache for an hour. */
  readonly cacheWriteLong?: number;
  readonly serviceTiers?: { readonly [tier: string]: number };
  readonly longContext?: readonly {
    /** Input tokens beyond which these prices count for the whole call. */
    readonly above: number;
    readonly input: number;
    readonly output: number;
    readonly cacheRead?: number;
    readonly cacheWrite?: number;
    readonly cacheWriteLong?: number;
  }[];
}

export type BudgetScope = 'organisation' | 'stage' | 'team' | 'repository' | 'key' | 'session';

/** One limit of spending. */
export interface ProgramBudget {
  readonly scope: BudgetScope;
  /** An id of the scope's kind, or `*` for each of them on its own. */
  readonly subject: string;
  readonly period: 'day' | 'week' | 'month' | 'total';
  /** Micro-dollars. */
  readonly limit: number;
}

/** How many calls a key may make. */
export interface ProgramCallLimit {
  /** A key's id, or `*` for every key that has no limit of its own. */
  readonly subject: string;
  readonly concurrent: number | null;
  readonly perMinute: number | null;
}

export interface ProgramModel {
  /** The name on the wire. */
  readonly id: string;
  readonly vendor: string;
  readonly capabilities: readonly (Capability | 'completion' | 'embeddings')[];
  /** The organisation's own price; absent where the list price counts. */
  readonly price?: ProgramPrice;
  /** The model's own bound of output tokens, where known. */
  readonly maxOutputTokens?: number;
}

export interface ProgramMember {
  /** Stable id, `[a-z0-9._/-]+`. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'human' | 'service';
  /** Role ids from operating-model.yaml. */
  readonly roles: readonly string[];
  /** Logins at git hosts and addresses in commits, lower case. */
  readonly accounts?: readonly string[];
}

export interface ProgramTeam {
  readonly id: string;
  readonly name: string;
  readonly members: readonly ProgramMember[];
  /** Repositories granted beside those the team owns. */
  readonly repositories: readonly string[];
  /** Absent in programs that were read before it was known. */
  readonly calendar?: ProgramCalendar;
}

/** When a team works: local times `HH:MM` on some days of the week. */
export interface ProgramCalendar {
  /** IANA. */
  readonly timeZone: string;
  readonly days: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  readonly from: string;
  readonly to: string;
  readonly holidays: readonly string[];
}

export interface ProgramRepository {
  /** `host/owner/name`, lower case. */
  readonly id: string;
  readonly classification: Classification;
  readonly allowlisted: boolean;
  readonly team: string;
  readonly service: string | null;
  /** Earlier names of the same repository. */
  readonly aliases: readonly string[];
}

export interface ProgramStage {
  readonly id: string;
  readonly rank: number;
  readonly teams: readonly string[];
  /** Empty means: every allowlisted repository of the cohort's teams and any other allowlisted one. */
  readonly repositories: readonly string[];
  readonly capabilities: readonly Capability[];
  /** Model ids. */
  readonly models: readonly string[];
}

export interface ProgramAssistant {
  readonly id: string;
  readonly name: string;
  /** A range such as `>=2.1.295`, or `*`. */
  readonly versions: string;
  readonly capabilities: readonly Capability[];
  /** Logins under which it opens changes by itself. */
  readonly accounts?: readonly string[];
}

export interface ProgramDataClass {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  /** What to do about a refusal for this class, one sentence. */
  readonly advice: string;
}

/** A control the organisation answers for, and by what its state is measured. */
export interface ProgramControl {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly measuredBy: 'policy' | 'ledger' | 'scanner' | 'reconciler' | 'hook-report' | 'attestation';
  readonly frameworks: readonly string[];
}

/** Which calls' content is kept. */
export interface ProgramContent {
  readonly keep: readonly {
    /** Full names, or `*`. */
    readonly repositories: readonly string[];
    /** Ids, or `*`. */
    readonly dataClasses: readonly string[];
    readonly days: number;
  }[];
  readonly whenNotKept: 'go-on' | 'refuse';
  /** Of a request or an answer. */
  readonly maxBytes: number;
}

/** How long what is recorded is kept. */
export interface ProgramRetention {
  /** Whether anything is deleted by it. */
  readonly enforce: boolean;
  readonly ledgerDays: number;
  /** Of kept content, at most; 0: none is kept. */
  readonly contentDays: number;
  /** Data classes with times of their own: longer ones of the ledger, shorter ones of content. */
  readonly classes: {
    readonly [dataClass: string]: { readonly ledgerDays?: number; readonly contentDays?: number };
  };
  /** Data class → vendor or `*` → days of content, where the sharing matrix says them. */
  readonly shared: { readonly [dataClass: string]: { readonly [vendor: string]: number } };
}

/** Where the ledger's entries are sent, at least once each. */
export interface ProgramStream {
  /** `[a-z0-9-]+` */
  readonly name: string;
  readonly format: 'jsonl' | 'ocsf';
  readonly from: 'beginning' | 'now';
  readonly to:
    | { readonly kind: 'file'; readonly maxBytes: number; readonly keep: number }
    | {
        readonly kind: 'webhook';
        readonly url: string;
        /** The secret's environment variable. */
        readonly auth: { readonly scheme: 'bearer' | 'hmac-sha256'; readonly env: string } | null;
      };
}

/** The part of a program that decides calls. Read-only; one value per bundle digest. */
export interface Program {
  readonly organisation: { readonly id: string; readonly name: string; readonly defaultHost: string };
  readonly engine: 'compiled' | 'cedar-wasm';
  readonly network: {
    /** Host or CIDR entries whose private addresses may be called. */
    readonly allowPrivate: readonly string[];
    /** Host names the listeners answer to, beside loopback names. */
    readonly hosts: readonly string[];
  };
  readonly vendors: readonly ProgramVendor[];
  readonly models: readonly ProgramModel[];
  readonly teams: readonly ProgramTeam[];
  /** Role ids. */
  readonly roles: readonly string[];
  readonly repositories: readonly ProgramRepository[];
  readonly assistants: readonly ProgramAssistant[];
  readonly mcpServers: readonly {
    readonly id: string;
    readonly risk: string;
    readonly sanctioned: boolean;
    /** Where a project must reach it, where mcp.yaml says so. */
    readonly url?: string;
    /** How a project must start it, program and arguments, where mcp.yaml says so. */
    readonly command?: readonly string[];
  }[];
  readonly stages: readonly ProgramStage[];
  /** Id of the stage in force until a recorded transition says otherwise. */
  readonly currentStage: string;
  readonly dataClasses: readonly ProgramDataClass[];
  /** data class → vendor id (or `*`) → rule. A missing cell counts as `deny`. */
  readonly sharing: { readonly [dataClass: string]: { readonly [vendor: string]: SharingRule } };
  readonly policies: readonly PolicySource[];
  /** Absent where there is no controls.yaml. */
  readonly controls?: readonly ProgramControl[];
  /** Absent where no content is kept. */
  readonly content?: ProgramContent;
  /** Absent where the program says nothing of it. */
  readonly retention?: ProgramRetention;
  /** Absent where the program was put together without it: the usual environments are production. */
  readonly delivery?: { readonly productionEnvironments: readonly string[]; readonly lateFacts?: LateFacts };
  /** Absent where the program was put together without them. */
  readonly streams?: readonly ProgramStream[];
  /** Absent where there is no budgets.yaml. */
  readonly budgets?: {
    readonly limits: readonly ProgramBudget[];
    readonly calls: readonly ProgramCallLimit[];
  };
}

/** A program read from disk, ready to compile. */
export interface LoadedProgram {
  readonly program: Program;
  /** `sha256:` + hex of the canonical manifest (path → sha256 of every file). */
  readonly digest: string;
}

/** One thing `fairlead validate` has to say. */
export interface ProgramFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** Path inside the program directory. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fix: string;
}
