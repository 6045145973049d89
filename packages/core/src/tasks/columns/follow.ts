import { type Cells, secondsOf, suspectSeconds, type WeekNumber, weekOf } from '../../delivery/index.ts';
import { leastCoverage } from '../provenance.ts';
import {
  type CallChunk,
  classIn,
  type DeploymentChunk,
  type RowChunk,
  rowFlag,
  rowLayout,
} from './chunks.ts';
import { capacityOf, chunkAt, eachSlot, type Reading, slotAt, type TaskColumns } from './columns.ts';
import type { ColumnFacts } from './facts.ts';
import { type ColumnFailures, changesOf, columnFailures } from './failures.ts';
import type { OthersClass } from './items.ts';
import { createKinds, createPeople, type Kinds, type Moment } from './kinds.ts';
import { othersClasses } from './others.ts';
import { follow, type RowChanges, rowChanges } from './replaced.ts';
import { type ColumnUsage, columnUsage } from './usage.ts';

/*
 * What figures read follows the columns: cells in which something changed are made anew, and so are those of rows of
 * which something changed that isn't in their columns: what their calls cost, whose incidents are whose, whether 28 days
 * have passed. Calls are added up anew when there are others; that is a pass over arrays.
 */

/** What follows columns of which some chunks are replaced now and then. */
export interface Following {
  advance(columns: TaskColumns, reading: Reading, facts: ColumnFacts): Followed;
}

export interface Followed {
  readonly kinds: Kinds;
  readonly people: ReturnType<typeof createPeople>;
  readonly usage: ColumnUsage;
}

type Now = Moment & { readonly facts: ColumnFacts };

export function createFollowing(): Following {
  const held = {
    rows: [] as (RowChunk | undefined)[],
    deployments: [] as (DeploymentChunk | undefined)[],
    calls: [] as (CallChunk | undefined)[],
  };
  let now: Now | null = null;
  let people: ReturnType<typeof createPeople> | null = null;
  let strangers = new Uint8Array(0);
  const kinds = createKinds(held, () => now!);
  const { cells } = kinds;
  const followChunks = (columns: TaskColumns): Changes => {
    const rows = follow(held.rows, columns.rows);
    const deployments = follow(held.deployments, columns.deployments);
    for (const { number, before } of rows) {
      cells.work.replaced(number, before);
      cells.merged.replaced(number, before);
    }
    for (const { number, before } of deployments) cells.deployed.replaced(number, before);
    return {
      ...(now === null ? everyRow : rowChanges(rows, rowLayout.empty())),
      deployments: deployments.length > 0,
      calls: follow(held.calls, columns.calls).length > 0,
    };
  };
  return {
    advance(columns, reading, facts) {
      const before = now;
      const changes = followChunks(columns);
      const { repositories, people: names } = columns;
      now = momentAfter(
        before,
        { columns: { ...held, repositories, people: names }, reading, facts },
        changes,
      );
      const { usage, othersClass } = now;
      if (othersClass !== before?.othersClass) {
        // How changes were made depends on everybody's weeks.
        const next = strangersIn(now);
        if (before !== null) eachDifference(strangers, next, cells.merged.touched);
        strangers = next;
      }
      if (before !== null) touchOthers(cells, before, now, changes);
      if (people === null || usage !== before?.usage) people = createPeople(usage.people);
      return { kinds, people, usage };
    },
  };
}

interface Changes extends RowChanges {
  readonly deployments: boolean;
  readonly calls: boolean;
}
const everyRow: RowChanges = { sessions: new Set(), merges: true, authors: new Set() };

/** What is known now; what depends on nothing that changed is what it was. */
function momentAfter(
  before: Now | null,
  given: Pick<Now, 'columns' | 'reading' | 'facts'>,
  { sessions, merges, deployments, calls }: Changes,
): Now {
  const { columns, reading, facts } = given;
  const hasEnrolments = before !== null && isAlike(facts.enrolments, before.facts.enrolments);
  const hasUsage = hasEnrolments && !calls && isOfOthers(before.usage, columns, sessions);
  const usage = hasUsage ? before.usage : columnUsage(columns, reading, facts.enrolments);
  const hasIncidents =
    facts.incidents === before?.facts.incidents && facts.resolver === before?.facts.resolver;
  const hasFailures = before !== null && hasIncidents && !deployments && !merges;
  return {
    ...given,
    usage,
    failures: hasFailures ? before.failures : columnFailures(columns, facts.incidents, facts.resolver),
    othersClass:
      hasUsage && isAlike(facts.coverage, before.facts.coverage)
        ? before.othersClass
        : othersOf(columns, reading, facts, usage),
  };
}

/** Whether usage is none of what some sessions made, and has room for all rows. */
function isOfOthers(
  { called, cost }: ColumnUsage,
  { rows }: TaskColumns,
  sessions: ReadonlySet<number>,
): boolean {
  if (capacityOf(rows) > cost.length) return false;
  for (const session of sessions) if (called[session] === 1) return false;
  return true;
}

/** Touches what changed of rows and deployments that isn't in their columns. */
function touchOthers(cells: Kinds['cells'], before: Now, now: Now, { authors }: Changes): void {
  if (now.usage !== before.usage) eachMetered(before.usage, now.usage, cells.work.touched);
  const repaired =
    now.failures === before.failures ? [] : touchFailures(cells, before.failures, now.failures);
  touchBringers(now, new Set([...authors, ...repaired]), cells.deployed.touched);
  if (now.reading.now !== before.reading.now) touchMatured(cells, now, before.reading.now);
}

function isAlike(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));
}

const unknown: OthersClass = () => 'U';

function othersOf(
  columns: TaskColumns,
  reading: Reading,
  { enrolments, coverage }: ColumnFacts,
  { people }: ColumnUsage,
): OthersClass {
  if (enrolments.length === 0 && coverage.length === 0) return unknown;
  return othersClasses(columns, reading, {
    ...{ enrolments, isActive: people.isActive, leastCoverage },
    coverage: coverage.map(({ repository, share, from, to }) => ({
      ...{ repository, share, from: secondsOf(from) ?? 0, to: secondsOf(to) ?? 0 },
    })),
  });
}

/** By row: 1 where nothing says whether it was made with an assistant. */
function strangersIn({ columns, othersClass }: Moment): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(capacityOf(columns.rows));
  if (othersClass === unknown) return found.fill(1);
  eachSlot(columns.rows, ({ flags }, slot, row) => {
    const isOther = (flags[slot]! & rowFlag.merged) !== 0 && classIn(flags[slot]!) === null;
    if (isOther && othersClass(row) === 'U') found[row] = 1;
  });
  return found;
}

type Touch = (number: number) => void;

function eachDifference(a: ArrayLike<number>, b: ArrayLike<number>, touch: Touch): void {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) touch(i);
}

function eachMetered(a: ColumnUsage, b: ColumnUsage, touch: Touch): void {
  for (const name of ['cost', 'denials', 'metered'] as const) eachDifference(a[name], b[name], touch);
}

/** Touches what incidents fall to otherwise than before; answers the rows that repair now, or no longer do. */
function touchFailures(cells: Kinds['cells'], a: ColumnFailures, b: ColumnFailures): readonly number[] {
  eachOtherList(a.byRow, b.byRow, cells.merged.touched);
  eachOtherList(a.byDeployment, b.byDeployment, cells.deployed.touched);
  for (const one of a.repairs.deployments.symmetricDifference(b.repairs.deployments as Set<number>))
    cells.deployed.touched(one);
  return [...a.repairs.rows.symmetricDifference(b.repairs.rows as Set<number>)];
}

type Lists = ReadonlyMap<number, readonly number[]>;

function eachOtherList(a: Lists, b: Lists, touch: Touch): void {
  const isSame = (one: readonly number[] = [], other: readonly number[] = []) =>
    one.length === other.length && one.every((value, i) => value === other[i]);
  for (const number of new Set([...a.keys(), ...b.keys()]))
    if (!isSame(a.get(number), b.get(number))) touch(number);
}

/** Touches the deployments that brought some rows. */
function touchBringers({ columns }: Moment, rows: ReadonlySet<number>, touch: Touch): void {
  if (rows.size === 0) return;
  eachSlot(columns.deployments, (_, __, number) => {
    if (changesOf(columns, number).some((row) => rows.has(row))) touch(number);
  });
}

const maturitySeconds = 28 * 86_400;

/** Touches what became old enough since, or isn't any more. */
function touchMatured(cells: Kinds['cells'], { columns, reading }: Moment, before: number): void {
  const span = (age: number) => ({
    after: Math.min(before, reading.now) - age,
    upTo: Math.max(before, reading.now) - age,
  });
  const touchWithin = (
    own: Pick<Cells<never>, 'byRepository' | 'touched'>,
    { after, upTo }: ReturnType<typeof span>,
    timeOf: (number: number) => number,
  ) => {
    const [first, last]: readonly [WeekNumber, WeekNumber] = [weekOf(after), weekOf(upTo)];
    for (const list of own.byRepository().values()) {
      for (const { week, rows } of list) {
        if (week < first || week > last) continue;
        for (const row of rows) if (timeOf(row) > after && timeOf(row) <= upTo) own.touched(row);
      }
    }
  };
  const mergedAt = (row: number) => chunkAt(columns.rows, row)!.merged[slotAt(row)]!;
  const finishedAt = (number: number) => chunkAt(columns.deployments, number)!.finished[slotAt(number)]!;
  touchWithin(cells.merged, span(maturitySeconds), mergedAt);
  touchWithin(cells.deployed, span(suspectSeconds), finishedAt);
}
