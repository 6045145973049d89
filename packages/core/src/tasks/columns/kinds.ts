import {
  type Cell,
  type Cells,
  createCellsOf,
  otherName,
  type WeekNumber,
  weekOf,
} from '../../delivery/index.ts';
import { costSums, successes } from '../cost-rows.ts';
import type { Figure } from '../figure.ts';
import type { TaskKpiDefinition } from '../kpi-definition.ts';
import { taskKpiDefinitions } from '../kpis.ts';
import type { ChangeWork, DeploymentWork, TaskMeasures } from '../measures.ts';
import type { PersonWeek } from '../people.ts';
import { treeOf } from '../task-atoms.ts';
import { classIn, type DeploymentChunk, type RowChunk, rowFlag } from './chunks.ts';
import type { Reading, TaskColumns } from './columns.ts';
import { type ColumnFailures, changesOf } from './failures.ts';
import { changeReader, deploymentReader, type OthersClass, taskReader } from './items.ts';
import { createPublisher, type Publisher } from './kind.ts';
import { isSameIn, slotBits, slotOf } from './layout.ts';
import { severalPeople, type Whose } from './marks.ts';
import { type PersonWeeks, personReader } from './person-weeks.ts';
import { createTallies } from './tally.ts';
import type { ColumnUsage } from './usage.ts';

/** What is known at a moment beside what cells hold; whatever of it concerns a row touches its cell when it changes. */
export interface Moment {
  readonly columns: TaskColumns;
  readonly reading: Reading;
  readonly usage: ColumnUsage;
  readonly failures: ColumnFailures;
  readonly othersClass: OthersClass;
}

/** Figures over rows and deployments, with the cells that they follow. */
export interface Kinds {
  readonly tasks: Publisher<TaskMeasures>;
  readonly changes: Publisher<ChangeWork>;
  readonly deployments: Publisher<DeploymentWork>;
  readonly cells: {
    readonly work: Cells<RowChunk>;
    readonly merged: Cells<RowChunk>;
    readonly deployed: Cells<DeploymentChunk>;
  };
}

/** The figures of a kind; quantiles of the same values count alike. */
function figuresOf<Item>(over: TaskKpiDefinition['over'], more: readonly Figure<Item>[] = []) {
  const placeOf = new Map<Figure<Item>, number>();
  const figures: Figure<Item>[] = [];
  const byTree = new Map<string, number>();
  for (const definition of taskKpiDefinitions) {
    if (definition.over !== over) continue;
    const figure = definition.of as Figure<Item>;
    const tree = figure.kind === 'quantile' ? treeOf(definition) : definition.id;
    if (!byTree.has(tree)) byTree.set(tree, figures.push(figure) - 1);
    placeOf.set(figure, byTree.get(tree)!);
  }
  for (const figure of more) placeOf.set(figure, figures.push(figure) - 1);
  return { figures, placeOf: (figure: Figure<Item>) => placeOf.get(figure)! };
}

export function createKinds(chunks: Pick<TaskColumns, 'rows' | 'deployments'>, moment: () => Moment): Kinds {
  const flagsAt = (row: number) => chunks.rows[row >>> slotBits]!.flags[row & slotOf]!;
  const isTask = (row: number) => (flagsAt(row) & rowFlag.task) !== 0;
  const isAssistants = (row: number) => {
    const of = classIn(flagsAt(row));
    return of === 'A' || of === 'B';
  };
  const nameOf = (number: number) => moment().columns.repositories[number]!;
  const cells = cellsOf(chunks);
  // They are the same as long as it's the same moment.
  const now = <Value>(make: (moment: Moment) => Value) => ofMoment(moment, make);
  const persons = now((of) => personIn(of, 'person'));
  const authors = now((of) => personIn(of, 'author'));
  const tasks = createPublisher<TaskMeasures>({
    ...{ cells: cells.work, nameOf },
    tallies: createTallies({
      ...figuresOf<TaskMeasures>('tasks', [successes]),
      ...{ isShown: isTask, isFirst: isTask, whose: () => ({ personAt: persons() }) },
      reader: now(({ columns, reading, usage }) => taskReader(columns, reading, usage)),
    }),
  });
  const changes = createPublisher<ChangeWork>({
    ...{ cells: cells.merged, nameOf },
    tallies: createTallies({
      ...figuresOf<ChangeWork>('changes'),
      ...{ isFirst: isAssistants, whose: () => ({ personAt: authors() }) },
      reader: now(({ columns, reading, failures, othersClass }) =>
        changeReader(columns, reading, failures, othersClass),
      ),
    }),
  });
  const deployments = createPublisher<DeploymentWork>({
    ...{ cells: cells.deployed, nameOf },
    tallies: createTallies({
      ...figuresOf<DeploymentWork>('deployments'),
      whose: now(authorsOf),
      reader: now(({ columns, reading, failures }) => deploymentReader(columns, reading, failures)),
    }),
  });
  return { tasks, changes, deployments, cells };
}

function ofMoment<Value>(moment: () => Moment, make: (moment: Moment) => Value): () => Value {
  let last: { readonly moment: Moment; readonly value: Value } | null = null;
  return () => {
    const now = moment();
    if (last?.moment !== now) last = { moment: now, value: make(now) };
    return last.value;
  };
}

function cellsOf({ rows, deployments }: Pick<TaskColumns, 'rows' | 'deployments'>): Kinds['cells'] {
  const ofTasks = isSameIn<RowChunk>(['opened', 'repository', 'person', 'flags'], ['unblocked']);
  const ofChanges = isSameIn<RowChunk>(
    ['merged', 'created', 'repository', 'author', 'findings', 'flags'],
    [],
  );
  return {
    work: createCellsOf<RowChunk>({
      chunks: rows,
      weekIn: ({ flags, opened }, slot) =>
        (flags[slot]! & rowFlag.work) !== 0 ? weekOf(opened[slot]!) : null,
      isSame: ofTasks,
    }),
    merged: createCellsOf<RowChunk>({
      chunks: rows,
      weekIn: ({ flags, merged }, slot) =>
        (flags[slot]! & rowFlag.merged) !== 0 ? weekOf(merged[slot]!) : null,
      isSame: ofChanges,
    }),
    deployed: createCellsOf<DeploymentChunk>({
      chunks: deployments,
      weekIn: ({ flags, finished }, slot) => (flags[slot] === 0 ? null : weekOf(finished[slot]!)),
      isSame: isSameIn<DeploymentChunk>(['finished', 'repository', 'flags'], ['changes']),
    }),
  };
}

function personIn({ columns, reading: { personOf } }: Moment, who: 'person' | 'author'): Whose['personAt'] {
  const people = columns.rows.map((chunk) => chunk?.[who]);
  return (row) => personOf[people[row >>> slotBits]![row & slotOf]!]!;
}

/** Each person once, however many of a deployment's changes are theirs. */
function authorsOf(moment: Moment): Whose {
  const { columns } = moment;
  const authorAt = personIn(moment, 'author');
  return {
    personAt(number) {
      const rows = changesOf(columns, number);
      return rows.length === 1 ? authorAt(rows[0]!) : rows.length === 0 ? 0 : severalPeople;
    },
    eachPerson(number, tell) {
      for (const person of new Set(Array.from(changesOf(columns, number), authorAt))) tell(person);
    },
  };
}

/** Figures over the weeks of people, which are put together anew when calls or stays change. */
export function createPeople(weeks: PersonWeeks): {
  readonly publisher: Publisher<PersonWeek>;
  readonly teams: readonly string[];
} {
  const rows = new Map<number, Map<WeekNumber, number[]>>();
  weeks.week.forEach((week, number) => {
    const team = weeks.team[number]!;
    const own = rows.get(team) ?? new Map<WeekNumber, number[]>();
    rows.set(team, own);
    const list = own.get(week);
    if (list === undefined) own.set(week, [number]);
    else list.push(number);
  });
  let places = 0;
  const cells = new Map(
    [...rows].map(([team, byWeek]) => [
      team,
      [...byWeek].map(
        ([week, numbers]): Cell => ({
          ...{ repository: team, week, rows: Uint32Array.from(numbers), place: places++, tally: null },
        }),
      ),
    ]),
  );
  const figures = figuresOf<PersonWeek>('people', Object.values(costSums));
  const publisher = createPublisher<PersonWeek>({
    cells: { byRepository: () => cells },
    nameOf: () => otherName,
    tallies: createTallies({
      ...figures,
      whose: () => ({ personAt: (number) => weeks.person[number]! }),
      reader: () => personReader(weeks),
    }),
  });
  return { publisher, teams: weeks.teams };
}
