import { type Incident, secondsOf, suspectSeconds } from '../../delivery/index.ts';
import { sumOf } from '../items.ts';
import { rowFlag } from './chunks.ts';
import { capacityOf, chunkAt, eachSlot, slotAt, type TaskColumns } from './columns.ts';

/** Later evidence is known, and in no rate. */
const timelySeconds = 28 * 86_400;

/** What is said by name, as numbers; undefined: nothing here has that name. */
export interface Resolver {
  readonly row: (change: string) => number | undefined;
  readonly deployment: (id: string) => number | undefined;
  readonly service: (name: string) => number | undefined;
  /** Rows of the changes whose taking back of another one stands. */
  readonly reverting: ReadonlySet<number>;
}

/** Whose incidents are whose, by number; as `failureShares` says it. */
export interface ColumnFailures {
  readonly byRow: ReadonlyMap<number, readonly number[]>;
  readonly byDeployment: ReadonlyMap<number, readonly number[]>;
  /** What repairs: rows, and deployments by themselves. */
  readonly repairs: { readonly rows: ReadonlySet<number>; readonly deployments: ReadonlySet<number> };
  /** Share of incidents that fall to a deployment, at most 1. */
  readonly failureOf: (deployment: number) => number;
  readonly isRework: (deployment: number) => boolean;
}

export function columnFailures(
  columns: TaskColumns,
  incidents: readonly Incident[],
  resolver: Resolver,
): ColumnFailures {
  const standing = incidents.filter(({ retracted }) => retracted !== true);
  const shares = sharesOf(columns, standing, resolver);
  const fixes = standing.flatMap(({ links }) => links.filter(({ rel }) => rel === 'fixed_by'));
  const rows = new Set(resolver.reverting);
  const deployments = new Set<number>();
  for (const { change, deployment } of fixes) {
    const row = change === undefined ? undefined : resolver.row(change);
    if (row !== undefined) rows.add(row);
    const number = deployment === undefined ? undefined : resolver.deployment(deployment);
    if (number !== undefined) deployments.add(number);
  }
  return {
    ...shares,
    repairs: { rows, deployments },
    failureOf: (deployment) => Math.min(1, sumOf(shares.byDeployment.get(deployment) ?? [])),
    isRework: (deployment) =>
      deployments.has(deployment) || changesOf(columns, deployment).some((row) => rows.has(row)),
  };
}

/** The rows that a deployment brought. */
export function changesOf({ deployments }: TaskColumns, number: number): Uint32Array {
  const chunk = chunkAt(deployments, number)!;
  const slot = slotAt(number);
  return chunk.changes.subarray(chunk.changesFrom[slot], chunk.changesFrom[slot + 1]);
}

function sharesOf(columns: TaskColumns, incidents: readonly Incident[], resolver: Resolver) {
  const byRow = new Map<number, number[]>();
  const byDeployment = new Map<number, number[]>();
  const suspectsOf = suspicion(columns, incidents, resolver);
  const add = (to: Map<number, number[]>, number: number, share: number) => {
    const known = to.get(number);
    if (known === undefined) to.set(number, [share]);
    else known.push(share);
  };
  const blame = (row: number | undefined, share: number, at: number) => {
    if (row === undefined) return;
    const chunk = chunkAt(columns.rows, row)!;
    const slot = slotAt(row);
    if ((chunk.flags[slot]! & rowFlag.merged) === 0 || at - chunk.merged[slot]! > timelySeconds) return;
    add(byRow, row, share);
  };
  for (const incident of incidents) {
    const at = secondsOf(incident.startedAt) ?? 0;
    const named = namedIn(incident);
    for (const id of named) blame(resolver.row(id), 1 / named.length, at);
    const suspects = suspectsOf(incident, at);
    for (const one of suspects) {
      add(byDeployment, one, 1 / suspects.length);
      if (named.length > 0) continue;
      const brought = changesOf(columns, one);
      for (const row of brought) blame(row, 1 / suspects.length / brought.length, at);
    }
  }
  return { byRow, byDeployment };
}

function namedIn({ links }: Incident): readonly string[] {
  return links.flatMap(({ rel, change }) => (rel === 'caused_by' && change !== undefined ? [change] : []));
}

/** Deployments that an incident falls to. */
function suspicion(columns: TaskColumns, incidents: readonly Incident[], resolver: Resolver) {
  const carriers = carriersOf(columns);
  const services = new Map<number, number[]>();
  for (const { service } of incidents) {
    const number = service === undefined ? undefined : resolver.service(service);
    if (number !== undefined) services.set(number, []);
  }
  eachSlot(columns.deployments, (chunk, slot, number) => {
    services.get(chunk.service[slot]!)?.push(number);
  });
  const finishedOf = (number: number) => chunkAt(columns.deployments, number)!.finished[slotAt(number)]!;
  const byTime = new Map(
    [...services].map(([service, numbers]) => {
      const sorted = numbers.sort((a, b) => finishedOf(a) - finishedOf(b));
      return [service, { sorted, times: sorted.map(finishedOf) }] as const;
    }),
  );
  const nearTo = (service: number, at: number): readonly number[] => {
    const { sorted, times } = byTime.get(service) ?? { sorted: [], times: [] };
    return sorted.slice(firstFrom(times, at - suspectSeconds), firstFrom(times, at + 1));
  };
  return (incident: Incident, at: number): readonly number[] => {
    const named = namedIn(incident);
    if (named.length > 0) {
      const found = named.flatMap((id) => {
        const row = resolver.row(id);
        const carrier = row === undefined ? 0 : carriers[row]!;
        return carrier === 0 ? [] : [carrier - 1];
      });
      return [...new Set(found)];
    }
    const deployments = incident.links.flatMap(({ rel, deployment }) => {
      const one =
        rel === 'caused_by' && deployment !== undefined ? resolver.deployment(deployment) : undefined;
      return one === undefined ? [] : [one];
    });
    if (deployments.length > 0) return deployments;
    const service = incident.service === undefined ? undefined : resolver.service(incident.service);
    return service === undefined ? [] : nearTo(service, at);
  };
}

/** The place of the first one of sorted whole numbers that isn't below another. */
function firstFrom(sorted: readonly number[], least: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** By row, the first deployment that brought it, plus 1; 0: none did. */
function carriersOf(columns: TaskColumns): Uint32Array {
  const first = new Uint32Array(capacityOf(columns.rows));
  eachSlot(columns.deployments, (chunk, slot, number) => {
    for (let i = chunk.changesFrom[slot]!; i < chunk.changesFrom[slot + 1]!; i++) {
      const row = chunk.changes[i]!;
      const known = first[row]!;
      if (known === 0 || isBefore(columns, number, known - 1)) first[row] = number + 1;
    }
  });
  return first;
}

function isBefore({ deployments }: TaskColumns, one: number, other: number): boolean {
  const [a, b] = [chunkAt(deployments, one)!, chunkAt(deployments, other)!];
  const [i, j] = [slotAt(one), slotAt(other)];
  return a.finished[i]! < b.finished[j]! || (a.finished[i] === b.finished[j] && a.order[i]! < b.order[j]!);
}
