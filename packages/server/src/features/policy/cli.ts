/* What the command line needs of the policy feature. */
import { readFile } from 'node:fs/promises';
import { FairleadError } from '@fairlead/core/errors';
import type { DecisionEntry } from '@fairlead/core/ledger';
import {
  type Explanation,
  explainVerdict,
  type PolicyEngine,
  type PolicyRequest,
  type PolicyTestRun,
  runPolicyTests,
} from '@fairlead/core/policy';
import type { Day, Program, ProgramFinding } from '@fairlead/core/program';
import { type LedgerPlace, readingFrom } from '../ledger/open-reader.ts';
import { readDecision } from '../ledger/read.ts';
import { readProgram } from '../program/api.ts';
import { readCaseFiles } from './case-files.ts';
import { createPolicy } from './create.ts';

export { createPolicy } from './create.ts';

export interface CheckedPolicies {
  readonly digest: string;
  /** Null exactly when there are findings of severity error. */
  readonly engine: PolicyEngine | null;
  readonly program: Program | null;
  /** What Cedar says; when the program cannot even be put together, what keeps it from that. */
  readonly findings: readonly ProgramFinding[];
}

export interface DirectoryOptions {
  /** The day as of which the program is read. */
  readonly today: Day;
}

/**
 * Compiles the policies of a program directory.
 * @throws FairleadError `program.not-found` or `program.unreadable`.
 */
export async function checkPolicies(
  directory: string,
  { today }: DirectoryOptions,
): Promise<CheckedPolicies> {
  const { draft, digest, findings } = await readProgram(directory, { today });
  if (draft === null) {
    const errors = findings.filter((finding) => finding.severity === 'error');
    return { digest, engine: null, program: null, findings: errors };
  }
  const activation = createPolicy().activate({ program: draft, digest });
  return { digest, engine: activation.engine, program: draft, findings: activation.findings };
}

export interface TestedPolicies extends PolicyTestRun {
  readonly digest: string;
  readonly policies: number;
}

/**
 * Runs the policy tests of a program directory.
 * @throws FairleadError as `checkPolicies`.
 */
export async function testPolicies(directory: string, options: DirectoryOptions): Promise<TestedPolicies> {
  const { digest, engine, program, findings } = await checkPolicies(directory, options);
  if (engine === null || program === null) return { digest, policies: 0, findings, results: [] };
  const run = runPolicyTests({ ...(await readCaseFiles(directory)), program, engine });
  return { ...run, digest, policies: engine.policies.length };
}

/**
 * Explains the answer to a recorded or written request.
 * @throws FairleadError `policy.invalid` when the program's policies do not compile, `policy.request-unreadable` when
 * the file holds no request, and as `checkPolicies`.
 */
export async function explainFile(
  directory: string,
  file: string,
  options: DirectoryOptions,
): Promise<Explanation> {
  return explainRequest(directory, await readRequest(file), options);
}

/** The same for a request at hand. */
export async function explainRequest(
  directory: string,
  request: PolicyRequest,
  options: DirectoryOptions,
): Promise<Explanation> {
  const { engine, findings } = await checkPolicies(directory, options);
  if (engine === null) throw notCompiled(findings);
  return explainVerdict(engine, request);
}

export interface ExplainedDecision {
  readonly op: string;
  /** As recorded. */
  readonly decision: string;
  readonly policyIds: readonly string[];
  /** Digest of the program that decided. */
  readonly bundle: string;
  /** False when the program at hand is another one: the explanation then is of what it would decide today. */
  readonly sameProgram: boolean;
  /** One a repository; empty when the call was refused before policy was asked. */
  readonly explanations: readonly Explanation[];
}

/**
 * Explains a recorded decision from the inputs that the ledger keeps of it.
 * @param ledger data folder, or place of the ledger; opened for reading only
 * @throws FairleadError `policy.decision-unknown` when the ledger has no decision of that operation, those of
 * `explainRequest`, and the ledger's own when it cannot be read.
 */
export async function explainDecision(
  directory: string,
  ledger: string | LedgerPlace,
  op: string,
  options: DirectoryOptions,
): Promise<ExplainedDecision> {
  const { recorded, requests } = await readRecorded(ledger, op);
  const { engine, digest, findings } = await checkPolicies(directory, options);
  if (engine === null) throw notCompiled(findings);
  const { decision, policyIds, bundle } = recorded;
  const explanations = requests.map((request) => explainVerdict(engine, request));
  return { op, decision, policyIds, bundle, sameProgram: bundle === digest, explanations };
}

type Recorded = Pick<DecisionEntry, 'decision' | 'policyIds' | 'bundle'>;

async function readRecorded(
  ledger: string | LedgerPlace,
  op: string,
): Promise<{ readonly recorded: Recorded; readonly requests: readonly PolicyRequest[] }> {
  return readingFrom(typeof ledger === 'string' ? { dataDir: ledger } : ledger, async (reader) => {
    const found = await readDecision(reader, op);
    if (found === null) throw new FairleadError('policy.decision-unknown');
    const recorded = JSON.parse(Buffer.from(found.entry.bytes).toString()) as Recorded;
    const inputs =
      found.inputs === null ? [] : (JSON.parse(found.inputs) as { requests: PolicyRequest[] }).requests;
    return { recorded, requests: inputs };
  });
}

function notCompiled([first]: readonly ProgramFinding[]): FairleadError {
  return new FairleadError('policy.invalid', {
    message: first?.message,
    place: first ? { file: first.file, line: first.line, column: first.column } : undefined,
  });
}

async function readRequest(file: string): Promise<PolicyRequest> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new FairleadError('policy.request-unreadable', { place: { file }, cause });
  }
  if (isRequest(json)) return json;
  throw new FairleadError('policy.request-unreadable', { place: { file } });
}

function isRequest(json: unknown): json is PolicyRequest {
  if (typeof json !== 'object' || json === null) return false;
  const parts = json as { readonly [key: string]: unknown };
  const objects = ['principal', 'action', 'resource', 'context'].map((key) => parts[key]);
  return objects.every((part) => typeof part === 'object' && part !== null) && Array.isArray(parts.entities);
}
