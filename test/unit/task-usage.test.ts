import type { Entry } from '@fairlead/core/ledger';
import { describe, expect, it } from 'vitest';
import {
  decisionDraft,
  outcomeDraft,
  recoveryDraft,
  settlingDraft,
  testInstance,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import { readUsage } from '../../packages/server/src/features/tasks/usage.ts';

const instance = testInstance();
const ts = '2026-03-01T15:50:00.000Z';
const at = Date.parse(ts) / 1000;

function usageOf(entries: readonly (Entry | string)[]) {
  const stored = entries.map((entry) => ({
    bytes: Buffer.from(typeof entry === 'string' ? entry : JSON.stringify(entry)),
  }));
  return readUsage({ readEntries: async (from, limit) => stored.slice(from, from + limit) as never });
}

describe('the calls of a ledger', () => {
  const decision = (more = {}) => decisionDraft(instance, { ts, session: 's', reserved: 900, ...more });

  it('have the cost and the tokens of their outcome', async () => {
    const { op, entry } = decision();
    const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 7, cacheWriteTokens: 0 };
    const outcome = { ...settlingDraft(instance, op, 42).entry, usage } as Entry;
    expect((await usageOf([entry, outcome])).calls).toEqual([
      {
        session: 's',
        at,
        repository: 'github.com/acme/payments-api',
        person: 'p-7f3a',
        reserved: 900,
        denied: false,
        tokens: 15,
        cost: 42,
      },
    ]);
  });

  it('count cached tokens where they stand beside the input', async () => {
    const { op, entry } = decision({ endpoint: 'messages' });
    const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 7, cacheWriteTokens: 3 };
    const outcome = { ...settlingDraft(instance, op, 42).entry, usage } as Entry;
    expect((await usageOf([entry, outcome])).calls[0]).toMatchObject({ tokens: 25 });
  });

  it('have no cost without a price, or when nobody recorded their end', async () => {
    const [unpriced, lost] = [decision(), decision()];
    const { calls } = await usageOf([
      unpriced.entry,
      settlingDraft(instance, unpriced.op, 'unpriced').entry,
      lost.entry,
      recoveryDraft(instance, lost.op).entry,
    ]);
    expect(calls).toMatchObject([
      { cost: null, reserved: 900 },
      { cost: null, reserved: 900 },
    ]);
  });

  it('are not those that go on, or that no vendor served', async () => {
    const [going, failed] = [decision(), decision()];
    const away = { ...outcomeDraft(instance, failed.op).entry, outcome: 'vendor-unreachable' } as Entry;
    expect((await usageOf([going.entry, failed.entry, away])).calls).toEqual([]);
  });

  it('count a denial and its repeats', async () => {
    const { entry, op } = decision({ decision: 'deny' });
    const { v, id, origin } = decision().entry;
    const repeat = {
      v,
      id,
      ts: '2026-03-01T15:51:00.000Z',
      kind: 'repeat',
      op: null,
      origin,
      instance,
      of: op,
      count: 2,
    } as Entry;
    const { calls } = await usageOf([entry, repeat]);
    expect(calls.map(({ denied, at: when }) => [denied, when - at])).toEqual([
      [true, 0],
      [true, 60],
      [true, 60],
    ]);
  });

  it('are not stopped by entries that were pruned or are no JSON', async () => {
    const { op, entry } = decision();
    const usage = await usageOf(['', '{"kind":', entry, settlingDraft(instance, op, 1).entry]);
    expect(usage.calls).toHaveLength(1);
    expect(usage.assistants).toEqual(new Map([['s', 'codex']]));
  });
});
