import { type Atom, type Atoms, otherName, suffices } from './atoms.ts';
import { estimateKpi } from './kpi-estimate.ts';
import { type KpiDefinition, type KpiFormula, kpiDefinitions } from './kpis.ts';
import type { ChangeMeasures } from './measures.ts';
import { dayOf, type WeekNumber, weekName, weekOf, weekStart } from './weeks.ts';

/** One published figure. `from` and `to` are days, UTC, `to` exclusive: the bounds of the atoms it was computed over. */
export interface KpiRow {
  readonly kpi: string;
  readonly version: string;
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly n: number | null;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** Share of the changes the figure is about for which it's known. */
  readonly coverage: number | null;
  readonly unit: string;
  readonly method: string;
  readonly note: string;
  /** Not shown: too few people or changes to be published. */
  readonly suppressed: boolean;
}

/** `month`: the month in which an atom ends; `week`: the shortest spans of weeks that no atom crosses. */
export type Grouping = 'team' | 'repository' | 'week' | 'month' | 'stage';

export interface KpiQuery {
  /** Seconds since the epoch; the window snaps to whole atoms within it. */
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping;
  /** Without it, all. */
  readonly kpis?: readonly string[];
}

const note = {
  few: 'fewer than 5 people, or one with more than half of the changes',
  fewKnown: 'known of fewer than 5 people, or of one with more than half of the changes',
  smallRate: 'a rate of fewer than 20 changes is not shown',
  below: 'fewer changes than the definition asks for',
  stage: 'the source is not connected: no rollout is known here',
} as const;

/** The figures of a window, group by group. */
export function kpiRows({ atoms }: Atoms, query: KpiQuery): readonly KpiRow[] {
  const wanted = kpiDefinitions.filter(({ id }) => query.kpis?.includes(id) ?? true);
  const asked = wholeWeeks(query);
  return groupAtoms(atoms, query).flatMap(([group, members]) =>
    wanted.map((definition) => rowOf(definition, group, members, asked, publishable)),
  );
}

/** The figures of some changes as one group, whoever they are by: for those who may see each of the changes. */
export function wholeRows(
  changes: readonly ChangeMeasures[],
  { group, from, to }: { readonly group: string; readonly from: WeekNumber; readonly to: WeekNumber },
): readonly KpiRow[] {
  const whole: Atom = { team: group, repository: group, from, to, changes };
  return kpiDefinitions.map((definition) => rowOf(definition, group, [whole], { from, to }, everyKnown));
}

/** Of an atom, the changes that a figure counts. */
type Counted = (
  of: Pick<KpiFormula, 'eligible' | 'known'>,
  changes: readonly ChangeMeasures[],
) => readonly ChangeMeasures[];

const everyKnown: Counted = (of, changes) =>
  changes.filter((change) => of.eligible(change) && of.known(change));

/**
 * An atom whose figure is known of too few people counts for nothing in this figure: what is known is a part of the
 * atom, and the difference of two published figures would be about those few.
 */
export const publishable: Counted = (of, changes) => {
  const known = everyKnown(of, changes);
  return suffices(known) ? known : [];
};

type Group = readonly [name: string, atoms: readonly Atom[]];

/** What is published of a window: whole atoms within it, united into groups. */
export function groupAtoms(atoms: readonly Atom[], query: KpiQuery): readonly Group[] {
  const asked = wholeWeeks(query);
  const within = atoms.filter(({ from, to }) => from >= asked.from && to <= asked.to);
  return groupsOf(within, query.by);
}

/** The whole weeks within a window. */
function wholeWeeks({ from, to }: KpiQuery): Weeks {
  return { from: weekOf(from + 7 * 86_400 - 1), to: weekOf(to) };
}

interface Weeks {
  readonly from: WeekNumber;
  readonly to: WeekNumber;
}

function groupsOf(
  atoms: readonly Atom[],
  by: Grouping | undefined,
): readonly (readonly [string, readonly Atom[]])[] {
  if (by === undefined) return [['all', atoms]];
  if (by === 'stage') return [['stage:unknown', atoms]];
  if (by === 'week') return weekGroups(atoms);
  const groups = Map.groupBy(atoms, ({ team, repository, to }) =>
    by === 'month'
      ? `month:${monthOf(to)}`
      : by === 'team'
        ? `team:${team}`
        : `repository:${repository === otherName ? `${otherName} of ${team}` : repository}`,
  );
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `2026-10`, of the last day before a week. */
function monthOf(week: WeekNumber): string {
  return dayOf(weekStart(week) - 86_400).slice(0, 7);
}

/** The shortest spans of weeks that no atom crosses. */
function weekGroups(atoms: readonly Atom[]): readonly Group[] {
  const sorted = [...atoms].sort((a, b) => a.from - b.from || a.to - b.to);
  const groups: { from: WeekNumber; to: WeekNumber; members: Atom[] }[] = [];
  for (const atom of sorted) {
    const open = groups.at(-1);
    if (open !== undefined && atom.from < open.to) {
      open.to = Math.max(open.to, atom.to);
      open.members.push(atom);
    } else groups.push({ from: atom.from, to: atom.to, members: [atom] });
  }
  return groups.map(({ from, to, members }) => {
    const name = to - from === 1 ? weekName(from) : `${weekName(from)}..${weekName(to - 1)}`;
    return [`week:${name}`, members];
  });
}

function rowOf(
  definition: KpiDefinition,
  group: string,
  atoms: readonly Atom[],
  asked: Weeks,
  countedOf: Counted,
): KpiRow {
  const { id, version, unit, of, source } = definition;
  const span = atoms.length === 0 ? asked : spanOf(atoms);
  const base = {
    kpi: id,
    version,
    group,
    from: dayOf(weekStart(span.from)),
    to: dayOf(weekStart(span.to)),
    n: null,
    value: null,
    lo: null,
    hi: null,
    coverage: null,
    unit,
    method: 'none',
    suppressed: false,
  };
  if (of === null) return { ...base, note: `unknown: source not connected (${source})` };
  if (atoms.length === 0) return { ...base, suppressed: true, note: note.few };
  const changes = atoms.flatMap((atom) => atom.changes);
  const eligible = changes.filter(of.eligible);
  const known = atoms.flatMap((atom) => countedOf(of, atom.changes));
  const coverage = eligible.length === 0 ? null : known.length / eligible.length;
  const counted = { ...base, n: known.length, coverage };
  if (known.length === 0) {
    return eligible.some(of.known)
      ? { ...base, suppressed: true, note: note.fewKnown }
      : { ...counted, note: 'unknown: no change in the window has it' };
  }
  if (of.kind === 'rate' && known.length < 20) return { ...base, suppressed: true, note: note.smallRate };
  const weeks = span.to - span.from;
  const seed = `${id}/${version}/${group}/${base.from}/${base.to}`;
  const { remark, ...estimate } = estimateKpi(of, known, { from: span.from, weeks, seed });
  const remarks = [
    known.length < definition.minimumN ? note.below : '',
    remark,
    group === 'stage:unknown' ? note.stage : '',
  ];
  return { ...counted, ...estimate, note: remarks.filter((text) => text !== '').join('; ') };
}

function spanOf(atoms: readonly Atom[]): Weeks {
  return {
    from: Math.min(...atoms.map(({ from }) => from)),
    to: Math.max(...atoms.map(({ to }) => to)),
  };
}
