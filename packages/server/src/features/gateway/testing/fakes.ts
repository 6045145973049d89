import { FairleadError } from '@fairlead/core/errors';
import { createInspector } from '@fairlead/core/inspection';
import { readStrictJson } from '@fairlead/core/json';
import type { Entry, EntryKind } from '@fairlead/core/ledger';
import { viewRequest } from '@fairlead/core/wire';
import { nodeHash } from '../../../platform/crypto/index.ts';
import type { Caller } from '../../identity/api.ts';
import type { Inspection } from '../../inspection/api.ts';
import type { Draft, Ledger } from '../../ledger/api.ts';

export const payments = 'github.com/acme/payments-api';
export const paymentsSdk = 'github.com/acme/payments-sdk';
/** A repository of the program that is not on its allowlist. */
export const skunkworks = 'github.com/acme/skunkworks';

function caller(keyId: string, changes: Partial<Caller> = {}): Caller {
  return {
    keyId,
    principal: 'dana.moss',
    actor: { pseudonym: `p-${keyId}`, kind: 'human', onBehalfOf: null },
    repositories: [payments],
    assistant: 'codex',
    device: null,
    vendor: null,
    ...changes,
  };
}

/** The keys that the fake identity knows, by what they may do. */
export const callers = {
  'key-allowed': caller('allowed'),
  'key-claude': caller('claude', { assistant: 'claude-code' }),
  'key-unlisted': caller('unlisted', { repositories: [skunkworks] }),
  'key-two': caller('two', { repositories: [payments, paymentsSdk] }),
  'key-half': caller('half', { repositories: [payments, skunkworks] }),
  'key-outside': caller('outside', { principal: 'nobody.known' }),
  'key-openai': caller('openai', { vendor: 'openai' }),
} as const satisfies Record<string, Caller>;

export type TestKey = keyof typeof callers;

export const fakeIdentity = {
  authenticate: (key: string): Caller | null =>
    Object.hasOwn(callers, key) ? callers[key as TestKey] : null,
};

/** An entry of one kind, as tests read it. */
export type EntryOf<Kind extends EntryKind> = Extract<Entry, { kind: Kind }>;

/** A ledger in memory whose appends fail or wait when a test says so. */
export interface FakeLedger extends Pick<Ledger, 'append' | 'state'> {
  readonly drafts: Draft[];
  /** Kinds of entries whose appends are refused with `ledger.unavailable`. */
  readonly failing: Set<EntryKind>;
  /** Awaited before anything is appended. */
  before: (drafts: readonly Draft[]) => Promise<void>;
  of<Kind extends EntryKind>(kind: Kind): EntryOf<Kind>[];
  /** The entry of a kind for an op, as soon as it is there. */
  entry<Kind extends EntryKind>(kind: Kind, op: string): Promise<EntryOf<Kind>>;
}

export function fakeLedger(): FakeLedger {
  const drafts: Draft[] = [];
  const failing = new Set<EntryKind>();
  const waiting = new Set<() => void>();
  const of = <Kind extends EntryKind>(kind: Kind) =>
    drafts.map(({ entry }) => entry).filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
  const ledger: FakeLedger = {
    drafts,
    failing,
    before: async () => {},
    state: () => ({ size: drafts.length, signedSize: drafts.length, healthy: true, witness: 'none' }),
    async append(added) {
      await ledger.before(added);
      if (added.some(({ entry }) => failing.has(entry.kind))) throw new FairleadError('ledger.unavailable');
      const receipts = added.map((draft) => ({ index: drafts.push(draft) - 1, duplicate: false }));
      for (const look of [...waiting]) look();
      return receipts;
    },
    of,
    entry: (kind, op) =>
      new Promise((resolve) => {
        const look = () => {
          const found = of(kind).find((entry) => entry.op === op);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
  return ledger;
}

/** Reads and inspects as the inspection feature does, without threads. */
export function inlineInspection(): Pick<Inspection, 'inspectCall'> {
  const inspector = createInspector({ hash: nodeHash, findingsKey: new Uint8Array(32) });
  return {
    async inspectCall(endpoint, body, headers, session) {
      const view = viewRequest(endpoint, readStrictJson(body), headers);
      return {
        view: { ...view, units: [] },
        report: inspector.inspect(view.units, view.skipped, session),
      };
    },
  };
}

/** What inspection would have said, had it found these data classes. */
export function inspectionFinding(...dataClasses: string[]): Pick<Inspection, 'inspectCall'> {
  const real = inlineInspection();
  return {
    async inspectCall(...task) {
      const { view, report } = await real.inspectCall(...task);
      return { view, report: { ...report, dataClasses, result: 'findings' } };
    },
  };
}
