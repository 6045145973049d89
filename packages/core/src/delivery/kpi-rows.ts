import { type Atom, type AtomBounds, type AtomItem, type Atoms, otherName, suffices } from './atoms.ts';
import { absence, type KpiReason, notConnected } from './kpi-absence.ts';
import { estimateKpi, type KpiEstimate, type KpiWindow } from './kpi-estimate.ts';
import {
  type ChangeFormula,
  type KpiDefinition,
  type KpiFormula,
  type KpiSource,
  kpiDefinitions,
} from './kpis.ts';
import type { FigureInputs } from './measures.ts';
import { type Opening, timeToMerge } from './openings.ts';
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
  /** Why it has no value; null where it has one. */
  readonly reason: KpiReason | null;
  /** Not shown: too few people or changes to be published. */
  readonly suppressed: boolean;
  /** Sources that were never heard of and that it can't do without; empty where it isn't unknown for that. */
  readonly missing: readonly string[];
}

/** `month`: the month in which an atom ends; `week`: the shortest spans of weeks that no atom crosses. */
export type Grouping = 'team' | 'repository' | 'week' | 'month' | 'stage';

export interface KpiQuery {
  /** Seconds since the epoch; the window snaps to whole atoms within it. */
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping | undefined;
  /** Without it, all. */
  readonly kpis?: readonly string[] | undefined;
  /** False: values without intervals, which is much quicker. */
  readonly intervals?: boolean | undefined;
  /** Sources of which nothing was ever known: what needs them reads unknown. */
  readonly missing?: ReadonlySet<KpiSource> | undefined;
  /** False: nothing says which team owns a repository. */
  readonly teamsKnown?: boolean | undefined;
}

const note = {
  few_people: 'fewer than 5 people, or one with more than half of the changes',
  few_known: 'known of fewer than 5 people, or of one with more than half of the changes',
  small_rate: 'a rate of fewer than 20 changes is not shown',
  below: 'fewer changes than the definition asks for',
  stage: 'the source is not connected: no rollout is known here',
  nothing: 'unknown: nothing in the window has it',
  addedBy: 'at least so much: no incident is known, only reverts and fixes',
  only_merged: 'unknown: only merged changes are known here',
  not_reached: 'not reached: of the changes opened in the window fewer than half have been merged',
} as const;

/** A figure over the changes of a group. */
export interface Figure {
  /** Changes it's about, and those that it counts. */
  readonly eligible: number;
  readonly known: number;
  /** It's known of some changes, whether or not it counts them. */
  readonly isKnown: boolean;
  /** Asked for when something is known. */
  readonly estimate: (window: KpiWindow) => KpiEstimate;
}

type FigureOf<A> = (atoms: readonly A[]) => (formula: KpiFormula) => Figure | null;

/** The figures of a window, group by group; those about opened changes from atoms of their own. */
export function kpiRows(
  merged: KnownAtoms<FigureInputs>,
  query: KpiQuery,
  openings?: KnownAtoms<Opening>,
): readonly KpiRow[] {
  const ofMerged = { isAsked: isOfMerged, figures: publishedFigures, isAny: () => isAnyIn(merged, query) };
  const rows = publishedRows(merged.atoms, query, ofMerged);
  if (openings === undefined) return rows;
  const ofOpened = { isAsked: isOfOpened, figures: publishedOpenings, isAny: () => isAnyIn(openings, query) };
  return [...rows, ...publishedRows(openings.atoms, query, ofOpened)];
}

type KnownAtoms<Item extends AtomItem> = Pick<Atoms<Item>, 'atoms'> & Partial<Atoms<Item>>;

function isAnyIn<Item extends AtomItem>(
  { atoms, withheld = [] }: KnownAtoms<Item>,
  query: KpiQuery,
): boolean {
  const { from, to } = wholeWeeks(query);
  const isWithin = ({ week }: AtomItem) => week >= from && week < to;
  return withheld.some(isWithin) || atoms.some(({ changes }) => changes.some(isWithin));
}

/** Figures of a kind over atoms. */
export interface Publishing<A> {
  readonly isAsked: (formula: KpiFormula) => boolean;
  readonly figures: FigureOf<A>;
  /** Whether the window holds anything at all, published or not. */
  readonly isAny: () => boolean;
}

export const isOfOpened = ({ kind }: KpiFormula) => kind === 'incidence';
export const isOfMerged = (formula: KpiFormula) => !isOfOpened(formula);

/** The rows of those definitions that are asked for, over whole atoms within a window. */
export function publishedRows<A extends AtomBounds>(
  atoms: readonly A[],
  query: KpiQuery,
  { isAsked, figures, isAny }: Publishing<A>,
): readonly KpiRow[] {
  const wanted = kpiDefinitions.filter(({ id, of }) => (query.kpis?.includes(id) ?? true) && isAsked(of));
  if (wanted.length === 0) return [];
  const asked = { ...query, ...wholeWeeks(query), isAny };
  return groupAtoms(atoms, query).flatMap(([group, members]) => {
    const figureOf = figures(members);
    const span = spanOf(members);
    return wanted.map((definition) => rowOf(definition, group, span, asked, figureOf));
  });
}

/** The figures of some changes as one group, whoever they are by: for those who may see each of the changes. */
export function wholeRows(
  changes: readonly FigureInputs[],
  {
    group,
    openings,
    missing,
    ...span
  }: {
    readonly group: string;
    readonly from: WeekNumber;
    readonly to: WeekNumber;
    readonly openings?: readonly Opening[];
    readonly missing?: KpiQuery['missing'];
  },
): readonly KpiRow[] {
  const bounds = { team: group, repository: group, ...span };
  const merged = figuresOf([{ ...bounds, changes }], everyKnown);
  const opened = openings && openingFigures([{ ...bounds, changes: openings }], knownOpenings);
  return kpiDefinitions.map((definition) =>
    rowOf(definition, group, span, { ...span, missing, isAny: () => true }, (formula) =>
      formula.kind === 'incidence' ? (opened?.(formula) ?? null) : merged(formula),
    ),
  );
}

/** Of an atom, the changes that a figure counts. */
type Counted = (of: ChangeFormula, changes: readonly FigureInputs[]) => readonly FigureInputs[];

interface Counting<Item> {
  readonly eligible: (change: Item) => boolean;
  readonly known: (change: Item) => boolean;
}

function everyKnown<Item extends FigureInputs>(
  of: Counting<Item>,
  changes: readonly Item[],
): readonly Item[] {
  return changes.filter((change) => of.eligible(change) && of.known(change));
}

/**
 * An atom whose figure is known of too few people counts for nothing in this figure: what is known is a part of the
 * atom, and the difference of two published figures would be about those few.
 */
export function publishable<Item extends FigureInputs>(
  of: Counting<Item>,
  changes: readonly Item[],
): readonly Item[] {
  return orNobody(everyKnown(of, changes));
}

function orNobody<Item extends Pick<AtomItem, 'contributor'>>(known: readonly Item[]): readonly Item[] {
  return suffices(known) ? known : [];
}

const publishedFigures: FigureOf<Atom<FigureInputs>> = (atoms) => figuresOf(atoms, publishable);

function figuresOf(
  atoms: readonly Atom<FigureInputs>[],
  countedOf: Counted,
): (formula: KpiFormula) => Figure | null {
  const changes = atoms.flatMap((atom) => atom.changes);
  return (formula) => {
    if (formula.kind === 'incidence') return null;
    const of: ChangeFormula = formula;
    const eligible = changes.filter(of.eligible);
    const known = atoms.flatMap((atom) => countedOf(of, atom.changes));
    return {
      eligible: eligible.length,
      known: known.length,
      isKnown: eligible.some(of.known),
      estimate: (window) => estimateKpi(of, known, window),
    };
  };
}

const knownOpenings = (openings: readonly Opening[]) => openings.filter(({ known }) => known);

const publishedOpenings: FigureOf<Atom<Opening>> = (atoms) =>
  openingFigures(atoms, (openings) => orNobody(knownOpenings(openings)));

function openingFigures(
  atoms: readonly Atom<Opening>[],
  counted: (openings: readonly Opening[]) => readonly Opening[],
): (formula: KpiFormula) => Figure | null {
  const openings = atoms.flatMap((atom) => atom.changes);
  const known = atoms.flatMap((atom) => counted(atom.changes));
  return (formula) =>
    formula.kind !== 'incidence'
      ? null
      : {
          eligible: openings.length,
          known: known.length,
          isKnown: openings.some((opening) => opening.known),
          estimate: () => incidenceEstimate(timeToMerge(known, formula.p)),
        };
}

/** A time by which a share of the opened changes was merged. */
export function incidenceEstimate(value: number | null): KpiEstimate {
  const remark = value === null ? note.not_reached : '';
  return { value, lo: null, hi: null, method: 'Aalen–Johansen; interval: none', remark };
}

type Group<A> = readonly [name: string, atoms: readonly A[]];

/** What is published of a window: whole atoms within it, united into groups. */
export function groupAtoms<A extends AtomBounds>(atoms: readonly A[], query: KpiQuery): readonly Group<A>[] {
  const asked = wholeWeeks(query);
  const within = atoms.filter(({ from, to }) => from >= asked.from && to <= asked.to);
  return groupsOf(within, query.by);
}

/** The whole weeks within a window. */
export function wholeWeeks({ from, to }: Pick<KpiQuery, 'from' | 'to'>): Weeks {
  return { from: weekOf(from + 7 * 86_400 - 1), to: weekOf(to) };
}

interface Weeks {
  readonly from: WeekNumber;
  readonly to: WeekNumber;
}

function groupsOf<A extends AtomBounds>(atoms: readonly A[], by: Grouping | undefined): readonly Group<A>[] {
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
function weekGroups<A extends AtomBounds>(atoms: readonly A[]): readonly Group<A>[] {
  const sorted = [...atoms].sort((a, b) => a.from - b.from || a.to - b.to);
  const groups: { from: WeekNumber; to: WeekNumber; members: A[] }[] = [];
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

type Asked = Weeks & Omit<KpiQuery, 'from' | 'to'> & { readonly isAny: () => boolean };

function rowOf(
  definition: KpiDefinition,
  group: string,
  ofAtoms: Weeks | null,
  asked: Asked,
  figureOf: (formula: KpiFormula) => Figure | null,
): KpiRow {
  const { id, version, unit, of } = definition;
  const span = ofAtoms ?? asked;
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
    note: '',
    reason: null,
    suppressed: false,
    missing: [],
  };
  const absent = (reason: KpiReason & keyof typeof note) => absence(reason, note[reason]);
  const unconnected = unconnectedOf(definition, asked);
  if (unconnected !== null) return { ...base, ...notConnected([unconnected]) };
  if (ofAtoms === null) return { ...base, ...absent(asked.isAny() ? 'few_people' : 'nothing') };
  const figure = figureOf(of);
  if (figure === null) return { ...base, ...absent('only_merged') };
  const { eligible, known } = figure;
  const coverage = eligible === 0 ? null : known / eligible;
  const counted = { ...base, n: known, coverage };
  if (known === 0)
    return figure.isKnown ? { ...base, ...absent('few_known') } : { ...counted, ...absent('nothing') };
  if (of.kind === 'rate' && known < 20) return { ...base, ...absent('small_rate') };
  const weeks = span.to - span.from;
  const seed = `${id}/${version}/${group}/${base.from}/${base.to}`;
  const { intervals, teamsKnown, missing } = asked;
  const { remark, ...estimate } = figure.estimate({ from: span.from, weeks, seed, intervals, teamsKnown });
  const isLeast = definition.addedBy !== undefined && missing?.has(definition.addedBy) === true;
  const remarks = [
    isLeast ? note.addedBy : '',
    known < definition.minimumN ? note.below : '',
    remark,
    group === 'stage:unknown' ? note.stage : '',
  ];
  // How much of it is known nobody can say of a lower bound.
  const covered = isLeast ? { ...counted, coverage: null } : counted;
  return {
    ...covered,
    ...estimate,
    reason: estimate.value === null ? 'not_reached' : null,
    note: remarks.filter((text) => text !== '').join('; '),
  };
}

/** The source that a figure can't do without and that was never heard of; null: there's none such. */
function unconnectedOf({ source }: KpiDefinition, { missing }: Pick<KpiQuery, 'missing'>): KpiSource | null {
  if (missing === undefined) return null;
  if (missing.has('changes')) return 'changes';
  return missing.has(source) ? source : null;
}

/** From the first week of some atoms to the last; null: there are none. */
export function spanOf(atoms: readonly AtomBounds[]): Weeks | null {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const atom of atoms) {
    from = Math.min(from, atom.from);
    to = Math.max(to, atom.to);
  }
  return atoms.length === 0 ? null : { from, to };
}
