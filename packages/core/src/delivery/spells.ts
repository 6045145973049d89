import type { TimedEvent } from './event-order.ts';

/** A span in which something held: `from` inclusive, `to` exclusive, seconds; `to` null: it still holds. */
export interface Spell {
  readonly from: number;
  readonly to: number | null;
}

interface Toggle {
  readonly at: number;
  readonly on: boolean;
}

/**
 * The spells in which a state was on. Toggles that change nothing are ignored; of several at one second those that
 * change the state count first, so that the order they came in does not matter.
 */
function spellsOf(toggles: readonly Toggle[], initial: boolean, start: number): readonly Spell[] {
  const spells: Spell[] = [];
  let since = initial ? start : null;
  const flip = (at: number) => {
    if (since === null) since = at;
    else {
      if (at > since) spells.push({ from: since, to: at });
      since = null;
    }
  };
  for (const [at, { on, off }] of countByTime(toggles)) {
    // Turn about as long as there is one that changes the state.
    let left = { on, off };
    for (;;) {
      const isOn: boolean = since !== null;
      if (isOn ? left.off === 0 : left.on === 0) break;
      left = isOn ? { ...left, off: left.off - 1 } : { ...left, on: left.on - 1 };
      flip(Math.max(at, start));
    }
  }
  if (since !== null) spells.push({ from: since, to: null });
  return joined(spells);
}

/** Spells that touch are one. */
function joined(spells: readonly Spell[]): readonly Spell[] {
  const result: Spell[] = [];
  for (const spell of spells) {
    const last = result.at(-1);
    if (last !== undefined && last.to === spell.from)
      result[result.length - 1] = { from: last.from, to: spell.to };
    else result.push(spell);
  }
  return result;
}

function countByTime(
  toggles: readonly Toggle[],
): readonly (readonly [number, { on: number; off: number }])[] {
  const counts = new Map<number, { on: number; off: number }>();
  for (const { at, on } of toggles) {
    const count = counts.get(at) ?? { on: 0, off: 0 };
    count[on ? 'on' : 'off']++;
    counts.set(at, count);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

export function holdsAt(spells: readonly Spell[], at: number): boolean {
  return spells.some(({ from, to }) => from <= at && (to === null || at < to));
}

/** Whether it held just before `at`, however short. */
export function heldBefore(spells: readonly Spell[], at: number): boolean {
  return spells.some(({ from, to }) => from < at && (to === null || at <= to));
}

/**
 * Draft spells. The first toggle tells how the change began: one to `ready` says that it was a draft. Without toggles
 * the host's present flag is what it always was, until `readyAt` where the host gives one.
 */
export function draftSpells(
  events: readonly TimedEvent[],
  isDraft: boolean,
  openedAt: number,
  readyAt: number | null,
): readonly Spell[] {
  const toggles = events
    .filter(({ kind }) => kind === 'draft' || kind === 'ready')
    .map(({ at, kind }) => ({ at, on: kind === 'draft' }));
  if (toggles.length === 0 && readyAt !== null && readyAt > openedAt) {
    return spellsOf([{ at: readyAt, on: false }], true, openedAt);
  }
  const first = toggles.filter(({ at }) => at === toggles[0]?.at);
  // Both at the first second: they undo each other whichever was first, and the host's flag decides.
  const mixed = first.some(({ on }) => on) && first.some(({ on }) => !on);
  const initial = toggles.length === 0 || mixed ? isDraft : !first[0]!.on;
  return spellsOf(toggles, initial, openedAt);
}

/** Spells in which the change was closed; `closedAt` of the host stands in for a missing event. */
export function closedSpells(
  events: readonly TimedEvent[],
  openedAt: number,
  hostClosedAt: number | null,
): readonly Spell[] {
  const toggles = events
    .filter(({ kind }) => kind === 'closed' || kind === 'reopened')
    .map(({ at, kind }) => ({ at, on: kind === 'closed' }));
  const spells = spellsOf(toggles, false, openedAt);
  if (hostClosedAt === null || spells.at(-1)?.to === null) return spells;
  return spellsOf([...toggles, { at: hostClosedAt, on: true }], false, openedAt);
}
