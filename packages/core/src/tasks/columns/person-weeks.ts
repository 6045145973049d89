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
  readonly person: Uint32Array;
  readonly week: Uint32Array;
  /** Place in `teams`. */
  readonly team: Uint32Array;
  readonly teams: readonly string[];
  readonly flags: Uint8Array;
  readonly tasks: Float64Array;
  readonly unattributed: Float64Array;
  readonly unpricedEstimate: Float64Array;
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

interface Lists {
  readonly person: Uint32Array<ArrayBuffer>;
  readonly week: Uint32Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
  readonly tasks: Float64Array<ArrayBuffer>;
  readonly unattributed: Float64Array<ArrayBuffer>;
  readonly unpricedEstimate: Float64Array<ArrayBuffer>;
}

function listsOf(size: number): Lists {
  return {
    ...{ person: new Uint32Array(size), week: new Uint32Array(size), flags: new Uint8Array(size) },
    ...{ tasks: new Float64Array(size), unattributed: new Float64Array(size) },
    unpricedEstimate: new Float64Array(size),
  };
}

function resized(lists: Lists, size: number): Lists {
  const next = listsOf(size);
  for (const name of Object.keys(next) as (keyof Lists)[]) next[name].set(lists[name].subarray(0, size));
  return next;
}

const leastRoom = 1024;

/** As `personWeeksOf` says it. `span`: weeks of calls. */
export function createPersonWeeks({
  first,
  last,
}: {
  readonly first: WeekNumber;
  readonly last: WeekNumber;
}): PersonWeeksDraft {
  let lists = listsOf(leastRoom);
  let count = 0;
  const index = createIndex(
    (number) => lists.person[number]!,
    (number) => lists.week[number]!,
  );
  const at = (person: number, week: WeekNumber, flag: number): number => {
    let number = index.find(person, week);
    if (number === null) {
      number = count++;
      if (number >= lists.person.length) lists = resized(lists, Math.ceil(number * 1.5));
      lists.person[number] = person;
      lists.week[number] = week;
      index.add(number);
    }
    lists.flags[number]! |= flag;
    return number;
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
      lists = resized(lists, count);
      const teamOf = new Map(enrolments.map(({ person, team }) => [person, team]));
      const teams = [...new Set([unmappedTeam, ...teamOf.values()])];
      const places = new Map(teams.map((team, place) => [team, place]));
      return {
        ...lists,
        teams,
        team: lists.person.map((person) => places.get(teamOf.get(person) ?? unmappedTeam)!),
        isActive(person, week) {
          const number = index.find(person, week);
          return number !== null && (lists.flags[number]! & personFlag.active) !== 0;
        },
      };
    },
  };
}

/** Numbers by person and week, in a table that takes a fifth of the room of a `Map`. */
function createIndex(personOf: (number: number) => number, weekAt: (number: number) => WeekNumber) {
  /** Each number plus 1, where its hash puts it or behind; at most half of the places are taken. */
  let table = new Uint32Array(leastRoom);
  let count = 0;
  const placeOf = (person: number, week: WeekNumber): number => {
    const hash = Math.imul(person, 0x9e3779b1) ^ Math.imul(week, 0x85ebca6b);
    let place = (hash ^ (hash >>> 15)) & (table.length - 1);
    for (; table[place] !== 0; place = (place + 1) & (table.length - 1)) {
      const known = table[place]! - 1;
      if (personOf(known) === person && weekAt(known) === week) break;
    }
    return place;
  };
  const put = (number: number) => {
    table[placeOf(personOf(number), weekAt(number))] = number + 1;
  };
  return {
    find(person: number, week: WeekNumber): number | null {
      const found = table[placeOf(person, week)]!;
      return found === 0 ? null : found - 1;
    },
    /** Numbers come in their order, from 0 on. */
    add(number: number): void {
      count = number + 1;
      if (count * 2 > table.length) {
        table = new Uint32Array(table.length * 2);
        for (let one = 0; one < number; one++) put(one);
      }
      put(number);
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
