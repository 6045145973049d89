import { type ChangeEvent, secondsOf } from './facts.ts';

/** An event with its time in whole seconds. */
export interface TimedEvent extends Omit<ChangeEvent, 'at'> {
  readonly at: number;
}

/** At one second: a change is opened before anything else happens to it, and merged or closed last. */
const ranks: { readonly [kind: string]: number } = {
  opened: 0,
  draft: 1,
  ready: 1,
  reopened: 1,
  review_requested: 2,
  review: 3,
  inline_comment: 3,
  comment: 4,
  dismissed: 5,
  merged: 8,
  closed: 9,
};
const otherRank = 6;

/**
 * Events in the order (time, rank of the kind, id), each once: hosts deliver twice and out of order, and what is
 * computed must not depend on it. Events without a readable time are left out. Of two with one id the one with the
 * smaller text stays, so that even a contradiction has one reading.
 */
export function orderEvents(events: readonly ChangeEvent[]): readonly TimedEvent[] {
  const byId = new Map<string, ChangeEvent>();
  for (const event of events) {
    const known = byId.get(event.id);
    if (known === undefined || JSON.stringify(event) < JSON.stringify(known)) byId.set(event.id, event);
  }
  const timed: TimedEvent[] = [];
  for (const event of byId.values()) {
    const at = secondsOf(event.at);
    if (at !== null) timed.push({ ...event, at });
  }
  return timed.sort(
    (a, b) => a.at - b.at || rankOf(a.kind) - rankOf(b.kind) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

function rankOf(kind: string): number {
  return ranks[kind] ?? otherRank;
}
