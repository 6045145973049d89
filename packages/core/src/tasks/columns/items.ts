import { suspectSeconds, weekOf } from '../../delivery/index.ts';
import type { ChangeWork, DeploymentWork, TaskMeasures } from '../measures.ts';
import type { Provenance, ProvenanceClass } from '../provenance.ts';
import { causesIn, classIn, firstPassIn, judgementIn, type RowChunk } from './chunks.ts';
import { chunkAt, type Reading, slotAt, type TaskColumns } from './columns.ts';
import type { ColumnFailures } from './failures.ts';
import type { Reader } from './reader.ts';
import type { ColumnUsage } from './usage.ts';

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

const nothing: readonly number[] = [];
/** Who it was by is counted by number. */
const nobody: readonly string[] = [];

export function taskReader(
  columns: TaskColumns,
  { teams }: Reading,
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
      people: nobody,
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
        const [from, to] = [unblockedFrom[at.slot]!, unblockedFrom[at.slot + 1]!];
        return from === to ? nothing : [...unblocked.subarray(from, to)];
      },
    },
  };
}

/** The class of a change that neither is an assistant's nor a bot's. */
export type OthersClass = (row: number) => ProvenanceClass;

export function changeReader(
  columns: TaskColumns,
  { now, teams }: Reading,
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
      people: nobody,
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
      people: nobody,
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
