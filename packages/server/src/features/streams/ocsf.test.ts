import { readFileSync } from 'node:fs';
import { type DecisionEntry, type Entry, type OutcomeEntry, outcomeId } from '@fairlead/core/ledger';
import { describe, expect, it } from 'vitest';
import {
  decisionDraft,
  outcomeDraft,
  recoveryDraft,
  testInstance,
} from '../../../../../test/setup/ledger.ts';
import { nodeHash } from '../../platform/crypto/index.ts';
import { indexOfLine, jsonLine, ocsfLine } from './lines.ts';
import { plainEntry, storedEntry } from './testing/log.ts';

interface Attribute {
  readonly type: string;
  readonly required?: boolean;
  readonly array?: boolean;
  readonly enum?: readonly number[];
}
interface Slice {
  readonly class: { readonly [name: string]: Attribute };
  readonly objects: {
    readonly [name: string]: {
      readonly attributes: { readonly [name: string]: Attribute };
      readonly atLeastOne?: readonly string[];
    };
  };
}

/** Names, types, requirements and enumerations of API Activity and the objects used, as OCSF 1.8.0 defines them. */
const slice = JSON.parse(
  readFileSync(new URL('./testing/ocsf-slice.json', import.meta.url), 'utf8'),
) as Slice;

/** What a value breaks of the schema. */
function problems(value: unknown, attributes: Slice['class'], path = ''): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${path}: not an object`];
  const known = value as Record<string, unknown>;
  const missing = Object.entries(attributes)
    .filter(([name, { required }]) => required && known[name] === undefined)
    .map(([name]) => `${path}.${name}: missing`);
  return [
    ...missing,
    ...Object.entries(known).flatMap(([name, inner]) => {
      const attribute = attributes[name];
      if (attribute === undefined) return [`${path}.${name}: unknown`];
      return ofType(inner, attribute, `${path}.${name}`);
    }),
  ];
}

function ofType(value: unknown, attribute: Attribute, path: string): string[] {
  if (attribute.array) {
    if (!Array.isArray(value)) return [`${path}: not a list`];
    return value.flatMap((item, at) => ofType(item, { ...attribute, array: false }, `${path}[${at}]`));
  }
  const object = slice.objects[attribute.type];
  if (attribute.type === 'object') return typeof value === 'object' ? [] : [`${path}: not an object`];
  if (object !== undefined) {
    const keys = Object.keys(value as object);
    const none = object.atLeastOne !== undefined && !object.atLeastOne.some((name) => keys.includes(name));
    return [
      ...(none ? [`${path}: none of ${object.atLeastOne}`] : []),
      ...problems(value, object.attributes, path),
    ];
  }
  if (/^(?:integer|long|timestamp)_t$/.test(attribute.type)) {
    if (!Number.isSafeInteger(value)) return [`${path}: ${String(value)} is not a whole number`];
    return attribute.enum && !attribute.enum.includes(value as number)
      ? [`${path}: ${value} not in enum`]
      : [];
  }
  if (attribute.type === 'boolean_t') return typeof value === 'boolean' ? [] : [`${path}: not a boolean`];
  return typeof value === 'string' ? [] : [`${path}: not a text`];
}

const instance = testInstance();
const allowed = decisionDraft(instance, { dataClasses: ['secret'], session: 's-1' });
const usage = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 };
const finding = {
  detector: 'x',
  class: 'secret',
  grade: 'A',
  kind: 'message',
  count: 1,
  digest: null,
} as const;
const admin: Entry = {
  ...(plainEntry(1) as object),
  kind: 'admin',
  what: 'key.issued',
  actor: null,
  details: { by: 'person:p-1' },
} as unknown as Entry;

const entries: readonly Entry[] = [
  allowed.entry,
  decisionDraft(instance, { decision: 'deny', policyIds: ['data.secret'], findings: [finding] }).entry,
  decisionDraft(instance, { decision: 'deny', repository: null, vendor: null, model: null }).entry,
  decisionDraft(instance, { decision: 'redact', actor: { pseudonym: 'p', kind: 'agent', onBehalfOf: 'p-1' } })
    .entry,
  outcomeDraft(instance, allowed.op).entry,
  { ...outcomeDraft(instance, allowed.op).entry, usage, latencyMs: 12.7 } as OutcomeEntry,
  {
    ...outcomeDraft(instance, allowed.op).entry,
    outcome: 'vendor-unreachable',
    status: null,
  } as OutcomeEntry,
  recoveryDraft(instance, allowed.op).entry,
  { ...plainEntry(2), kind: 'repeat', of: allowed.op, count: 4 } as unknown as Entry,
  plainEntry(3),
  admin,
  { ...admin, what: 'stream.gap', details: { stream: 'siem' } } as Entry,
];
const asEvent = (entry: Entry, index = 0) =>
  JSON.parse(ocsfLine('1.2.3')('fairlead.local/x', storedEntry(index, entry)));

describe('entries as OCSF', () => {
  it('knows the schema it is held to', () => {
    expect(Object.keys(slice.class).length).toBeGreaterThan(25);
    const broken = { ...asEvent(allowed.entry), severity_id: 42, who: 1, api: {} };
    expect(problems(broken, slice.class)).toEqual([
      '.severity_id: 42 not in enum',
      '.api.operation: missing',
      '.who: unknown',
    ]);
  });

  it.each(entries.map((entry, at) => [at, entry.kind, entry] as const))('%i: %s fits', (at, _, entry) => {
    const event = asEvent(entry, at);
    expect(problems(event, slice.class)).toEqual([]);
    expect(event).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      type_uid: 600300 + event.activity_id,
      time: Date.parse(entry.ts),
      metadata: { uid: entry.id, sequence: at, version: '1.8.0', log_name: 'fairlead.local/x' },
      unmapped: { entry },
    });
    expect(event.metadata.profiles).toContain('ai_operation');
  });

  it('says who did what with which model, and what was decided', () => {
    const { op } = allowed;
    const entry = allowed.entry as DecisionEntry;
    expect(asEvent(entry)).toMatchObject({
      action_id: 1,
      status_id: 1,
      severity_id: 1,
      actor: {
        user: { uid: entry.actor.pseudonym, type_id: 1, credential_uid: 'k-1' },
        session: { uid: 's-1' },
      },
      ai_model: { name: 'gpt-5.5', ai_provider: 'openai' },
      api: { operation: 'responses', request: { uid: op } },
      resources: [{ name: entry.repository }],
      metadata: { correlation_uid: op, labels: ['secret'] },
    });
    expect(asEvent(entries[1]!)).toMatchObject({
      action_id: 2,
      disposition_id: 2,
      status_id: 2,
      severity_id: 3,
      authorizations: [{ decision: 'denied', policy: { uid: 'data.secret' } }],
    });
    expect(asEvent(entries[5]!)).toMatchObject({
      duration: 13,
      message_context: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
      metadata: { uid: outcomeId(nodeHash, op), correlation_uid: op },
    });
    expect(asEvent(entries[6]!)).toMatchObject({
      status_id: 2,
      api: { response: { error: 'vendor-unreachable' } },
    });
    expect(asEvent(entries[11]!)).toMatchObject({
      severity_id: 4,
      metadata: { event_code: 'admin.stream.gap' },
    });
  });
});

describe('lines', () => {
  it('carry the stored bytes, from which the leaf can be computed again', () => {
    const stored = storedEntry(7, allowed.entry);
    const line = jsonLine('log', stored);
    expect(line).toContain(Buffer.from(stored.bytes).toString());
    expect(JSON.parse(line)).toEqual({
      log: 'log',
      index: 7,
      leaf: Buffer.from(stored.leaf).toString('hex'),
      entry: allowed.entry,
    });
    expect(indexOfLine(line)).toBe(7);
    expect(indexOfLine(ocsfLine('1')('log', stored))).toBe(7);
    for (const other of ['', '{}', 'null', '{"index":"7"}', '{"index":1.5}', '{'])
      expect(indexOfLine(other)).toBeNull();
  });

  it.each(['{\n}', 'nonsense', '{', ''])('stay whole for bytes that are no entry: %j', (text) => {
    const stored = { ...storedEntry(3, plainEntry(3)), bytes: Buffer.from(text) };
    const line = jsonLine('log', stored);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line).bytes).toBe(Buffer.from(text).toString('base64'));
    const event = JSON.parse(ocsfLine('1')('log', stored));
    expect(problems(event, slice.class)).toEqual([]);
    expect(event.unmapped.entry).toBeNull();
  });
});
