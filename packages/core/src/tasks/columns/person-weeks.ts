import { otherName, unmappedTeam, type WeekNumber, weekOf, weekStart } from '../../delivery/index.ts';
import type { PersonWeek } from '../people.ts';
import type { Reader } from './reader.ts';

/** Somebody who may use assistants, by number. Seconds since the epoch; `until` null while it lasts. */
export interface NumberedEnrolment {
  readonly person: number;
  readonly team: string;
  readonly from: number;
  readonly until: number | null;
}

/** The weeks of people, each with a number. Amounts are micro-dollars. */
export interface PersonWeeks {
  readonly person: readonly number[];
  readonly week: readonly WeekNumber[];
  /** Place in `teams`. */
  readonly team: readonly number[];
  readonly teams: readonly string[];
  readonly flags: readonly number[];
  readonly tasks: readonly number[];
  readonly unattributed: readonly number[];
  readonly unpricedEstimate: readonly number[];
  isActive(person: number, week: WeekNumber): boolean;
}

export const personFlag = { enrolled: 1, active: 2 } as const;

/** Person's weeks while they're put together. */
export interface PersonWeeksDraft {
  /** Notes that somebody was active; the number of that week. */
  activeAt(person: number, week: WeekNumber): number;
  add(number: number, line: 'tasks' | 'unattributed' | 'unpricedEstimate', amount: number): void;
  /** With the weeks of everyone enrolled, and whose team is which. */
  enrolled(enrolments: readonly NumberedEnrolment[]): PersonWeeks;
}

/** As `personWeeksOf` says it. `span`: weeks of calls. `people`: above the number of everybody. */
export function createPersonWeeks(
  { first, last }: { readonly first: WeekNumber; readonly last: WeekNumber },
  people: number,
): PersonWeeksDraft {
  const numbers = new Map<number, number>();
  const keyOf = (person: number, week: WeekNumber) => (week - first) * people + person;
  const lists = {
    ...{ person: [] as number[], week: [] as WeekNumber[], flags: [] as number[] },
    ...{ tasks: [] as number[], unattributed: [] as number[], unpricedEstimate: [] as number[] },
  };
  const at = (person: number, week: WeekNumber, flag: number): number => {
    const key = keyOf(person, week);
    const known = numbers.get(key);
    if (known !== undefined) {
      lists.flags[known]! |= flag;
      return known;
    }
    numbers.set(key, numbers.size);
    lists.person.push(person);
    lists.week.push(week);
    lists.flags.push(flag);
    for (const line of ['tasks', 'unattributed', 'unpricedEstimate'] as const) lists[line].push(0);
    return numbers.size - 1;
  };
  return {
    activeAt: (person, week) => at(person, week, personFlag.active),
    add(number, line, amount) {
      lists[line][number]! += amount;
    },
    enrolled(enrolments) {
      for (const { person, from, until } of enrolments) {
        for (let week = Math.max(first, weekOf(from)); week <= last; week++) {
          if (until !== null && until < weekStart(week)) break;
          at(person, week, personFlag.enrolled);
        }
      }
      const teamOf = new Map(enrolments.map(({ person, team }) => [person, team]));
      const teams = [...new Set([unmappedTeam, ...teamOf.values()])];
      const places = new Map(teams.map((team, place) => [team, place]));
      return {
        ...lists,
        teams,
        team: lists.person.map((person) => places.get(teamOf.get(person) ?? unmappedTeam)!),
        isActive(person, week) {
          const number = week < first || week > last ? undefined : numbers.get(keyOf(person, week));
          return number !== undefined && (lists.flags[number]! & personFlag.active) !== 0;
        },
      };
    },
  };
}

export function personReader(weeks: PersonWeeks): Reader<PersonWeek> {
  let at = 0;
  const nobody: readonly string[] = [];
  return {
    moveTo(number) {
      at = number;
    },
    item: {
      get week() {
        return weeks.week[at]!;
      },
      get team() {
        return weeks.teams[weeks.team[at]!]!;
      },
      repository: otherName,
      people: nobody,
      get enrolled() {
        return (weeks.flags[at]! & personFlag.enrolled) !== 0;
      },
      get active() {
        return (weeks.flags[at]! & personFlag.active) !== 0;
      },
      get tasks() {
        return weeks.tasks[at]!;
      },
      get unattributed() {
        return weeks.unattributed[at]!;
      },
      get unpricedEstimate() {
        return weeks.unpricedEstimate[at]!;
      },
    },
  };
}
