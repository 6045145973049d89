import { type WeekNumber, weekOf } from '../../delivery/index.ts';
import { chunkAt, type Reading, slotAt, type TaskColumns } from './columns.ts';
import type { OthersClass } from './items.ts';
import type { NumberedEnrolment } from './person-weeks.ts';

/** What the class of changes that are neither an assistant's nor a bot's is found by. */
export interface OthersInput {
  readonly enrolments: readonly NumberedEnrolment[];
  readonly isActive: (person: number, week: WeekNumber) => boolean;
  /** Shares of a repository's machines that were seen, seconds, `to` exclusive. */
  readonly coverage: readonly Covered[];
  readonly leastCoverage: number;
}

interface Covered {
  readonly repository: string;
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** As `provenancesOf` says it. */
export function othersClasses(columns: TaskColumns, { personOf }: Reading, input: OthersInput): OthersClass {
  const enrolments = Map.groupBy(input.enrolments, ({ person }) => person);
  const coverage = Map.groupBy(input.coverage, ({ repository }) => repository);
  return (row) => {
    const chunk = chunkAt(columns.rows, row)!;
    const slot = slotAt(row);
    const person = personOf[chunk.author[slot]!]!;
    if (person === 0) return 'U';
    const [created, end] = [chunk.created[slot]!, chunk.merged[slot]!];
    const isEnrolled = (enrolments.get(person) ?? []).some(
      ({ from, until }) => from <= end && (until === null || until >= created),
    );
    const [first, last] = [weekOf(created), Math.max(weekOf(created), weekOf(end))];
    if (!isEnrolled) {
      const known = coverage.get(columns.repositories[chunk.repository[slot]!]!) ?? [];
      return isCovered(known, first, last, input.leastCoverage) ? 'N' : 'U';
    }
    for (let week = first; week <= last; week++) if (input.isActive(person, week)) return 'C';
    return 'U';
  };
}

function isCovered(known: readonly Covered[], first: WeekNumber, last: WeekNumber, least: number): boolean {
  for (let week = first; week <= last; week++) {
    const shares = known.filter(({ from, to }) => weekOf(from) <= week && weekOf(to - 1) >= week);
    if (shares.length === 0 || shares.some(({ share }) => share < least)) return false;
  }
  return true;
}
