import { FairleadError } from '@fairlead/core/errors';
import { describe, expect, it } from 'vitest';
import { appendedLate, type Draft, isUnwritten, nothingWritten } from './api.ts';
import { configDraft, outcomeDraft } from './testing/entries.ts';
import { waitingOutcomes } from './waiting-outcomes.ts';

const instance = { id: 'instance', incarnation: 'incarnation' };
const outcome = (op: string) => outcomeDraft(instance, op);
const away = () => new FairleadError('ledger.unavailable', { cause: nothingWritten });

/** A ledger that answers each append as it is told to. */
function ledgerThat(append: (op: string) => void | Promise<void>, healthy = () => true) {
  const tried: string[] = [];
  const waiting = waitingOutcomes({
    append: async (drafts: readonly Draft[]) => {
      const op = String(drafts[0]?.entry.op);
      tried.push(op);
      await append(op);
      return [{ index: 0, duplicate: false }];
    },
    state: () => ({ size: 0, signedSize: 0, witness: 'none', healthy: healthy() }) as never,
  });
  return { waiting, tried };
}

describe('outcomes that were not written', () => {
  it('of a store that was away are written when it is back', async () => {
    let back = false;
    const { waiting, tried } = ledgerThat(() => {
      if (!back) throw away();
    });
    const told = waiting.failed([outcome('a')], away());
    expect(told).toMatchObject({ code: 'ledger.unavailable' });
    expect(isUnwritten(told)).toBe(false);
    await waiting.retry();
    expect([waiting.count(), tried]).toEqual([1, ['a']]);
    back = true;
    await waiting.retry();
    expect(await appendedLate(told)).toBe(true);
    expect(waiting.count()).toBe(0);
  });

  it('are tried one by one while the store is away, so that they take nobody’s place', async () => {
    let back = false;
    const { waiting, tried } = ledgerThat(() => {
      if (!back) throw away();
    });
    for (const op of ['a', 'b', 'c']) waiting.failed([outcome(op)], away());
    await waiting.retry();
    expect([waiting.count(), tried.length]).toEqual([3, 1]);
    back = true;
    await waiting.retry();
    expect([waiting.count(), tried.length]).toEqual([0, 4]);
  });

  it('are written once it is known that an append that took too long wrote nothing', async () => {
    const { waiting, tried } = ledgerThat(() => undefined);
    const late = Promise.withResolvers<boolean>();
    const error = new FairleadError('ledger.unavailable', { cause: { written: late.promise } });
    const told = waiting.failed([outcome('a')], error);
    expect(waiting.count()).toBe(0);
    late.resolve(false);
    await expect.poll(() => waiting.count()).toBe(1);
    await waiting.retry();
    expect(await appendedLate(told)).toBe(true);
    expect(tried).toEqual(['a']);
  });

  it('and were written after all are not written again', async () => {
    const { waiting } = ledgerThat(() => undefined);
    const error = new FairleadError('ledger.unavailable', { cause: { written: Promise.resolve(true) } });
    expect(await appendedLate(waiting.failed([outcome('a')], error))).toBe(true);
    expect(waiting.count()).toBe(0);
  });

  it('a second attempt that takes too long is waited for, too', async () => {
    const late = Promise.withResolvers<boolean>();
    let attempts = 0;
    const { waiting } = ledgerThat(() => {
      attempts += 1;
      if (attempts === 1) throw new FairleadError('ledger.unavailable', { cause: { written: late.promise } });
    });
    const told = waiting.failed([outcome('a')], away());
    await waiting.retry();
    expect(waiting.count()).toBe(0);
    late.resolve(false);
    await expect.poll(() => waiting.count()).toBe(1);
    await waiting.retry();
    expect(await appendedLate(told)).toBe(true);
  });

  it('are left to the next start where the ledger failed for good or may have written them', () => {
    const stopped = ledgerThat(
      () => undefined,
      () => false,
    ).waiting;
    const error = away();
    expect([stopped.failed([outcome('a')], error), stopped.count()]).toEqual([error, 0]);
    const unknown = new FairleadError('ledger.unavailable');
    const { waiting } = ledgerThat(() => undefined);
    expect([waiting.failed([outcome('a')], unknown), waiting.count()]).toEqual([unknown, 0]);
  });

  it('nothing else is kept, and no outcome that would never be taken', () => {
    const { waiting } = ledgerThat(() => undefined);
    const error = away();
    expect(waiting.failed([configDraft(instance)], error)).toBe(error);
    const invalid = new FairleadError('ledger.entry-invalid');
    expect(waiting.failed([outcome('a')], invalid)).toBe(invalid);
    expect(waiting.count()).toBe(0);
  });
});
