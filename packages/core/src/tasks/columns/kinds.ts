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
import { countedBy, treeOf } from '../task-atoms.ts';
import { classIn, type DeploymentChunk, type RowChunk, rowFlag } from './chunks.ts';
import { chunkAt, type Reading, slotAt, type TaskColumns } from './columns.ts';
import type { ColumnFailures } from './failures.ts';
import { changeReader, deploymentReader, type OthersClass, taskReader } from './items.ts';
import { createPublisher, type Publisher } from './kind.ts';
import { isSameIn, slotBits, slotOf } from './layout.ts';
import { type PersonWeeks, personReader } from './person-weeks.ts';
import type { Reader } from './reader.ts';
import type { Cuttable } from './sufficiency.ts';
import { createTallies, type TallyOptions } from './tally.ts';
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
  const repositoryName = (number: number) => moment().columns.repositories[number]!;
  const cells = cellsOf(chunks);
  const readers = {
    tasks: () => taskReader(moment().columns, moment().reading, moment().usage),
    changes: () => changeReader(moment().columns, moment().reading, moment().failures, moment().othersClass),
    deployments: () => deploymentReader(moment().columns, moment().reading, moment().failures),
  };
  const kind = <Item>(
    over: 'tasks' | 'changes' | 'deployments',
    own: Cells<never>,
    options: Pick<TallyOptions<Item>, 'reader' | 'isShown'> & { readonly more?: readonly Figure<Item>[] },
    cuttable: (figure: Figure<Item> | undefined) => Cuttable,
  ) =>
    createPublisher<Item>({
      ...{ cells: own, nameOf: repositoryName, cuttable },
      tallies: createTallies({ ...figuresOf(over, options.more), ...options }),
    });
  const tasks = kind<TaskMeasures>(
    ...(['tasks', cells.work as Cells<never>] as const),
    { reader: readers.tasks, isShown: isTask, more: [successes] },
    (figure) => {
      const isCounted = counter(readers.tasks(), figure);
      const partsOf = (row: number) => (isTask(row) ? 1 | (isCounted?.(row) ? 4 : 0) : 2);
      return { parts: isCounted === null ? 2 : 3, partsOf, personAt: personIn(moment(), 'person') };
    },
  );
  const changes = kind<ChangeWork>(
    ...(['changes', cells.merged as Cells<never>] as const),
    { reader: readers.changes, isShown: () => true },
    (figure) => {
      const isCounted = counter(readers.changes(), figure);
      const partsOf = (row: number) => {
        const of = classIn(flagsAt(row));
        return (of === 'A' || of === 'B' ? 1 : 2) | (isCounted?.(row) ? 4 : 0);
      };
      return { parts: isCounted === null ? 2 : 3, partsOf, personAt: personIn(moment(), 'author') };
    },
  );
  const deployments = kind<DeploymentWork>(
    ...(['deployments', cells.deployed as Cells<never>] as const),
    { reader: readers.deployments, isShown: () => true },
    (figure) => {
      const isCounted = counter(readers.deployments(), figure);
      return { ...countedPart(isCounted), ...authorsOf(moment()) };
    },
  );
  return { tasks, changes, deployments, cells };
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

/** Null: the figure counts everything. */
function counter<Item>(
  reader: Reader<Item>,
  figure: Figure<Item> | undefined,
): ((number: number) => boolean) | null {
  if (figure?.eligible === undefined && figure?.known === undefined) return null;
  const counts = countedBy(figure);
  return (number) => {
    reader.moveTo(number);
    return counts(reader.item);
  };
}

/** What a figure counts is a part, unless that's everything. */
function countedPart(isCounted: ReturnType<typeof counter>): Pick<Cuttable, 'parts' | 'partsOf'> {
  if (isCounted === null) return { parts: 0, partsOf: () => 0 };
  return { parts: 1, partsOf: (number) => (isCounted(number) ? 1 : 0) };
}

/** This is asked of every row for every tree. */
function personIn(
  { columns, reading: { personOf } }: Moment,
  who: 'person' | 'author',
): Cuttable['personAt'] {
  const people = columns.rows.map((chunk) => chunk?.[who]);
  return (row) => personOf[people[row >>> slotBits]![row & slotOf]!]!;
}

/** Each person once, however many of a deployment's changes are theirs. */
function authorsOf(moment: Moment): Required<Pick<Cuttable, 'eachPerson' | 'personAt'>> {
  const { columns } = moment;
  const personAt = personIn(moment, 'author');
  const told = new Set<number>();
  return {
    personAt: () => 0,
    eachPerson(number, tell) {
      const { changes, changesFrom } = chunkAt(columns.deployments, number)!;
      const slot = slotAt(number);
      const [from, to] = [changesFrom[slot]!, changesFrom[slot + 1]!];
      if (to - from === 1) return tell(personAt(changes[from]!));
      told.clear();
      for (let i = from; i < to; i++) {
        const person = personAt(changes[i]!);
        if (!told.has(person)) tell(person);
        told.add(person);
      }
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
    cuttable: (figure) => ({
      ...countedPart(counter(personReader(weeks), figure)),
      personAt: (number) => weeks.person[number]!,
    }),
    tallies: createTallies({ ...figures, isShown: () => true, reader: () => personReader(weeks) }),
  });
  return { publisher, teams: weeks.teams };
}
