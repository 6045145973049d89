import { randomUUID } from 'node:crypto';
import { canonicalJson } from '@fairlead/core/json';
import { type DecisionEntry, type Entry, recoveryId } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import { nodeHash, sha256Hex } from '../../../platform/crypto/index.ts';
import type { DecisionInput, Draft } from '../api.ts';
import type { Instance } from '../instance.ts';
import { outcomeId } from '../outcome-id.ts';

export function testInstance(): Instance {
  return { id: randomUUID(), incarnation: randomUUID() };
}

/** Inputs of a decision, each different. */
export function testInputs(marker: string): DecisionInput {
  const json = canonicalJson({ action: 'call-model', entities: [], marker, request: { vendor: 'openai' } });
  return { digest: sha256Hex(json), json };
}

/** A decision with its inputs; about 1 KB. */
export function decisionDraft(
  instance: Instance,
  changes: Partial<DecisionEntry> = {},
): Draft & { op: string } {
  const op = changes.op ?? uuidv7();
  const inputs = testInputs(op);
  const entry: DecisionEntry = {
    v: 1,
    id: op,
    ts: new Date().toISOString(),
    kind: 'decision',
    op,
    origin: 'live',
    instance,
    session: null,
    actor: { pseudonym: 'p-7f3a', kind: 'human', onBehalfOf: null },
    keyId: 'k-1',
    assistant: { name: 'codex', version: '1.0' },
    point: 'gateway',
    endpoint: 'responses',
    repository: 'github.com/acme/payments-api',
    repositoryEvidence: 'key',
    dataClasses: [],
    vendor: 'openai',
    model: 'gpt-5.5',
    decision: 'allow',
    policyIds: ['model.allowlist', 'repository.allowlist'],
    notices: [],
    bundle: 'b'.repeat(64),
    engine: 'compiled',
    configEpoch: 1,
    input: inputs.digest,
    findings: [],
    truncated: false,
    coverage: { inspected: ['secrets'], skipped: [], ruleset: `1@${'c'.repeat(64)}` },
    received: 'd'.repeat(64),
    forwarded: 'd'.repeat(64),
    ...changes,
  };
  return { op, entry, inputs: entry.input === inputs.digest ? [inputs] : [] };
}

/** A decision that sets `amount` aside in accounts with these limits. */
export function reservingDraft(
  instance: Instance,
  amount: number,
  limits: { readonly [key: string]: number },
): Draft & { op: string } {
  const accounts = Object.entries(limits).map(([key, limit]) => ({ key, limit }));
  const draft = decisionDraft(instance, { reserved: amount, budgets: accounts.map(({ key }) => key) });
  return { ...draft, effect: { kind: 'reserve', amount, accounts } };
}

/** The outcome of a call with its cost. */
export function settlingDraft(instance: Instance, op: string, cost: number | 'unpriced'): Draft {
  const { entry } = outcomeDraft(instance, op);
  const effect = { kind: 'settle', cost: typeof cost === 'number' ? cost : 'reserved' } as const;
  return { entry: { ...entry, cost } as Entry, effect };
}

export function recoveryDraft(instance: Instance, op: string): Draft {
  const { v, ts, origin } = outcomeDraft(instance, op).entry;
  const id = recoveryId(nodeHash, op);
  const entry: Entry = { v, id, ts, kind: 'recovery', op, origin, instance, outcome: 'unknown' };
  return { entry, effect: { kind: 'settle', cost: 'reserved' } };
}

/** An administrative act that pauses a key, or lets it go on. */
export function keyDraft(instance: Instance, kind: 'pause' | 'resume', keyId: string): Draft {
  const { v, ts, origin } = configDraft(instance).entry;
  const entry: Entry = {
    ...{ v, id: uuidv7(), ts, op: null, origin, instance, kind: 'admin', what: `key.${kind}d` },
    ...{ actor: null, details: { keyId } },
  };
  return { entry, effect: { kind, keyId } };
}

export function outcomeDraft(instance: Instance, op: string): Draft {
  const entry: Entry = {
    v: 1,
    id: outcomeId(op),
    ts: new Date().toISOString(),
    kind: 'outcome',
    op,
    origin: 'live',
    instance,
    outcome: 'completed',
    status: 200,
    usage: null,
    latencyMs: 812,
    firstByteMs: 301,
    response: 'e'.repeat(64),
    responseBytes: 2048,
  };
  return { entry };
}

export function configDraft(instance: Instance, what = 'test'): Draft {
  return {
    entry: {
      v: 1,
      id: uuidv7(),
      ts: new Date().toISOString(),
      kind: 'config',
      op: null,
      origin: 'live',
      instance,
      what,
      bundle: null,
      details: {},
    },
  };
}
