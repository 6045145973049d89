import {
  type Atom,
  type AtomBounds,
  type AtomItem,
  type AtomName,
  type Atoms,
  otherName,
  suffices,
} from './atoms.ts';
import { absence, type KpiReason, notConnected } from './kpi-absence.ts';
import { estimateKpi, type KpiEstimate, type KpiWindow } from './kpi-estimate.ts';
import { type Grouping, groupAtoms, paceGroups, spanOf, type Weeks, wholeWeeks } from './kpi-groups.ts';
import {
  type ChangeFormula,
  type KpiDefinition,
  type KpiFormula,
  type KpiSource,
  kpiDefinitions,
} from './kpis.ts';
import type { FigureInputs } from './measures.ts';
import { type Opening, timeToMerge } from './openings.ts';
import { type CountedAtom, coverageOfPace, estimatePace } from './pace.ts';
import { dayOf, type WeekNumber, weekStart } from './weeks.ts';

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
  /** Atoms for which changes wait to be restated. */
  readonly waiting?: ReadonlySet<AtomBounds> | undefined;
}

/** Says that a figure isn't what today's facts give, and not by how much. */
export const waitingNote = 'what came late is counted from next month on';

const note = {
  few_people: 'fewer than 5 people, or one with more than half of the changes',
  few_known: 'known of fewer than 5 people, or of one with more than half of the changes',
  small_rate: 'a rate of fewer than 20 changes is not shown',
  below: 'fewer changes than the definition asks for',
  stage: 'stage unknown: no rollout is recorded here, and nothing that could be connected records one yet',
  nothing: 'unknown: nothing in the window has it',
  unpublished: 'unknown: too many changes of these weeks are of too few people, or of weeks not decided yet',
  addedBy: 'at least so much: no incident is known, only reverts and fixes',
  only_merged: 'unknown: only merged changes are known here',
  not_reached: 'not reached: of the changes opened in the window fewer than half have been merged',
} as const;

/** With less of all changes the pace of those that are published is none of the group's. */
const leastPace = 0.8;

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
  const ofMerged = { isAsked: isOfMerged, figures: publishedFigures, changesIn: changesIn(merged) };
  const rows = publishedRows(merged.atoms, query, ofMerged);
  if (openings === undefined) return rows;
  const ofOpened = { isAsked: isOfOpened, figures: publishedOpenings, changesIn: changesIn(openings) };
  return [...rows, ...publishedRows(openings.atoms, query, ofOpened)];
}

type KnownAtoms<Item extends AtomItem> = Pick<Atoms<Item>, 'atoms'> & Partial<Atoms<Item>>;

function changesIn<Item extends AtomItem>({ atoms, withheld = [] }: KnownAtoms<Item>): ChangesIn {
  return ({ from, to }, { team, repository }) => {
    const isMeant = (item: AtomItem) =>
      (team === undefined || item.team === team) &&
      (repository === undefined || item.repository === repository) &&
      item.week >= from &&
      item.week < to;
    const count = (items: readonly AtomItem[]) => items.reduce((sum, item) => sum + Number(isMeant(item)), 0);
    return atoms.reduce((sum, { changes }) => sum + count(changes), count(withheld));
  };
}

/** Changes in some weeks, published or not: of a team or a repository alone where they are told. */
export type ChangesIn = (weeks: Weeks, of: Partial<AtomName>) => number;

/** Figures of a kind over atoms. */
export interface Publishing<A> {
  readonly isAsked: (formula: KpiFormula) => boolean;
  readonly figures: FigureOf<A>;
  readonly changesIn: ChangesIn;
}

export const isOfOpened = ({ kind }: KpiFormula) => kind === 'incidence';
export const isOfMerged = (formula: KpiFormula) => !isOfOpened(formula);

/** The rows of those definitions that are asked for, over whole atoms within a window. */
export function publishedRows<A extends AtomBounds>(
  atoms: readonly A[],
  query: KpiQuery,
  { isAsked, figures, changesIn }: Publishing<A>,
): readonly KpiRow[] {
  const wanted = kpiDefinitions.filter(({ id, of }) => (query.kpis?.includes(id) ?? true) && isAsked(of));
  if (wanted.length === 0) return [];
  const window = wholeWeeks(query);
  const asked = { ...query, ...window, isAny: () => changesIn(window, {}) > 0 };
  const paceOf = paceGroups(atoms, query);
  return groupAtoms(atoms, query).flatMap(([group, members]) => {
    const figureOf = figures(members);
    const span = spanOf(members);
    const isWaiting = (some: readonly A[]) => some.some((atom) => query.waiting?.has(atom) === true);
    const own = { ...asked, isWaiting: isWaiting(members) };
    const paceRow = (definition: KpiDefinition): KpiRow => {
      const pace = paceOf([group, members]);
      const all = () => changesInGroup(changesIn, pace.weeks, members[0]!, query.by);
      const paced = { ...asked, all, isWaiting: isWaiting(pace.atoms) };
      return rowOf(definition, group, span && pace.weeks, paced, figures(pace.atoms));
    };
    return wanted.map((definition) =>
      definition.of.kind === 'pace' ? paceRow(definition) : rowOf(definition, group, span, own, figureOf),
    );
  });
}

/** All changes of a group, published or not; null: what repositories or teams leave over is no group by itself. */
function changesInGroup(
  changesIn: ChangesIn,
  weeks: Weeks,
  { team, repository }: AtomName,
  by: Grouping | undefined,
): number | null {
  if (by === 'team') return team === otherName ? null : changesIn(weeks, { team });
  if (by === 'repository') return repository === otherName ? null : changesIn(weeks, { repository });
  return changesIn(weeks, {});
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
    const counted = atoms.map((atom) => ({ ...atom, changes: countedOf(of, atom.changes) }));
    const known = counted.flatMap((atom) => atom.changes);
    return {
      eligible: eligible.length,
      known: known.length,
      isKnown: eligible.some(of.known),
      estimate: (window) =>
        of.kind === 'pace'
          ? estimatePace(counted.map(weeksIn), teamsIn(known), window)
          : estimateKpi(of, known, window),
    };
  };
}

const teamsIn = (known: readonly FigureInputs[]) => [...new Set(known.map(({ team }) => team))];

function weeksIn({ changes, ...bounds }: Atom<FigureInputs>): CountedAtom {
  return { ...bounds, weeks: changes.map(({ week }) => ({ week, changes: 1 })) };
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

interface Asked extends Weeks, Omit<KpiQuery, 'from' | 'to' | 'waiting'> {
  readonly isWaiting?: boolean;
  readonly isAny: () => boolean;
  /** For a pace: all changes of the group in its weeks, published or not; null: nobody knows which they are. */
  readonly all?: () => number | null;
}

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
    ...[isLeast ? note.addedBy : '', known < definition.minimumN ? note.below : ''],
    ...[remark, group === 'stage:unknown' ? note.stage : '', asked.isWaiting ? waitingNote : ''],
  ];
  // How much of it is known nobody can say of a lower bound.
  const shown = isLeast ? null : asked.all ? shareOfPace(asked.all(), estimate, weeks) : coverage;
  if (of.kind === 'pace' && shown !== null && shown < leastPace)
    return { ...base, coverage: shown, ...absent('unpublished') };
  return {
    ...counted,
    coverage: shown,
    ...estimate,
    reason: estimate.value === null ? 'not_reached' : null,
    note: remarks.filter((text) => text !== '').join('; '),
  };
}

function shareOfPace(
  all: number | null,
  { value }: Pick<KpiEstimate, 'value'>,
  weeks: number,
): number | null {
  return all === null || value === null ? null : coverageOfPace(value, weeks, all);
}

/** The source that a figure can't do without and that was never heard of; null: there's none such. */
function unconnectedOf({ source }: KpiDefinition, { missing }: Pick<KpiQuery, 'missing'>): KpiSource | null {
  if (missing === undefined) return null;
  if (missing.has('changes')) return 'changes';
  return missing.has(source) ? source : null;
}
