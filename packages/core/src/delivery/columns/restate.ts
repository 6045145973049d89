import { type AtomBounds, atomKey, suffices } from '../atoms.ts';
import type { ColumnAtom } from './atoms.ts';
import type { Cohort } from './cells.ts';
import { measuredAt } from './columns.ts';
import { type Family, familiesOf, type Measured } from './families.ts';
import type { AtomOptions, PublishedColumns } from './rows.ts';
import type { RowVersion } from './shown.ts';

/*
 * What is withheld of facts that came late. Whoever asks twice sees the difference of two answers; so within a month a
 * published atom alters by changes of five people or more, none with more than half of them, in each figure that counts
 * them, or not at all. What is tried here is exactly that: all that waits is shown, atoms are cut, and what would alter an
 * atom by too little is withheld again.
 */

/** A change of which figures show something else than the facts say. */
export interface HeldRow {
  readonly shown: RowVersion;
  readonly fact: RowVersion;
  /** It was restated in this month: were it again, two differences of five people each could leave one person's. */
  readonly isSettled: boolean;
}

export interface RestateOptions extends AtomOptions {
  readonly closed: readonly AtomBounds[];
  /** Seconds since the epoch; see `ColumnQuery`. */
  readonly maturedBy: number;
}

export interface Restated {
  /** What is shown instead of the facts, by row. */
  readonly withheld: ReadonlyMap<number, RowVersion>;
  /** Rows by which a published atom was altered now. */
  readonly settled: ReadonlySet<number>;
}

/** Shows what may be shown of the changes that wait. */
export function restate(
  published: PublishedColumns,
  cohort: Cohort,
  held: ReadonlyMap<number, HeldRow>,
  options: RestateOptions,
): Restated {
  const all = new Map([...held].map(([row, { shown }]) => [row, shown]));
  published.withhold(cohort, all);
  const candidates = new Set([...held].flatMap(([row, { isSettled }]) => (isSettled ? [] : [row])));
  if (candidates.size === 0) return { withheld: all, settled: new Set() };
  const closed = new Set(options.closed.map(nameOf));
  const before = published.atoms(cohort, options).filter((atom) => closed.has(nameOf(atom)));
  const families = familiesOf(cohort, options.maturedBy);
  for (;;) {
    const withheld = new Map([...all].filter(([row]) => !candidates.has(row)));
    published.withhold(cohort, withheld);
    const after = published.atoms(cohort, options);
    const verdict = judge({ held, candidates, families, factAt: factIn(published) }, before, after);
    if (verdict.blocked.size === 0) {
      for (const [row, measured] of verdict.mixed) withheld.set(row, { ...held.get(row)!.fact, measured });
      if (verdict.mixed.size > 0) published.withhold(cohort, withheld);
      return { withheld, settled: verdict.altered };
    }
    for (const row of verdict.blocked) candidates.delete(row);
  }
}

const nameOf = (atom: AtomBounds) => `${atomKey(atom)}\n${atom.from}\n${atom.to}`;

function factIn({ columns }: PublishedColumns): (row: number) => Measured {
  return (row) => measuredAt(columns, row)!;
}

interface Trial {
  readonly held: ReadonlyMap<number, HeldRow>;
  /** Rows that are shown as the facts say. */
  readonly candidates: ReadonlySet<number>;
  readonly families: readonly Family[];
  readonly factAt: (row: number) => Measured;
}

interface Verdict {
  /** Candidates that mustn't be shown. */
  readonly blocked: Set<number>;
  /** Candidates of which only some measures may be shown. */
  readonly mixed: Map<number, NonNullable<RowVersion['measured']>>;
  readonly altered: Set<number>;
}

/** What a row brings into an atom, or takes from it; null: it isn't there. */
interface Difference {
  readonly row: number;
  readonly was: Measured | null;
  readonly is: Measured | null;
}

function judge(trial: Trial, before: readonly ColumnAtom[], after: readonly ColumnAtom[]): Verdict {
  const verdict: Verdict = { blocked: new Set(), mixed: new Map(), altered: new Set() };
  const now = new Map(after.map((atom) => [nameOf(atom), atom]));
  for (const atom of before) {
    const other = now.get(nameOf(atom));
    if (other === undefined) keepWhole(trial, verdict, atom);
    else if (other !== atom) judgeAtom(trial, verdict, differencesOf(trial, atom, other));
  }
  return verdict;
}

/** An atom that went, and came again with somebody else, would show both. */
function keepWhole({ candidates }: Trial, { blocked }: Verdict, atom: ColumnAtom): void {
  const own = [...rowsIn(atom)].filter((row) => candidates.has(row));
  for (const row of own.length > 0 ? own : candidates) blocked.add(row);
}

function differencesOf(
  { held, candidates, factAt }: Trial,
  before: ColumnAtom,
  after: ColumnAtom,
): readonly Difference[] {
  const [were, are] = [rowsIn(before), rowsIn(after)];
  const shownAt = (row: number) => {
    const one = held.get(row);
    return one === undefined ? factAt(row) : one.shown.measured!;
  };
  const differences: Difference[] = [];
  for (const row of new Set([...were, ...are])) {
    const [wasIn, isIn] = [were.has(row), are.has(row)];
    if (wasIn && isIn && !candidates.has(row)) continue;
    const is = candidates.has(row) ? () => held.get(row)!.fact.measured! : () => shownAt(row);
    differences.push({ row, was: wasIn ? shownAt(row) : null, is: isIn ? is() : null });
  }
  return differences;
}

function rowsIn({ cells }: ColumnAtom): ReadonlySet<number> {
  const rows = new Set<number>();
  for (const cell of cells) for (const row of cell.rows) rows.add(row);
  return rows;
}

function judgeAtom(trial: Trial, verdict: Verdict, differences: readonly Difference[]): void {
  const block = (row: number) => {
    for (const one of answerable(trial, row)) verdict.blocked.add(one);
  };
  const present = differences.filter((one) => !isInPlace(one));
  if (!isNobodyOrEnough(present)) for (const { row } of present) block(row);
  const changed = new Set(present.map(({ row }) => row));
  for (const family of trial.families) {
    const told = family.told.map((read) => differences.filter((one) => isTold(read, one)));
    const rows = new Map(told.flat().map((one) => [one.row, one]));
    if (told.every(isNobodyOrEnough)) {
      for (const row of rows.keys()) changed.add(row);
      continue;
    }
    for (const one of rows.values()) {
      const kept = measuresKept(family, one);
      if (kept === null || !trial.candidates.has(one.row)) block(one.row);
      else mix(trial, verdict, one.row, kept);
    }
  }
  for (const row of changed) if (trial.candidates.has(row)) verdict.altered.add(row);
}

/** The change was there before, of the same person. */
function isInPlace({ was, is }: Difference): boolean {
  return was !== null && is !== null && was.contributor === is.contributor;
}

function isTold(told: Family['told'][number], one: Difference): boolean {
  const [was, is] = [one.was, one.is].map((change) => (change === null ? null : told(change)));
  return was !== is || (was !== null && !isInPlace(one));
}

function isNobodyOrEnough(differences: readonly Difference[]): boolean {
  if (differences.length === 0) return true;
  const changes = differences.flatMap((one) => {
    if (isInPlace(one)) return [one.is!];
    return [one.was, one.is].filter((change) => change !== null);
  });
  return suffices(changes);
}

/** What stays shown of a family; null: the change can't be shown without it. */
function measuresKept({ keys, blank }: Family, one: Difference): Partial<Measured> | null {
  if (keys.length === 0) return null;
  if (isInPlace(one)) return Object.fromEntries(keys.map((key) => [key, one.was![key]]));
  return one.was === null ? blank : null;
}

function mix({ held }: Trial, { mixed }: Verdict, row: number, kept: Partial<Measured>): void {
  mixed.set(row, { ...(mixed.get(row) ?? held.get(row)!.fact.measured!), ...kept });
}

/** By whom an atom alters: a candidate itself; for a change that others push out, those of its repository, or all. */
function answerable({ held, candidates, factAt }: Trial, row: number): Iterable<number> {
  if (candidates.has(row)) return [row];
  const { repository } = held.get(row)?.shown.measured ?? factAt(row);
  const own = [...candidates].filter((one) => {
    const { shown, fact } = held.get(one)!;
    return shown.measured?.repository === repository || fact.measured?.repository === repository;
  });
  return own.length > 0 ? own : candidates;
}
