import type { UsageCall } from '../facts.ts';
import type { Items } from '../items.ts';
import { type CallChunk, callFlag } from './chunks.ts';
import { eachSlot, type TaskColumns } from './columns.ts';

/** The calls of a period and perhaps some around it, one after the other; sessions are told by number. */
export function callsOf({
  calls,
}: TaskColumns): (period: { readonly from: number; readonly to: number }) => Items<UsageCall> {
  // They come in the order of time, more or less: most chunks are outside.
  const bounds = calls.map((chunk) => ({ chunk, ...boundsOf(chunk) }));
  return ({ from, to }) => {
    const within = bounds.filter(({ least, most }) => least < to && most >= from).map(({ chunk }) => chunk);
    return itemsIn(within, () => true);
  };
}

function boundsOf(chunk: CallChunk | undefined) {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  eachSlot([chunk], ({ at }, slot) => {
    least = Math.min(least, at[slot]!);
    most = Math.max(most, at[slot]!);
  });
  return { least, most };
}

function itemsIn(
  chunks: readonly (CallChunk | undefined)[],
  keep: (call: UsageCall) => boolean,
): Items<UsageCall> {
  const forEach = (visit: (call: UsageCall) => void) =>
    eachSlot(chunks, (chunk, slot) => {
      const flags = chunk.flags[slot]!;
      const amount = chunk.amount[slot]!;
      const isPriced = (flags & callFlag.priced) !== 0;
      const call: UsageCall = {
        ...{ session: String(chunk.session[slot]), at: chunk.at[slot]!, repository: null, person: null },
        tokens: chunk.tokens[slot]!,
        cost: isPriced ? amount : null,
        reserved: isPriced || Number.isNaN(amount) ? null : amount,
        denied: (flags & callFlag.denied) !== 0,
      };
      if (keep(call)) visit(call);
    });
  return {
    get length() {
      let count = 0;
      forEach(() => {
        count += 1;
      });
      return count;
    },
    forEach,
    filter: (more) => itemsIn(chunks, (call) => keep(call) && more(call)),
  };
}
