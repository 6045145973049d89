import { type AtomBounds, atomsOf } from './atoms.ts';
import { deploymentsOf } from './deployments.ts';
import { groupAtoms, spanOf } from './kpi-groups.ts';
import { type KpiQuery, publishable, waitingNote } from './kpi-rows.ts';
import { type ChangeMeasures, type DeliveryFacts, type MeasureOptions, measureChanges } from './measures.ts';
import { type Part, parts, timelineDefinition, timelineOf } from './timeline.ts';
import { dayOf, weekOf, weekStart } from './weeks.ts';

/**
 * How the time of a window's merged changes was spent, published as figures are. Parts add up for one change, and so do
 * their sums over many; medians of parts would not.
 */
export interface PartsRow {
  readonly definition: string;
  readonly group: string;
  /** Days, UTC, `to` exclusive: the bounds of the atoms. */
  readonly from: string;
  readonly to: string;
  /** Changes whose every part is known. */
  readonly n: number | null;
  /** Seconds, summed over these changes; they add up to `total`. */
  readonly parts: { readonly [P in Part]: number } | null;
  readonly total: number | null;
  readonly coverage: number | null;
  readonly note: string;
  readonly suppressed: boolean;
}

const minimumN = 20;

/** The parts of the changes that count in some atoms. */
export interface PartSums {
  readonly parts: { readonly [P in Part]: number };
  /** Changes that count, and all of them. */
  readonly known: number;
  readonly all: number;
}

export type PartsQuery = Omit<KpiQuery, 'kpis' | 'intervals'>;

/**
 * The sums of parts over whole publication atoms: of all, and group by group where a grouping is asked for. `closed`:
 * bounds of atoms that were published before.
 */
export function partsRows(
  facts: DeliveryFacts,
  query: PartsQuery,
  options: MeasureOptions,
  closed: readonly AtomBounds[] = [],
): readonly PartsRow[] {
  const { atoms } = atomsOf(measureChanges(facts, options), weekOf(options.now), closed);
  const timelines = timelinesOf(facts, options);
  return publishedParts(atoms, query, (members) => {
    const known = members.flatMap(({ changes }) =>
      publishable({ eligible: () => true, known: ({ id }) => timelines.has(id) }, changes),
    );
    const all = members.reduce((sum, { changes }) => sum + changes.length, 0);
    return { parts: sumsOf(known, timelines), known: known.length, all };
  });
}

/** The rows of a window, given how the parts in some atoms are added up. */
export function publishedParts<A extends AtomBounds>(
  atoms: readonly A[],
  query: PartsQuery,
  sumsIn: (members: readonly A[]) => PartSums,
): readonly PartsRow[] {
  const { by, waiting, ...window } = query;
  const groups = [
    ...groupAtoms(atoms, window),
    ...(by === undefined ? [] : groupAtoms(atoms, { ...window, by })),
  ];
  return groups.map(([group, members]) => {
    const span = spanOf(members) ?? { from: weekOf(query.from), to: weekOf(query.to) };
    const { known, all, parts: sums } = sumsIn(members);
    const total = parts.reduce((sum, part) => sum + sums[part], 0);
    const note = members.some((atom) => waiting?.has(atom) === true) ? waitingNote : '';
    return {
      definition: timelineDefinition,
      group,
      from: dayOf(weekStart(span.from)),
      to: dayOf(weekStart(span.to)),
      ...(known < minimumN
        ? tooFew
        : { n: known, parts: sums, total, coverage: known / all, note, suppressed: false }),
    };
  });
}

const tooFew = {
  n: null,
  parts: null,
  total: null,
  coverage: null,
  note: 'fewer than 5 people or 20 changes whose every part is known',
  suppressed: true,
} as const;

type Timelines = ReadonlyMap<string, { readonly [P in Part]: number }>;

/** The parts of changes of which nothing is unknown. */
function timelinesOf({ histories, deployments }: DeliveryFacts, { now }: MeasureOptions): Timelines {
  const deployed = deploymentsOf(deployments);
  return new Map(
    histories.flatMap((history) => {
      const { change } = history;
      if ((change.unknown?.length ?? 0) > 0) return [];
      const timeline = timelineOf(history, { now, deployed: deployed(change) });
      return timeline === null ? [] : [[change.id, timeline.parts] as const];
    }),
  );
}

function sumsOf(known: readonly ChangeMeasures[], timelines: Timelines): PartSums['parts'] {
  const sums = Object.fromEntries(parts.map((part) => [part, 0])) as { [P in Part]: number };
  for (const { id } of known) {
    for (const part of parts) sums[part] += timelines.get(id)?.[part] ?? 0;
  }
  return sums;
}
