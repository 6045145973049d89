import { weekOf } from '../../delivery/index.ts';
import { columnAttribution, noTask, several } from './attribution.ts';
import { callFlag } from './chunks.ts';
import { capacityOf, eachSlot, type Reading, type TaskColumns } from './columns.ts';
import { createPersonWeeks, type NumberedEnrolment, type PersonWeeks } from './person-weeks.ts';
import { createWeekCosts, type WeekCosts } from './week-costs.ts';

/** What calls come to: by row, by person and week, and by week. */
export interface ColumnUsage {
  /** Micro-dollars; where `metered` is 0 nothing is known. */
  readonly cost: Float64Array;
  readonly denials: Uint32Array;
  readonly metered: Uint8Array;
  /** By session: 1 where it made calls. */
  readonly called: Uint8Array;
  readonly people: PersonWeeks;
  readonly weeks: WeekCosts;
}

const nobody = -1;

/** As `costByTask`, `personWeeksOf` and `costReport` say it. */
export function columnUsage(
  columns: TaskColumns,
  { personOf }: Reading,
  enrolments: readonly NumberedEnrolment[],
): ColumnUsage {
  const attribution = columnAttribution(columns);
  const size = capacityOf(columns.rows);
  const [cost, denials, metered] = [new Float64Array(size), new Uint32Array(size), new Uint8Array(size)];
  const { weeks, called } = firstPass(columns, (session, at) => {
    const row = attribution.taskAt(session, at);
    if (row !== noTask) denials[row]!++;
  });
  const draft = createPersonWeeks(weeks.span);
  eachSlot(columns.calls, (chunk, slot) => {
    const flags = chunk.flags[slot]!;
    if ((flags & callFlag.denied) !== 0) return;
    const week = weekOf(chunk.at[slot]!);
    const person = personOf[chunk.person[slot]!]!;
    const own = person === 0 ? nobody : draft.activeAt(person, week);
    const amount = chunk.amount[slot]!;
    if ((flags & callFlag.priced) === 0) {
      if (own === nobody) return;
      const estimate = () => Math.round(chunk.tokens[slot]! * weeks.perToken(week));
      draft.add(own, 'unpricedEstimate', Number.isNaN(amount) ? estimate() : amount);
      return;
    }
    const add = (target: number, part: number) => {
      if (target === noTask) weeks.addUnattributed(week, part);
      else {
        weeks.addToTasks(week, part);
        cost[target]! += part;
      }
      if (own !== nobody) draft.add(own, target === noTask ? 'unattributed' : 'tasks', part);
    };
    const session = chunk.session[slot]!;
    const target = attribution.targetOf(session);
    if (target !== several) add(target, amount);
    else for (const [one, part] of attribution.partsOf(session, amount)) add(one, part);
  });
  const people = draft.enrolled(enrolments);
  attribution.eachStay((session, row) => {
    if (called[session] === 1) metered[row] = 1;
  });
  return { cost, denials, metered, called, people, weeks };
}

/** What estimates of other calls depend on, and the denials. */
function firstPass({ calls }: TaskColumns, onDenied: (session: number, at: number) => void) {
  const weeks = createWeekCosts();
  let sessions = 0;
  eachSlot(calls, (chunk, slot) => {
    sessions = Math.max(sessions, chunk.session[slot]!);
  });
  const called = new Uint8Array(sessions + 1);
  eachSlot(calls, (chunk, slot) => {
    const at = chunk.at[slot]!;
    const flags = chunk.flags[slot]!;
    called[chunk.session[slot]!] = 1;
    weeks.see(weekOf(at));
    if ((flags & callFlag.denied) !== 0) onDenied(chunk.session[slot]!, at);
    else weeks.add(weekOf(at), chunk.tokens[slot]!, chunk.amount[slot]!, (flags & callFlag.priced) !== 0);
  });
  return { weeks, called };
}
