import type { LimitedAccount } from '@fairlead/core/money';
import type { DecisionInput, Effect } from './api.ts';
import type { PreparedDraft, StoreReceipt } from './types.ts';

/*
 * Drafts on their way to the ledger's thread, as one flat list. A message of nested objects carries the name of every
 * member and is put together again member by member, which costs both threads several times as much.
 */

type Value = string | number | null;

/** The number of the call, and the values of its drafts behind one another. */
export type PackedDrafts = readonly Value[];

/** Values of a draft before those of its inputs, which are two each, and of its effect. */
const fixedValues = 9;

export function packDrafts(call: number, drafts: readonly PreparedDraft[]): PackedDrafts {
  const values: Value[] = [call];
  for (const { id, op, kind, ts, json, operation, instance, incarnation, inputs, effect } of drafts) {
    values.push(id, op, kind, ts, json, operation, instance, incarnation, inputs.length);
    for (const input of inputs) values.push(input.digest, input.json);
    packEffect(values, effect);
  }
  return values;
}

/** A reservation and a settlement come with every call, anything else now and then. */
function packEffect(values: Value[], effect: Effect | null): void {
  if (effect === null) values.push(null);
  else if (effect.kind === 'settle') values.push('settle', effect.cost);
  else if (effect.kind === 'reserve') {
    values.push('reserve', effect.amount, effect.accounts.length);
    for (const { key, limit } of effect.accounts) values.push(key, limit);
  } else values.push(JSON.stringify(effect));
}

export function unpackDrafts(values: PackedDrafts): readonly PreparedDraft[] {
  const drafts: PreparedDraft[] = [];
  let at = 1;
  while (at < values.length) {
    const first = at;
    const count = values[first + 8] as number;
    const inputs: DecisionInput[] = [];
    at += fixedValues;
    for (let i = 0; i < count; i += 1, at += 2) {
      inputs.push({ digest: values[at] as string, json: values[at + 1] as string });
    }
    const { effect, next } = unpackEffect(values, at);
    at = next;
    drafts.push({
      id: values[first] as string,
      op: values[first + 1] as string | null,
      kind: values[first + 2] as string,
      ts: values[first + 3] as number,
      json: values[first + 4] as string,
      operation: values[first + 5] as PreparedDraft['operation'],
      instance: values[first + 6] as string,
      incarnation: values[first + 7] as string,
      inputs,
      effect,
    });
  }
  return drafts;
}

/** The effect that begins at `at`, and where its values end. */
function unpackEffect(
  values: PackedDrafts,
  at: number,
): { readonly effect: Effect | null; readonly next: number } {
  const kind = values[at] as string | null;
  if (kind === null) return { effect: null, next: at + 1 };
  if (kind === 'settle') {
    return { effect: { kind, cost: values[at + 1] as number | 'reserved' }, next: at + 2 };
  }
  if (kind !== 'reserve') return { effect: JSON.parse(kind) as Effect, next: at + 1 };
  const end = at + 3 + 2 * (values[at + 2] as number);
  const accounts: LimitedAccount[] = [];
  for (let i = at + 3; i < end; i += 2) {
    accounts.push({ key: values[i] as string, limit: values[i + 1] as number });
  }
  return { effect: { kind, amount: values[at + 1] as number, accounts }, next: end };
}

/** The number of the call, and its receipts: an index where there is nothing else to say. */
export type PackedReceipts = readonly (number | StoreReceipt)[];

export function packReceipts(call: number, receipts: readonly StoreReceipt[]): PackedReceipts {
  const packed: (number | StoreReceipt)[] = [call];
  for (const receipt of receipts) packed.push(receipt.duplicate || receipt.refused ? receipt : receipt.index);
  return packed;
}

export function unpackReceipts(packed: PackedReceipts): readonly StoreReceipt[] {
  const receipts: StoreReceipt[] = [];
  for (let i = 1; i < packed.length; i += 1) {
    const receipt = packed[i] as number | StoreReceipt;
    receipts.push(typeof receipt === 'number' ? { index: receipt, duplicate: false } : receipt);
  }
  return receipts;
}

/** Of either list. */
export function callOf(packed: PackedDrafts | PackedReceipts): number {
  return packed[0] as number;
}
