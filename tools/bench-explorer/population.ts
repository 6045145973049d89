// Who and what the entries of the benchmark are about. Seeded, so that two runs write the same.
import type { Entry } from '@fairlead/core/ledger';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const range = (count: number, name: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => name(at));

export const population = {
  people: range(240, (at) => `p-${(at * 2_654_435_761).toString(16).slice(-8)}`),
  repositories: range(400, (at) => `github.com/acme/service-${at}`),
  assistants: ['claude-code', 'codex', 'copilot', 'opencode'],
  models: [
    ['openai', 'gpt-5.5-codex'],
    ['anthropic', 'claude-sonnet-5'],
    ['openai', 'gpt-5.5'],
    ['anthropic', 'claude-opus-5'],
    ['azure-openai', 'gpt-5.5-eu'],
    ['openai', 'text-embedding-4'],
  ] as const,
  refusing: [
    'repository.allowlist',
    'data.secret',
    'stage.not-included',
    'budget.exhausted',
    'model.not-allowed',
    'data.personal-data',
    'vendor.unseen-content',
    'capability.not-in-stage',
  ],
} as const;

/** One of a list; the first ones are far more frequent, as with real repositories and people. */
export function skewed<Item>(list: readonly Item[], random: () => number): Item {
  return list[Math.floor(list.length * random() ** 3)] as Item;
}

const hex = '0123456789abcdef';

/** A UUID of version 7 at this instant. */
function uuidAt(at: number, random: () => number): string {
  const time = at.toString(16).padStart(12, '0');
  let tail = '';
  for (let i = 0; i < 18; i += 1) tail += hex[Math.floor(random() * 16)];
  const [a, b, c] = [tail.slice(0, 3), tail.slice(3, 6), tail.slice(6)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-8${b}-${c}`;
}

const digest = (random: () => number) => {
  let text = '';
  for (let i = 0; i < 8; i += 1)
    text += Math.floor(random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  return text;
};

const instance = {
  id: '019e1f60-0000-7000-8000-00000000000a',
  incarnation: '019e1f60-0000-7000-8000-00000000000b',
};

type Envelope = (kind: string) => { readonly id: string; readonly [field: string]: unknown };

function refusalOrCall(envelope: Envelope, own: number, random: () => number) {
  const about = seeded(own);
  const refused = random() < 0.05;
  const [vendor, model] = skewed(population.models, about);
  const base = envelope('decision');
  return {
    ...base,
    op: base.id,
    session: sessionName(own),
    actor: { pseudonym: skewed(population.people, about), kind: 'human', onBehalfOf: null },
    keyId: `key-${own % 500}`,
    assistant: { name: skewed(population.assistants, about), version: '2.1.330' },
    point: 'gateway',
    endpoint: vendor === 'anthropic' ? 'messages' : 'responses',
    repository: skewed(population.repositories, about),
    repositoryEvidence: 'token',
    dataClasses: random() < 0.04 ? ['secret'] : [],
    vendor,
    model,
    decision: refused ? 'deny' : 'allow',
    policyIds: refused ? [skewed(population.refusing, random)] : ['call.permit'],
    notices: [],
    bundle: `sha256:${'5f'.repeat(32)}`,
    engine: 'compiled',
    configEpoch: 1,
    input: digest(random),
    findings: [],
    truncated: false,
    coverage: { inspected: ['secrets', 'personal-data'], skipped: [], ruleset: '1' },
    received: digest(random),
    forwarded: refused ? null : digest(random),
  };
}

const sessionName = (own: number) => `s-${own.toString(16).padStart(8, '0')}`;

function outcomeOf(envelope: Envelope, op: string, random: () => number) {
  const [inputTokens, outputTokens] = [Math.floor(random() * 90_000), Math.floor(random() * 3_000)];
  return {
    ...envelope('outcome'),
    op,
    outcome: random() < 0.97 ? 'completed' : 'vendor-error',
    status: 200,
    usage: { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 },
    latencyMs: random() * 20_000,
    firstByteMs: random() * 900,
    response: digest(random),
    responseBytes: 2_048,
    cost: Math.floor(random() * 90_000),
    costBasis: 'usage',
    prices: '1',
  };
}

function actOf(envelope: Envelope, random: () => number) {
  const by = `person:${skewed(population.people, random)}`;
  const keyId = `key-${Math.floor(random() * 500)}`;
  const what = random() < 0.5 ? 'key.issued' : 'pseudonym.resolved';
  return { ...envelope('admin'), what, actor: null, details: { by, keyId } };
}

export interface Generator {
  /** The next entries in the order of a log, `count` or one more. */
  next(count: number): Entry[];
}

/** Calls from `from` to `to` (milliseconds), `total` entries: mostly decisions and their outcomes. */
export function createGenerator(total: number, from: number, to: number): Generator {
  const random = seeded(7);
  const step = (to - from) / total;
  let written = 0;
  let session = 0;
  const envelope: Envelope = (kind) => {
    const at = Math.floor(from + written * step);
    written += 1;
    const ts = new Date(at).toISOString();
    return { v: 1, id: uuidAt(at, random), ts, op: null, origin: 'live', instance, kind };
  };
  const some = (): readonly object[] => {
    if (random() < 0.004) return [actOf(envelope, random)];
    if (random() < 0.02) session += 1;
    // Some two dozen sessions go on at the same time.
    const call = refusalOrCall(envelope, session + Math.floor(random() * 24), random);
    return call.decision === 'deny' ? [call] : [call, outcomeOf(envelope, call.op, random)];
  };
  return {
    next(count) {
      const entries: object[] = [];
      while (entries.length < count) entries.push(...some());
      return entries as Entry[];
    },
  };
}
