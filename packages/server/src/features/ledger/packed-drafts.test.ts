import { describe, expect, it } from 'vitest';
import { callOf, packDrafts, packReceipts, unpackDrafts, unpackReceipts } from './packed-drafts.ts';
import { prepareDraft } from './rows.ts';
import {
  configDraft,
  decisionDraft,
  keyDraft,
  outcomeDraft,
  reservingDraft,
  settlingDraft,
  testInstance,
} from './testing/entries.ts';
import type { StoreReceipt } from './types.ts';

describe('drafts on their way to the thread', () => {
  it('arrive as they were sent, whatever they carry', () => {
    const instance = testInstance();
    const reserving = reservingDraft(instance, 5, { 'key|total||k': 7 });
    const op = reserving.entry.op ?? '';
    const drafts = [
      configDraft(instance),
      decisionDraft(instance),
      decisionDraft(instance, { decision: 'deny' }),
      reserving,
      outcomeDraft(instance, op),
      settlingDraft(instance, op, 12),
      settlingDraft(instance, op, 'unpriced'),
      keyDraft(instance, 'pause', 'k-1'),
      configDraft(instance),
    ].map(prepareDraft);
    const sent = structuredClone(packDrafts(7, drafts));
    expect([callOf(sent), unpackDrafts(sent)]).toEqual([7, drafts]);
    expect(unpackDrafts(packDrafts(8, []))).toEqual([]);
  });

  it('come back with what was refused or there before', () => {
    const refused = { key: 'k', limit: 1, reserved: 1, settled: 0, overrun: 0 };
    const receipts: StoreReceipt[] = [
      { index: 0, duplicate: false },
      { index: 3, duplicate: true },
      { index: -1, duplicate: false, refused },
    ];
    const sent = structuredClone(packReceipts(7, receipts));
    expect([callOf(sent), unpackReceipts(sent)]).toEqual([7, receipts]);
    expect(unpackReceipts(packReceipts(8, []))).toEqual([]);
  });
});
