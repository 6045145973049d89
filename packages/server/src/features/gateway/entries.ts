import { type CallDecision, canonicalRequests } from '@fairlead/core/decision';
import type { Coverage, InspectionReport } from '@fairlead/core/inspection';
import {
  type DecisionEntry,
  type EntryEnvelope,
  entryVersion,
  type KeptContent,
} from '@fairlead/core/ledger';
import { isUnchanging, type PolicyRequest } from '@fairlead/core/policy';
import { isoTime } from '../../platform/clock/index.ts';
import type { Held } from '../budgets/api.ts';
import type { Caller } from '../identity/api.ts';
import { type DecisionInput, type Draft, decisionInput } from '../ledger/api.ts';
import type { ActiveBundle, GatewayDeps } from './types.ts';

/** What is known of a call when its decision is recorded; nulls where the call was refused earlier. */
export interface DecisionFacts {
  readonly op: string;
  readonly endpoint: string;
  readonly caller: Caller;
  readonly bundle: ActiveBundle;
  readonly assistantVersion: string | null;
  readonly session: string | null;
  readonly evidence: DecisionEntry['repositoryEvidence'];
  readonly vendor: string | null;
  readonly model: string | null;
  readonly report: InspectionReport | null;
  /** Hex sha256 of the decoded body. */
  readonly received: string | null;
  readonly decision: CallDecision | null;
  /** Null when the call was refused before its price was asked for. */
  readonly held: Held | null;
  /** Reason ids when policy was not reached. */
  readonly reasons: readonly string[];
}

type Writable<Entry> = { -readonly [Member in keyof Entry]: Entry[Member] };

/** Output is observed only: said on each record, so that nobody reads "allowed" as "the answer was inspected". */
const outputNotInspected = { what: 'output', why: 'output mode observe: hashed and counted, not inspected' };

type EnvelopeDeps = Pick<GatewayDeps, 'clock' | 'instance' | 'origin'>;

/** The fields every entry of this gateway begins with. */
export function envelope(deps: EnvelopeDeps, id: string, op: string | null): EntryEnvelope {
  const ts = isoTime(deps.clock.now());
  return { v: entryVersion, id, ts, op, origin: deps.origin, instance: deps.instance };
}

function coverageOf(report: InspectionReport | null): Coverage {
  if (!report)
    return { inspected: [], skipped: [{ what: 'body', why: 'refused before inspection' }], ruleset: '' };
  const { inspected, skipped, ruleset } = report.coverage;
  return { inspected, skipped: [...skipped, outputNotInspected], ruleset };
}

/** Inputs of single requests that never change: the same one is decided on again and again. */
const inputs = new WeakMap<PolicyRequest, DecisionInput>();

function inputOf(requests: readonly PolicyRequest[]): DecisionInput {
  const [only] = requests;
  const known = only && requests.length === 1 ? inputs.get(only) : undefined;
  if (known !== undefined) return known;
  const input = decisionInput(canonicalRequests(requests));
  if (only && requests.length === 1 && isUnchanging(only)) inputs.set(only, input);
  return input;
}

/** The decision's entry together with its inputs, as one append. */
export function decisionDraft(deps: EnvelopeDeps, facts: DecisionFacts, content?: KeptContent): Draft {
  const { caller, bundle, report, decision } = facts;
  const input = decision && decision.requests.length > 0 ? inputOf(decision.requests) : null;
  const allowed = decision?.decision === 'allow';
  const { v, id, ts, op, origin, instance } = envelope(deps, facts.op, facts.op);
  const held = allowed && facts.held ? facts.held.fields : nothingHeld;
  // Every member by name: those behind a spread are defined one by one, each by a call into the engine.
  const entry: Writable<DecisionEntry> = {
    v,
    id,
    ts,
    op,
    origin,
    instance,
    kind: 'decision',
    session: facts.session,
    actor: caller.actor,
    keyId: caller.keyId,
    assistant: { name: caller.assistant, version: facts.assistantVersion },
    point: 'gateway',
    endpoint: facts.endpoint,
    repository: decision?.repository ?? null,
    repositoryEvidence: facts.evidence,
    dataClasses: report?.dataClasses ?? [],
    vendor: facts.vendor,
    model: facts.model,
    decision: allowed ? 'allow' : 'deny',
    policyIds: decision?.policyIds ?? [...facts.reasons].sort(),
    notices: decision?.notices ?? [],
    bundle: bundle.digest,
    engine: bundle.engine.kind,
    configEpoch: bundle.configEpoch,
    input: input?.digest ?? null,
    findings: report?.findings ?? [],
    truncated: report?.truncated ?? false,
    coverage: coverageOf(report),
    received: facts.received,
    forwarded: allowed ? facts.received : null,
    reserved: held.reserved,
    reservedOutputTokens: held.reservedOutputTokens,
    budgets: held.budgets,
    prices: held.prices,
    serviceTier: held.serviceTier,
  };
  if (caller.tokenId !== undefined) entry.tokenId = caller.tokenId;
  if (content !== undefined) entry.content = content;
  const draft: Writable<Draft> = { entry };
  if (input !== null) draft.inputs = [input];
  if (allowed && facts.held?.effect) draft.effect = facts.held.effect;
  return draft;
}

const nothingHeld = {
  reserved: null,
  reservedOutputTokens: null,
  budgets: [],
  prices: null,
  serviceTier: null,
};
