import { type WeekNumber, weekOf } from '../delivery/index.ts';
import { judgedAge } from './cohorts.ts';
import type { Figure } from './estimate.ts';
import type { ChangeWork, DeploymentWork, MeasuredTasks, TaskMeasures, WorkItem } from './measures.ts';
import { type Parcel, type Publishable, parcelsOf } from './partition.ts';
import type { PersonWeek } from './people.ts';

/**
 * The atoms of a figure: of what it is about, and of what is left over. Tasks and changes of assistants stand beside the
 * other changes of the same weeks; both must suffice, and so must those that the figure counts.
 */
export interface TaskAtoms {
  tasks(figure?: Figure<TaskMeasures>): readonly Parcel<TaskMeasures>[];
  changes(figure: Figure<ChangeWork>): readonly Parcel<ChangeWork>[];
  deployments(figure: Figure<DeploymentWork>): readonly Parcel<DeploymentWork>[];
  people(figure?: Figure<PersonWeek>): readonly Parcel<PersonWeek>[];
}

/** Weeks of tasks are published once all of their tasks were judged, all others once they're over. */
export function taskAtoms({ work, changes, deployments, people }: MeasuredTasks, now: number): TaskAtoms {
  const before = weekOf(now);
  const isTask = (item: WorkItem): item is TaskMeasures => item.isTask;
  const tasks = once((counts: (item: TaskMeasures) => boolean) =>
    parcelsOf(work, weekOf(now - judgedAge), (items) => {
      const own = items.filter(isTask);
      return [own, items.filter((item) => !isTask(item)), own.filter(counts)];
    }).map((parcel) => ({ ...parcel, items: parcel.items.filter(isTask) })),
  );
  const ofChanges = once((counts: (item: ChangeWork) => boolean) =>
    parcelsOf(changes, before, (items) => [
      items.filter(({ isAssistants }) => isAssistants),
      items.filter(({ isAssistants }) => !isAssistants),
      items.filter(counts),
    ]),
  );
  return {
    tasks: (figure) => tasks(countedBy(figure)),
    changes: (figure) => ofChanges(countedBy(figure)),
    deployments: (figure) => counted(deployments, before, countedBy(figure)),
    people: (figure) => counted(people, before, countedBy(figure)),
  };
}

const everything = () => true;

/** Whether a figure counts an item: it is about it, and known of it. */
export function countedBy<Item>(figure?: Figure<Item>): (item: Item) => boolean {
  const { eligible, known } = figure ?? {};
  if (eligible === undefined) return known ?? everything;
  return known === undefined ? eligible : (item) => eligible(item) && known(item);
}

function counted<Item extends Publishable>(
  items: readonly Item[],
  before: WeekNumber,
  counts: (item: Item) => boolean,
): readonly Parcel<Item>[] {
  return parcelsOf(items, before, (some) => [some.filter(counts)]);
}

/** Most figures count everything: their atoms are cut once. */
function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
