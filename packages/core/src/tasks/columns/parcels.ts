import {
  type AtomBounds,
  append,
  atomKey,
  closedByGroup,
  cutGroup,
  horizonsOf,
  largestShare,
  leastContributors,
  otherName,
  type WeekNumber,
} from '../../delivery/index.ts';
import type { CutOptions } from '../partition.ts';

/** An atom of numbers: of rows, or of deployments. */
export interface NumberParcel extends AtomBounds {
  readonly numbers: Uint32Array;
}

/** What is cut, by number. */
export interface Cuttable {
  readonly weekOf: (number: number) => WeekNumber;
  /** Number of its repository. */
  readonly repositoryOf: (number: number) => number;
  /** Tells the numbers of its people. */
  readonly eachPerson: (number: number, tell: (person: number) => void) => void;
  /** Parts of an atom that must suffice by themselves, or be empty: which of these, as bits, it belongs to. */
  readonly partsOf: (number: number) => number;
  readonly parts: number;
}

export interface Names {
  readonly repositories: readonly string[];
  readonly teams: readonly string[];
  /** Above the number of every person. */
  readonly people: number;
}

/** Cuts as `parcelsOf` does. */
export function numberParcels(
  numbers: Uint32Array,
  cuttable: Cuttable,
  names: Names,
  { before, closed }: CutOptions,
): readonly NumberParcel[] {
  const closedOf = closedByGroup(closed);
  const suffices = sufficiency(cuttable, names.people);
  const parcels: NumberParcel[] = [];
  const cut = (
    some: readonly number[],
    horizon: WeekNumber,
    name: Pick<AtomBounds, 'team' | 'repository'>,
  ) => {
    const byWeek = new Map<WeekNumber, number[]>();
    for (const number of some) {
      const week = cuttable.weekOf(number);
      if (week >= horizon) continue;
      const own = byWeek.get(week);
      if (own === undefined) byWeek.set(week, [number]);
      else own.push(number);
    }
    const found = cutGroup(byWeek, { horizon, closed: closedOf.get(atomKey(name)) ?? [], suffices });
    for (const { from, to, items } of found.atoms)
      parcels.push({ ...name, from, to, numbers: Uint32Array.from(items) });
    return found.left;
  };
  const [ofRepository = 0, ofTeam = 0, ofAll = 0] = horizonsOf(before);
  const byRepository: number[][] = [];
  for (const number of numbers) {
    const repository = cuttable.repositoryOf(number);
    byRepository[repository] ??= [];
    byRepository[repository].push(number);
  }
  const leftOf = new Map<string, number[]>();
  byRepository.forEach((some, number) => {
    const team = names.teams[number]!;
    const left = cut(some, ofRepository, { team, repository: names.repositories[number]! });
    if (!leftOf.has(team)) leftOf.set(team, []);
    append(leftOf.get(team)!, left);
  });
  const rest: number[] = [];
  for (const [team, some] of leftOf) append(rest, cut(some, ofTeam, { team, repository: otherName }));
  cut(rest, ofAll, { team: otherName, repository: otherName });
  return parcels;
}

/** Whether an atom and each of its parts have five people, none with more than half of it. */
function sufficiency({ eachPerson, partsOf, parts }: Cuttable, people: number) {
  // The whole is one part more.
  const whole = 1 << parts;
  const counts = Array.from({ length: parts + 1 }, () => new Uint32Array(people));
  const seen = counts.map((): number[] => []);
  const most = counts.map(() => 0);
  const sizes = counts.map(() => 0);
  let bits = 0;
  const tell = (person: number) => {
    if (person === 0) return;
    for (let part = 0; part <= parts; part++) {
      if ((bits & (1 << part)) === 0) continue;
      const own = counts[part]!;
      const count = ++own[person]!;
      if (count === 1) seen[part]!.push(person);
      if (count > most[part]!) most[part] = count;
    }
  };
  const beginAnew = () => {
    for (let part = 0; part <= parts; part++) {
      for (const person of seen[part]!) counts[part]![person] = 0;
      seen[part]!.length = 0;
      most[part] = 0;
      sizes[part] = 0;
    }
  };
  // An atom grows week by week: what was counted of the same list isn't counted again.
  let current: readonly number[] | null = null;
  let counted = 0;
  return (numbers: readonly number[]): boolean => {
    if (numbers !== current) {
      beginAnew();
      current = numbers;
      counted = 0;
    }
    for (; counted < numbers.length; counted++) {
      const number = numbers[counted]!;
      bits = partsOf(number) | whole;
      for (let part = 0; part <= parts; part++) if ((bits & (1 << part)) !== 0) sizes[part]!++;
      eachPerson(number, tell);
    }
    for (let part = 0; part <= parts; part++) {
      const isEmpty = part < parts && sizes[part] === 0;
      const hasEnough = seen[part]!.length >= leastContributors && most[part]! <= sizes[part]! * largestShare;
      if (!isEmpty && !hasEnough) return false;
    }
    return true;
  };
}
