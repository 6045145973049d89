/** A reference to an entity, in Cedar's JSON form. */
export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

/**
 * A Cedar value in Cedar's own JSON form: booleans, safe integers, strings, arrays (sets), records,
 * `{__entity:{type,id}}` and `{__extn:{fn,arg}}` (decimal, datetime, duration, ip).
 */
export type CedarJson =
  | boolean
  | number
  | string
  | readonly CedarJson[]
  | { readonly [key: string]: CedarJson };

/** An entity with its attributes and direct parents, as cedar-wasm takes it. */
export interface EntityJson {
  readonly uid: EntityRef;
  readonly attrs: { readonly [key: string]: CedarJson };
  readonly parents: readonly EntityRef[];
  readonly tags?: { readonly [key: string]: CedarJson };
}

/** One question to the policy engine: content-free, complete, and what `decision_inputs` records. */
export interface PolicyRequest {
  readonly principal: EntityRef;
  readonly action: EntityRef;
  readonly resource: EntityRef;
  readonly context: { readonly [key: string]: CedarJson };
  readonly entities: readonly EntityJson[];
}

/** A policy text and the file it came from. */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
}

/** What is known of one policy of a compiled set. */
export interface PolicyMeta {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly annotations: { readonly [key: string]: string };
  readonly file: string;
  /** 1-based line and column of the policy's first character. */
  readonly line: number;
  readonly column: number;
}

export interface EvaluationError {
  readonly policyId: string;
  readonly message: string;
}

/**
 * The engine's answer. Any evaluation error makes it a deny (`engine.error` stands in `reasons` then).
 * `reasons`: ids of the deciding policies, sorted; for a default deny `['default.no-permit']`, with `nearest`
 * holding the permits that came closest.
 */
export interface PolicyVerdict {
  readonly decision: 'allow' | 'deny';
  readonly reasons: readonly string[];
  readonly errors: readonly EvaluationError[];
  readonly nearest: readonly NearestPermit[];
}

/** A permit that almost applied: how many of its conditions held and the text of the first that did not. */
export interface NearestPermit {
  readonly policyId: string;
  readonly failing: string;
}

/** A compiled, validated set of policies. */
export interface PolicyEngine {
  readonly kind: 'compiled' | 'cedar-wasm';
  readonly policies: readonly PolicyMeta[];
  evaluate(request: PolicyRequest): PolicyVerdict;
}
