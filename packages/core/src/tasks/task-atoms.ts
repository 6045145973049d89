import { type AtomBounds, groupAtoms, spanOf, type WeekNumber, weekOf } from '../delivery/index.ts';
import { judgedAge } from './cohorts.ts';
import type { Figure } from './figure.ts';
import { united } from './items.ts';
import { type Summary, summaryOf } from './known.ts';
import type { TaskKpiDefinition } from './kpi-definition.ts';
import type { ChangeWork, DeploymentWork, MeasuredTasks, TaskMeasures, WorkItem } from './measures.ts';
import {
  type CutOptions,
  type Parcel,
  type PartsOf,
  type Publishable,
  parcelsOf,
  type Window,
} from './partition.ts';
import type { PersonWeek } from './people.ts';

/** From a week up to another one, which isn't part of it. */
export type WeekSpan = Pick<AtomBounds, 'from' | 'to'>;

/** What is published of a figure. */
export interface Published<Item> extends Times {
  /** The atoms within a window, group by group. */
  groups(window: Window): readonly PublishedGroup<Item>[];
}

export interface PublishedGroup<Item> {
  readonly name: string;
  /** From its first week to its last; null: it has no atom. */
  readonly span: WeekSpan | null;
  summary(figure: Figure<Item>): Summary;
}

interface Times {
  /** Some week of it is over; else nothing could be published yet. */
  readonly isOver: boolean;
  /** Whether anything lies in weeks, published or not. */
  isAny(weeks: WeekSpan): boolean;
}

/** The groups of some atoms, given what is read of several together. */
export function publishedGroups<A extends AtomBounds, Item>(
  atoms: readonly A[],
  window: Window,
  summaryOfSome: (members: readonly A[], figure: Figure<Item>) => Summary,
): readonly PublishedGroup<Item>[] {
  return groupAtoms(atoms, { from: window.from, to: window.to, ...(window.by && { by: window.by }) }).map(
    ([name, members]) => ({
      name,
      span: spanOf(members),
      summary: (figure) => summaryOfSome(members, figure),
    }),
  );
}

/** With the items of every atom. */
interface PublishedParcels<Item> extends Published<Item> {
  readonly parcels: readonly Parcel<Item>[];
}

function publishedParcels<Item extends Publishable>(
  parcels: readonly Parcel<Item>[],
  times: Times,
): PublishedParcels<Item> {
  return {
    ...times,
    parcels,
    groups: (window) =>
      publishedGroups<Parcel<Item>, Item>(parcels, window, (members, figure) =>
        summaryOf(figure, united(members.map(({ items }) => items))),
      ),
  };
}

/**
 * The atoms of a figure: of what it is about, and of what is left over. Tasks and changes of assistants stand beside the
 * other changes of the same weeks; both must suffice, and so must those that the figure counts. `tree` names what is cut
 * alike: bounds that were published are kept by it.
 */
export interface TaskAtoms {
  tasks(tree: string, figure?: Figure<TaskMeasures>): Published<TaskMeasures>;
  changes(tree: string, figure: Figure<ChangeWork>): Published<ChangeWork>;
  deployments(tree: string, figure: Figure<DeploymentWork>): Published<DeploymentWork>;
  people(tree: string, figure?: Figure<PersonWeek>): Published<PersonWeek>;
}

/** Bounds that were published before, and those that are published now. */
export interface AtomLog {
  closed(tree: string): readonly AtomBounds[];
  publish(tree: string, atoms: readonly AtomBounds[]): void;
}

export const noLog: AtomLog = { closed: () => [], publish: () => undefined };

/** Figures that count everything share their atoms; each other one has its own. */
export function treeOf({ over, of, id, version }: TaskKpiDefinition): string {
  if (over === 'costs') return of === 'seatsPerSuccess' ? 'tasks' : 'people';
  // Quantiles of the same values are cut alike.
  return isSelective(of) ? `${over} ${id.replace(/\.p\d+$/, '')}/${version}` : over;
}

function isSelective({ eligible, known }: { readonly eligible?: unknown; readonly known?: unknown }) {
  return eligible !== undefined || known !== undefined;
}

/** Weeks of tasks are published once all of their tasks were judged, all others once they're over. */
export function weeksBefore(now: number): { readonly tasks: WeekNumber; readonly others: WeekNumber } {
  return { tasks: weekOf(now - judgedAge), others: weekOf(now) };
}

export function taskAtoms(
  { work, changes, deployments, people }: MeasuredTasks,
  now: number,
  log: AtomLog = noLog,
) {
  const before = weeksBefore(now);
  const known = new Map<string, readonly Parcel<never>[]>();
  const isTask = (item: WorkItem): item is TaskMeasures => item.isTask;
  const cut = <Item extends Publishable>(
    tree: string,
    items: readonly Item[],
    week: WeekNumber,
    partsOf: PartsOf<Item>,
  ): readonly Parcel<Item>[] => {
    const earlier = known.get(tree) as readonly Parcel<Item>[] | undefined;
    if (earlier !== undefined) return earlier;
    const options: CutOptions = { before: week, closed: log.closed(tree) };
    const parcels = parcelsOf(items, options, partsOf);
    log.publish(tree, parcels);
    known.set(tree, parcels as readonly Parcel<never>[]);
    return parcels;
  };
  return {
    tasks: (tree: string, figure?: Figure<TaskMeasures>) => {
      const counts = countedBy(figure);
      const parcels = cut<WorkItem>(tree, work, before.tasks, (items) => {
        const own = items.filter(isTask);
        return [own, items.filter((item) => !isTask(item)), own.filter(counts)];
      });
      const ofTasks = parcels.map((parcel) => ({
        ...parcel,
        items: (parcel.items as WorkItem[]).filter(isTask),
      }));
      const { isOver } = timesOf(work, before.tasks);
      return publishedParcels(ofTasks, { isOver, isAny: timesOf(work.filter(isTask), before.tasks).isAny });
    },
    changes: (tree: string, figure: Figure<ChangeWork>) => {
      const counts = countedBy(figure);
      const parcels = cut(tree, changes, before.others, (items) => [
        items.filter(({ isAssistants }) => isAssistants),
        items.filter(({ isAssistants }) => !isAssistants),
        items.filter(counts),
      ]);
      return publishedParcels(parcels, timesOf(changes, before.others));
    },
    deployments: (tree: string, figure: Figure<DeploymentWork>) => {
      const counts = countedBy(figure);
      const parcels = cut(tree, deployments, before.others, (some) => [some.filter(counts)]);
      return publishedParcels(parcels, timesOf(deployments, before.others));
    },
    people: (tree: string, figure?: Figure<PersonWeek>) => {
      const counts = countedBy(figure);
      const parcels = cut(tree, people, before.others, (some) => [some.filter(counts)]);
      return publishedParcels(parcels, timesOf(people, before.others));
    },
  } satisfies TaskAtoms;
}

export function timesOf(items: readonly Pick<Publishable, 'week'>[], before: WeekNumber): Times {
  return {
    isOver: items.some(({ week }) => week < before),
    isAny: ({ from, to }) => items.some(({ week }) => week >= from && week < to),
  };
}

const everything = () => true;

/** Whether a figure counts an item: it is about it, and known of it. */
export function countedBy<Item>(figure?: Figure<Item>): (item: Item) => boolean {
  const { eligible, known } = figure ?? {};
  if (eligible === undefined) return known ?? everything;
  return known === undefined ? eligible : (item) => eligible(item) && known(item);
}
