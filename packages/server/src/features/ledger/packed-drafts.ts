import type { DecisionInput, Effect } from './api.ts';
import type { PreparedDraft, StoreReceipt } from './types.ts';

/*
 * Drafts on their way to the ledger's thread, as one flat list. A message of nested objects carries the name of every
 * member and is put together again member by member, which costs both threads several times as much.
 */

/** The values of drafts behind one another. */
export type PackedDrafts = readonly (string | number | null)[];

/** Values of a draft before those of its inputs, which are two each. */
const fixedValues = 10;

export function packDrafts(drafts: readonly PreparedDraft[]): PackedDrafts {
  const values: (string | number | null)[] = [];
  for (const { id, op, kind, ts, json, operation, instance, incarnation, inputs, effect } of drafts) {
    const effectText = effect === null ? null : JSON.stringify(effect);
    values.push(id, op, kind, ts, json, operation, instance, incarnation, effectText, inputs.length);
    for (const input of inputs) values.push(input.digest, input.json);
  }
  return values;
}

export function unpackDrafts(values: PackedDrafts): readonly PreparedDraft[] {
  const drafts: PreparedDraft[] = [];
  for (let at = 0; at < values.length; ) {
    const effect = values[at + 8] as string | null;
    const count = values[at + 9] as number;
    const inputs: DecisionInput[] = [];
    for (let i = 0; i < count; i += 1) {
      const input = at + fixedValues + 2 * i;
      inputs.push({ digest: values[input] as string, json: values[input + 1] as string });
    }
    drafts.push({
      id: values[at] as string,
      op: values[at + 1] as string | null,
      kind: values[at + 2] as string,
      ts: values[at + 3] as number,
      json: values[at + 4] as string,
      operation: values[at + 5] as PreparedDraft['operation'],
      instance: values[at + 6] as string,
      incarnation: values[at + 7] as string,
      inputs,
      effect: effect === null ? null : (JSON.parse(effect) as Effect),
    });
    at += fixedValues + 2 * count;
  }
  return drafts;
}

/** Receipts on their way back: an index where there is nothing else to say. */
export type PackedReceipts = readonly (number | StoreReceipt)[];

export function packReceipts(receipts: readonly StoreReceipt[]): PackedReceipts {
  return receipts.map((receipt) => (receipt.duplicate || receipt.refused ? receipt : receipt.index));
}

export function unpackReceipts(receipts: PackedReceipts): readonly StoreReceipt[] {
  return receipts.map((receipt) =>
    typeof receipt === 'number' ? { index: receipt, duplicate: false } : receipt,
  );
}
