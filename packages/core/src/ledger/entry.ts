import type { Coverage, Finding } from '../inspection/types.ts';
import type { CostBasis } from '../money/settle.ts';
import type { Usage } from '../wire/types.ts';

/** Version of the envelope below. */
export const entryVersion = 1;

/** Who acted, without saying who: pseudonyms are random, their mapping lives in an erasable store. */
export interface Actor {
  readonly pseudonym: string;
  readonly kind: 'human' | 'agent' | 'service';
  readonly onBehalfOf: string | null;
}

/** What every entry carries. `ts` is RFC 3339 UTC with milliseconds; `id` and `op` are UUIDs. */
export interface EntryEnvelope {
  readonly v: typeof entryVersion;
  readonly id: string;
  readonly ts: string;
  readonly op: string | null;
  readonly origin: 'live' | 'demo';
  readonly instance: { readonly id: string; readonly incarnation: string };
}

/** How the repository of a call is known: the credential alone, or narrowed by a header or Codex metadata. */
export type RepositoryEvidence = 'key' | 'token' | 'header' | 'codex' | 'claim';

/**
 * What is kept of a call's content, in a store of its own: the commitment SHA-256(salt of 32 bytes ‖ content) in hex, or why
 * it was not kept.
 */
export type KeptContent = { readonly commitment: string } | { readonly notKept: string };

/** The decision on one call, durable before anything is sent. `id` equals `op` (uuidv7). */
export interface DecisionEntry extends EntryEnvelope {
  readonly kind: 'decision';
  readonly session: string | null;
  readonly actor: Actor;
  /** Id of the key, or of the device that a token was minted for. */
  readonly keyId: string;
  /** Id (`jti`) of the token; absent where a key was used. */
  readonly tokenId?: string;
  readonly assistant: { readonly name: string; readonly version: string | null };
  readonly point: 'gateway' | 'hook' | 'editor' | 'ci' | 'api';
  readonly endpoint: string;
  /** Null when the call was refused before its repository was known. */
  readonly repository: string | null;
  readonly repositoryEvidence: RepositoryEvidence | null;
  readonly dataClasses: readonly string[];
  readonly vendor: string | null;
  readonly model: string | null;
  readonly decision: 'allow' | 'deny' | 'redact';
  /** Sorted reason ids; for a deny the deciding policies, for an allow the permits. */
  readonly policyIds: readonly string[];
  readonly notices: readonly string[];
  readonly bundle: string;
  readonly engine: string;
  readonly configEpoch: number;
  /** sha256 (hex) of the canonical decision inputs, kept in `decision_inputs`; null when policy was not reached. */
  readonly input: string | null;
  readonly findings: readonly Finding[];
  readonly truncated: boolean;
  readonly coverage: Coverage;
  /** Lower-case hex sha256 of the decoded body received; null when none could be decoded. */
  readonly received: string | null;
  /** The same of the body forwarded; null when nothing is. */
  readonly forwarded: string | null;
  /** The most this call may cost, micro-dollars; null where nothing was set aside or the model has no price. */
  readonly reserved?: number | null;
  /** Output tokens that `reserved` covers. */
  readonly reservedOutputTokens?: number | null;
  /** Keys of the accounts that hold `reserved`; sorted. */
  readonly budgets?: readonly string[];
  /** Version of the price book. */
  readonly prices?: string | null;
  /** The service tier asked for. */
  readonly serviceTier?: string | null;
  /** Of the request; absent where the program keeps none. */
  readonly content?: KeptContent;
}

/** What became of an allowed call. `id` is derived from `op`, so that a retry of the append is idempotent. */
export interface OutcomeEntry extends EntryEnvelope {
  readonly kind: 'outcome';
  readonly outcome: 'completed' | 'client-aborted' | 'vendor-error' | 'vendor-unreachable' | 'cut';
  /** Vendor's HTTP status, null when none arrived. */
  readonly status: number | null;
  readonly usage: Usage | null;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  /** Lower-case hex sha256 of the response body as forwarded to the client. */
  readonly response: string | null;
  readonly responseBytes: number;
  /** Micro-dollars by the prices below; where the vendor reported too little, as reserved (`costBasis`). */
  readonly cost?: number | 'unpriced';
  readonly costBasis?: CostBasis;
  readonly prices?: string | null;
  /** Of the answer; absent where the program keeps none. */
  readonly content?: KeptContent;
}

/** A call whose outcome nobody recorded; written at start for this instance's earlier incarnations. */
export interface RecoveryEntry extends EntryEnvelope {
  readonly kind: 'recovery';
  readonly outcome: 'unknown';
}

/** Repeats of a refused (key, body) within the window, counted. `op` is null, `of` is the first refusal's op. */
export interface RepeatEntry extends EntryEnvelope {
  readonly kind: 'repeat';
  readonly of: string;
  readonly count: number;
}

/** A change of what is in force: start, bundle, unsigned program, confirmed credentials. */
export interface ConfigEntry extends EntryEnvelope {
  readonly kind: 'config';
  readonly what: string;
  readonly bundle: string | null;
  readonly details: { readonly [key: string]: string | number | boolean | readonly string[] };
}

/** An administrative act: keys and tokens issued or revoked, a pseudonym resolved. */
export interface AdminEntry extends EntryEnvelope {
  readonly kind: 'admin';
  readonly what: string;
  readonly actor: Actor | null;
  readonly details: { readonly [key: string]: string | number | boolean | readonly string[] };
}

export type Entry = DecisionEntry | OutcomeEntry | RecoveryEntry | RepeatEntry | ConfigEntry | AdminEntry;
export type EntryKind = Entry['kind'];

/** Every kind there is: who asks for entries of another one has mistyped it. */
export const entryKinds = Object.keys({
  decision: true,
  outcome: true,
  recovery: true,
  repeat: true,
  config: true,
  admin: true,
} satisfies { readonly [kind in EntryKind]: true }) as readonly EntryKind[];
