import { type KpiRow, type WeekNumber, weekStart } from '../../delivery/index.ts';
import { type CostReport, withSeats } from '../costs.ts';
import type { TaskQuery } from '../row-parts.ts';
import { rowsOfTasks } from '../rows.ts';
import { type AtomLog, noLog, type Published, type TaskAtoms, weeksBefore } from '../task-atoms.ts';
import type { Reading, TaskColumns } from './columns.ts';
import type { ColumnFacts } from './facts.ts';
import { createFollowing, type Followed } from './follow.ts';

/** Figures of what columns and facts hold at some moment. */
export interface ColumnFigures {
  /** The same rows as `taskKpiRows` gives of all facts. */
  rows(query: TaskQuery, log?: AtomLog): readonly KpiRow[];
}

/** Follows columns, so that what was found of them once isn't found again; chunks and lists are known by identity. */
export interface ColumnFollower {
  figures(columns: TaskColumns, reading: Reading, facts: ColumnFacts): ColumnFigures;
}

export function followColumns(): ColumnFollower {
  let following = createFollowing();
  let personOf = new Uint32Array(0);
  return {
    figures(columns, reading, facts) {
      // Who counts as whom is behind everything: it changes when somebody is enrolled whose facts were known.
      if (!personOf.every((person, number) => person === reading.personOf[number]))
        following = createFollowing();
      personOf = reading.personOf.slice();
      return figuresOf(following.advance(columns, reading, facts), columns, reading, facts);
    },
  };
}

/** The figures of a moment, of which nothing is known yet. */
export function columnFigures(columns: TaskColumns, reading: Reading, facts: ColumnFacts): ColumnFigures {
  return followColumns().figures(columns, reading, facts);
}

function figuresOf(
  { kinds, people, usage }: Followed,
  columns: TaskColumns,
  { now, teams }: Reading,
  facts: ColumnFacts,
): ColumnFigures {
  const before = weeksBefore(now);
  const { governanceIncidents, connected } = facts;
  const report = ({ from, to }: { readonly from: WeekNumber; readonly to: WeekNumber }): CostReport =>
    withSeats(usage.weeks.linesOf(from, to), facts, { from: weekStart(from), to: weekStart(to) });
  const atomsOf = (log: AtomLog): TaskAtoms => {
    const options = { teams, people: columns.people.length, log };
    const ofPeople = { ...options, teams: people.teams, before: before.others };
    const ofTasks = { ...options, before: before.tasks };
    const ofOthers = { ...options, before: before.others };
    const once = onlyOnce();
    return {
      tasks: (tree, figure) => once(tree, () => kinds.tasks.published(tree, figure, ofTasks)),
      changes: (tree, figure) => once(tree, () => kinds.changes.published(tree, figure, ofOthers)),
      deployments: (tree, figure) => once(tree, () => kinds.deployments.published(tree, figure, ofOthers)),
      people: (tree, figure) => once(tree, () => people.publisher.published(tree, figure, ofPeople)),
    };
  };
  return {
    rows: (query, log = noLog) =>
      rowsOfTasks({ query, connected, governanceIncidents, atoms: atomsOf(log), report: remembered(report) }),
  };
}

function remembered(report: (weeks: { readonly from: WeekNumber; readonly to: WeekNumber }) => CostReport) {
  const known = new Map<string, CostReport>();
  return (weeks: { readonly from: WeekNumber; readonly to: WeekNumber }) => {
    const key = `${weeks.from} ${weeks.to}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = report(weeks);
    known.set(key, made);
    return made;
  };
}

/** What is cut is published once for all figures that share it. */
function onlyOnce() {
  const known = new Map<string, Published<never>>();
  return <Item>(tree: string, make: () => Published<Item>): Published<Item> => {
    const before = known.get(tree) as Published<Item> | undefined;
    if (before !== undefined) return before;
    const made = make();
    known.set(tree, made as Published<never>);
    return made;
  };
}
