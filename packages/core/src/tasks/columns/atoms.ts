import { type WeekNumber, weekOf } from '../../delivery/index.ts';
import type { Figure } from '../estimate.ts';
import { type Parcel, parcelsOf } from '../partition.ts';
import type { PersonWeek } from '../people.ts';
import {
  type AtomLog,
  countedBy,
  type Published,
  type TaskAtoms,
  timesOf,
  weeksBefore,
} from '../task-atoms.ts';
import { classIn, rowFlag } from './chunks.ts';
import { chunkAt, eachSlot, type Reading, slotAt, type TaskColumns } from './columns.ts';
import { changesOf } from './failures.ts';
import { type changeReader, type deploymentReader, itemsOf, type Reader, type taskReader } from './items.ts';
import { type Cuttable, type Names, numberParcels } from './parcels.ts';

interface Cutting {
  readonly readers: {
    readonly tasks: ReturnType<typeof taskReader>;
    readonly changes: ReturnType<typeof changeReader>;
    readonly deployments: ReturnType<typeof deploymentReader>;
  };
  readonly people: readonly PersonWeek[];
  readonly log: AtomLog;
}

/** What is published of columns, as `taskAtoms` says it. */
export function columnAtoms(
  columns: TaskColumns,
  reading: Reading,
  { readers, people, log }: Cutting,
): TaskAtoms {
  const before = weeksBefore(reading.now);
  const names: Names = {
    ...{ repositories: columns.repositories, teams: reading.teams },
    people: columns.people.length,
  };
  const cut = <Item>(
    tree: string,
    numbers: Uint32Array,
    cuttable: Cuttable,
    week: WeekNumber,
    reader: Reader<Item>,
    isShown: (number: number) => boolean = () => true,
  ): Published<Item> => {
    const found = numberParcels(numbers, cuttable, names, { before: week, closed: log.closed(tree) });
    log.publish(tree, found);
    const parcels = found.map(({ numbers: own, ...bounds }): Parcel<Item> => {
      return { ...bounds, items: itemsOf(own.filter(isShown), reader) };
    });
    return { parcels, ...timesOfRows(numbers, cuttable, week, isShown) };
  };
  const onlyOnce = remember();
  return {
    tasks: (tree, figure) =>
      onlyOnce(tree, () => {
        const isTask = (row: number) => (flagsAt(columns, row) & rowFlag.task) !== 0;
        const isCounted = counter(readers.tasks, figure);
        const cuttable = ofRows(columns, reading, 'opened', 'person', 3, (row) =>
          isTask(row) ? 1 | (isCounted(row) ? 4 : 0) : 2,
        );
        return cut(tree, rowsWith(columns, rowFlag.work), cuttable, before.tasks, readers.tasks, isTask);
      }),
    changes: (tree, figure) =>
      onlyOnce(tree, () => {
        const isCounted = counter(readers.changes, figure);
        const cuttable = ofRows(columns, reading, 'merged', 'author', 3, (row) => {
          const of = classIn(flagsAt(columns, row));
          return (of === 'A' || of === 'B' ? 1 : 2) | (isCounted(row) ? 4 : 0);
        });
        return cut(tree, rowsWith(columns, rowFlag.merged), cuttable, before.others, readers.changes);
      }),
    deployments: (tree, figure) =>
      onlyOnce(tree, () => {
        const numbers: number[] = [];
        eachSlot(columns.deployments, (_, __, number) => numbers.push(number));
        const cuttable = ofDeployments(columns, reading, counter(readers.deployments, figure));
        return cut(tree, Uint32Array.from(numbers), cuttable, before.others, readers.deployments);
      }),
    people: (tree, figure) =>
      onlyOnce(tree, () => {
        const options = { before: before.others, closed: log.closed(tree) };
        const parcels = parcelsOf(people, options, (some) => [some.filter(countedBy(figure))]);
        log.publish(tree, parcels);
        return { parcels, ...timesOf(people, before.others) };
      }),
  };
}

function timesOfRows(
  numbers: Uint32Array,
  { weekOf: weekIn }: Cuttable,
  before: WeekNumber,
  isShown: (number: number) => boolean,
): Pick<Published<never>, 'isOver' | 'isAny'> {
  return {
    isOver: numbers.some((number) => weekIn(number) < before),
    isAny: ({ from, to }) =>
      numbers.some((number) => isShown(number) && weekIn(number) >= from && weekIn(number) < to),
  };
}

/** Trees that many figures share are cut once; others only for their own figure. */
function remember() {
  const known = new Map<string, Published<never>>();
  return <Item>(tree: string, make: () => Published<Item>): Published<Item> => {
    const before = known.get(tree) as Published<Item> | undefined;
    if (before !== undefined) return before;
    const made = make();
    // Of the others the last one is enough: quantiles of the same values follow each other.
    for (const one of known.keys()) if (one.includes(' ')) known.delete(one);
    known.set(tree, made as Published<never>);
    return made;
  };
}

const flagsAt = (columns: TaskColumns, row: number) => chunkAt(columns.rows, row)!.flags[slotAt(row)]!;

function rowsWith(columns: TaskColumns, flag: number): Uint32Array {
  const numbers: number[] = [];
  eachSlot(columns.rows, (chunk, slot, number) => {
    if ((chunk.flags[slot]! & flag) !== 0) numbers.push(number);
  });
  return Uint32Array.from(numbers);
}

function counter<Item>(reader: Reader<Item>, figure: Figure<Item> | undefined): (number: number) => boolean {
  if (figure?.eligible === undefined && figure?.known === undefined) return () => true;
  const counts = countedBy(figure);
  return (number) => {
    reader.moveTo(number);
    return counts(reader.item);
  };
}

function ofRows(
  columns: TaskColumns,
  { personOf }: Reading,
  time: 'opened' | 'merged',
  who: 'person' | 'author',
  parts: number,
  partsOf: (row: number) => number,
): Cuttable {
  return {
    parts,
    partsOf,
    weekOf: (row) => weekOf(chunkAt(columns.rows, row)![time][slotAt(row)]!),
    repositoryOf: (row) => chunkAt(columns.rows, row)!.repository[slotAt(row)]!,
    eachPerson: (row, tell) => tell(personOf[chunkAt(columns.rows, row)![who][slotAt(row)]!]!),
  };
}

function ofDeployments(
  columns: TaskColumns,
  { personOf }: Reading,
  isCounted: (number: number) => boolean,
): Cuttable {
  const told = new Set<number>();
  return {
    parts: 1,
    partsOf: (number) => (isCounted(number) ? 1 : 0),
    weekOf: (number) => weekOf(chunkAt(columns.deployments, number)!.finished[slotAt(number)]!),
    repositoryOf: (number) => chunkAt(columns.deployments, number)!.repository[slotAt(number)]!,
    eachPerson(number, tell) {
      told.clear();
      for (const row of changesOf(columns, number)) {
        const person = personOf[chunkAt(columns.rows, row)!.author[slotAt(row)]!]!;
        if (!told.has(person)) tell(person);
        told.add(person);
      }
    },
  };
}
