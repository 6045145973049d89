import type { PolicyEst } from './est.ts';
import type { SchemaJson } from './schema-model.ts';
import type { PolicyRequest } from './types.ts';

/** A byte range (UTF-8, end exclusive) of the text that was given. */
export interface OracleSpan {
  readonly start: number;
  readonly end: number;
}

/** Something the oracle objects to. */
export interface OracleProblem {
  readonly message: string;
  readonly help: string | null;
  readonly span: OracleSpan | null;
  /** Set by `validate`. */
  readonly policyId: string | null;
}

export type OracleResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly OracleProblem[] };

/** A policy as text or syntax tree. */
export type OraclePolicy = string | PolicyEst;

/** Cedar's own answer to a request. */
export interface OracleAnswer {
  readonly decision: 'allow' | 'deny';
  /** Deciding policy ids, sorted. */
  readonly reasons: readonly string[];
  readonly errors: readonly { readonly policyId: string; readonly message: string }[];
}

/** Answers requests on one policy set. A request that Cedar does not accept is `ok: false`. */
export type OracleAuthorizer = (request: PolicyRequest) => OracleResult<OracleAnswer>;

/**
 * Cedar's reference implementation, as core needs it: parser, validator and oracle. No method throws for bad input;
 * implementations turn anything thrown inside into problems.
 */
export interface CedarOracle {
  /** Version of the reference implementation. */
  readonly version: string;
  /** Splits a policy file into its policies and templates, each as it stands in the file. */
  split(
    text: string,
  ): OracleResult<{ readonly policies: readonly string[]; readonly templates: readonly string[] }>;
  policyToJson(policy: OraclePolicy): OracleResult<PolicyEst>;
  templateToJson(template: string): OracleResult<PolicyEst>;
  /** The schema with its types resolved. */
  schemaToJson(schema: string): OracleResult<SchemaJson>;
  /** Strict validation; errors and warnings are both problems. Spans are within the policy's own text. */
  validate(
    schema: string,
    policies: { readonly [id: string]: OraclePolicy },
    templates?: { readonly [id: string]: string },
  ): OracleResult<{ readonly errors: readonly OracleProblem[]; readonly warnings: readonly OracleProblem[] }>;
  /** With a schema, requests and entities are validated against it; without one, nothing is. */
  authorizer(
    policies: { readonly [id: string]: OraclePolicy },
    schema: string | null,
  ): OracleResult<OracleAuthorizer>;
}
