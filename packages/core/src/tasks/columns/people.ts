import { otherName, type WeekNumber, weekOf, weekStart } from '../../delivery/index.ts';
import type { PersonWeek } from '../people.ts';
import { callFlag } from './chunks.ts';
import { eachSlot, type Reading, type TaskColumns } from './columns.ts';
import { type ColumnAttribution, pricesByWeek } from './usage.ts';

/** Somebody who may use assistants, by number. Seconds since the epoch; `until` null while it lasts. */
export interface NumberedEnrolment {
  readonly person: number;
  readonly team: string;
  readonly from: number;
  readonly until: number | null;
}

/** Amounts in weeks, and whether somebody was active in them. */
export interface ColumnPeople {
  readonly weeks: readonly PersonWeek[];
  /** By person: weeks with a call that wasn't denied. */
  readonly active: ReadonlyMap<number, ReadonlySet<WeekNumber>>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** As `personWeeksOf` says it. */
export function columnPeople(
  columns: TaskColumns,
  { personOf }: Reading,
  enrolments: readonly NumberedEnrolment[],
  attribution: ColumnAttribution,
): ColumnPeople {
  const teams = new Map(enrolments.map(({ person, team }) => [person, team]));
  const found = new Map<number, Map<WeekNumber, Mutable<PersonWeek>>>();
  const at = (person: number, week: WeekNumber): Mutable<PersonWeek> => {
    const own = found.get(person) ?? new Map<WeekNumber, Mutable<PersonWeek>>();
    found.set(person, own);
    let one = own.get(week);
    if (one === undefined) {
      one = {
        ...{ week, team: teams.get(person) ?? 'unmapped', repository: otherName },
        people: [columns.people[person]!],
        ...{ enrolled: false, active: false, tasks: 0, unattributed: 0, unpricedEstimate: 0 },
      };
      own.set(week, one);
    }
    return one;
  };
  const perToken = pricesByWeek(columns);
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  eachSlot(columns.calls, (chunk, slot) => {
    const week = weekOf(chunk.at[slot]!);
    first = Math.min(first, week);
    last = Math.max(last, week);
    const person = personOf[chunk.person[slot]!]!;
    const flags = chunk.flags[slot]!;
    if (person === 0 || (flags & callFlag.denied) !== 0) return;
    const one = at(person, week);
    one.active = true;
    const amount = chunk.amount[slot]!;
    if ((flags & callFlag.priced) === 0) {
      one.unpricedEstimate += Number.isNaN(amount)
        ? Math.round(chunk.tokens[slot]! * (perToken.get(week) ?? 0))
        : amount;
    } else {
      attribution.each(chunk.session[slot]!, amount, (row, part) => {
        one[row === null ? 'unattributed' : 'tasks'] += part;
      });
    }
  });
  const active = new Map([...found].map(([person, own]) => [person, new Set(own.keys())] as const));
  for (const { person, from, until } of enrolments) {
    for (let week = Math.max(first, weekOf(from)); week <= last; week++) {
      if (until !== null && until < weekStart(week)) break;
      at(person, week).enrolled = true;
    }
  }
  return { weeks: [...found.values()].flatMap((own) => [...own.values()]), active };
}
