import { suspectSeconds, type WeekNumber, weekOf } from '../../delivery/index.ts';
import type { Items } from '../items.ts';
import type { ChangeWork, DeploymentWork, TaskMeasures } from '../measures.ts';
import type { Provenance, ProvenanceClass } from '../provenance.ts';
import { causesIn, classIn, firstPassIn, judgementIn, type RowChunk } from './chunks.ts';
import { chunkAt, type Reading, slotAt, type TaskColumns } from './columns.ts';
import type { ColumnFailures } from './failures.ts';
import type { ColumnUsage } from './usage.ts';

/* Readers that are moved from number to number; what they show is read from the columns when it's asked. */

export interface Reader<Item> {
  readonly item: Item;
  moveTo(number: number): void;
}

export function itemsOf<Item>(numbers: Uint32Array, reader: Reader<Item>): Items<Item> {
  return {
    length: numbers.length,
    forEach(visit) {
      for (const number of numbers) {
        reader.moveTo(number);
        visit(reader.item);
      }
    },
    filter: (keep) =>
      itemsOf(
        numbers.filter((number) => {
          reader.moveTo(number);
          return keep(reader.item);
        }),
        reader,
      ),
  };
}

/** Where a reader of rows stands. */
function place(columns: TaskColumns) {
  let chunk: RowChunk = columns.rows.find((one) => one !== undefined)!;
  let slot = 0;
  let number = 0;
  return {
    get chunk() {
      return chunk;
    },
    get slot() {
      return slot;
    },
    get number() {
      return number;
    },
    moveTo(row: number) {
      number = row;
      chunk = chunkAt(columns.rows, row)!;
      slot = slotAt(row);
    },
  };
}

export function taskReader(
  columns: TaskColumns,
  { teams, personOf }: Reading,
  { cost, denials, metered }: ColumnUsage,
): Reader<TaskMeasures> {
  const at = place(columns);
  const flags = () => at.chunk.flags[at.slot]!;
  return {
    moveTo: at.moveTo,
    item: {
      isTask: true,
      get id() {
        return String(at.number);
      },
      get week() {
        return weekOf(at.chunk.opened[at.slot]!);
      },
      get team() {
        return teams[at.chunk.repository[at.slot]!]!;
      },
      get repository() {
        return columns.repositories[at.chunk.repository[at.slot]!]!;
      },
      get people() {
        const person = personOf[at.chunk.person[at.slot]!]!;
        return person === 0 ? [] : [columns.people[person]!];
      },
      get judgement() {
        return judgementIn(flags());
      },
      get firstPass() {
        return firstPassIn(flags());
      },
      get causes() {
        return causesIn(flags());
      },
      get cost() {
        return metered[at.number] === 1 ? cost[at.number]! : null;
      },
      get denials() {
        return metered[at.number] === 1 ? denials[at.number]! : null;
      },
      get unblocked() {
        const { unblocked, unblockedFrom } = at.chunk;
        return [...unblocked.subarray(unblockedFrom[at.slot], unblockedFrom[at.slot + 1])];
      },
    },
  };
}

/** The class of a change that neither is an assistant's nor a bot's. */
export type OthersClass = (row: number) => ProvenanceClass;

const nothing: readonly number[] = [];

export function changeReader(
  columns: TaskColumns,
  { now, teams, personOf }: Reading,
  { byRow }: ColumnFailures,
  othersClass: OthersClass,
): Reader<ChangeWork> {
  const at = place(columns);
  const own = () => classIn(at.chunk.flags[at.slot]!);
  const provenance: Provenance = {
    get class() {
      return own() ?? othersClass(at.number);
    },
    ...{ strength: null, evidence: [], coverage: null },
  };
  return {
    moveTo: at.moveTo,
    item: {
      provenance,
      get week() {
        return weekOf(at.chunk.merged[at.slot]!);
      },
      get team() {
        return teams[at.chunk.repository[at.slot]!]!;
      },
      get repository() {
        return columns.repositories[at.chunk.repository[at.slot]!]!;
      },
      get people() {
        const person = personOf[at.chunk.author[at.slot]!]!;
        return person === 0 ? [] : [columns.people[person]!];
      },
      get isAssistants() {
        const of = own();
        return of === 'A' || of === 'B';
      },
      get matured() {
        return now - at.chunk.merged[at.slot]! >= 28 * 86_400;
      },
      get incidentShares() {
        return byRow.get(at.number) ?? nothing;
      },
      get findings() {
        return at.chunk.findings[at.slot]!;
      },
    },
  };
}

export function deploymentReader(
  columns: TaskColumns,
  { now, teams }: Reading,
  failures: ColumnFailures,
): Reader<DeploymentWork> {
  let number = 0;
  const chunk = () => chunkAt(columns.deployments, number)!;
  const finished = () => chunk().finished[slotAt(number)]!;
  const repository = () => chunk().repository[slotAt(number)]!;
  return {
    moveTo(next) {
      number = next;
    },
    item: {
      get week() {
        return weekOf(finished());
      },
      get team() {
        return teams[repository()]!;
      },
      get repository() {
        return columns.repositories[repository()]!;
      },
      people: [],
      get matured() {
        return now - finished() >= suspectSeconds;
      },
      get failure() {
        return failures.failureOf(number);
      },
      get isRework() {
        return failures.isRework(number);
      },
    },
  };
}

/** What the class of others is found by. */
export interface OthersInput {
  readonly enrolments: readonly {
    readonly person: number;
    readonly from: number;
    readonly until: number | null;
  }[];
  readonly active: ReadonlyMap<number, ReadonlySet<WeekNumber>>;
  /** By name of a repository: shares of its machines that were seen, seconds, `to` exclusive. */
  readonly coverage: ReadonlyMap<string, readonly { from: number; to: number; share: number }[]>;
  readonly leastCoverage: number;
}

/** As `provenancesOf` says it. */
export function othersClasses(columns: TaskColumns, { personOf }: Reading, input: OthersInput): OthersClass {
  const enrolments = Map.groupBy(input.enrolments, ({ person }) => person);
  return (row) => {
    const chunk = chunkAt(columns.rows, row)!;
    const slot = slotAt(row);
    const person = personOf[chunk.author[slot]!]!;
    if (person === 0) return 'U';
    const [created, end] = [chunk.created[slot]!, chunk.merged[slot]!];
    const isEnrolled = (enrolments.get(person) ?? []).some(
      ({ from, until }) => from <= end && (until === null || until >= created),
    );
    const [first, last] = [weekOf(created), Math.max(weekOf(created), weekOf(end))];
    if (!isEnrolled) {
      const known = input.coverage.get(columns.repositories[chunk.repository[slot]!]!) ?? [];
      return isCovered(known, first, last, input.leastCoverage) ? 'N' : 'U';
    }
    const weeks = input.active.get(person);
    if (weeks !== undefined) for (let week = first; week <= last; week++) if (weeks.has(week)) return 'C';
    return 'U';
  };
}

function isCovered(
  known: readonly { from: number; to: number; share: number }[],
  first: WeekNumber,
  last: WeekNumber,
  least: number,
): boolean {
  for (let week = first; week <= last; week++) {
    const shares = known.filter(({ from, to }) => weekOf(from) <= week && weekOf(to - 1) >= week);
    if (shares.length === 0 || shares.some(({ share }) => share < least)) return false;
  }
  return true;
}
