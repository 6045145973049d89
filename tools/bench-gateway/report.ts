import { arch, cpus, platform } from 'node:os';
import { type Figures, round } from './figures.ts';
import type { Options } from './options.ts';
import { peerVersion } from './peer.ts';
import { type Goal, goalsOf, type Row } from './rows.ts';
import type { MissingSystem } from './systems.ts';

/** What was measured of one row, by system. */
export interface Measured {
  readonly row: Row;
  readonly fdatasyncP50Ms: number;
  readonly figures: ReadonlyMap<string, Figures>;
}

/** A row as it is printed. */
export interface RowResult {
  readonly name: string;
  readonly lines: readonly object[];
  readonly goals: readonly Goal[];
  /** Whether every system that is there answered every request. */
  readonly produced: boolean;
  /** Systems that could not be measured. */
  readonly skipped: readonly MissingSystem[];
}

export function machineLine({ quick, cores, windows, span }: Options): object {
  return {
    benchmark: 'gateway',
    date: new Date().toISOString().slice(0, 10),
    machine: `${cores} cores, ${platform()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    peer: `@portkey-ai/gateway ${peerVersion}`,
    windows,
    windowSeconds: span.milliseconds / 1_000,
    ...(quick ? { quick: 'figures of so short windows mean nothing' } : {}),
  };
}

/** Figures as they are printed; of a missing number nothing is printed. */
function figuresLine(row: Row, system: string, figures: Figures, direct: Figures | undefined): object {
  const added = system === 'direct' ? undefined : direct;
  const { failure, failures, ...rest } = figures;
  return {
    row: row.name,
    system,
    ...rest,
    ...(added === undefined
      ? {}
      : {
          addedP50Ms: round(figures.p50Ms - added.p50Ms),
          addedFirstByteP50Ms: round(figures.firstByteP50Ms - added.firstByteP50Ms),
        }),
    ...(failures === 0 ? {} : { failures, failure }),
  };
}

function divide(a: number | null | undefined, b: number | null | undefined): number | null {
  return typeof a === 'number' && typeof b === 'number' && b > 0 ? round(a / b) : null;
}

function comparison({ row, fdatasyncP50Ms, figures }: Measured): { line: object; goals: Goal[] } | null {
  const own = figures.get('fairlead');
  const straight = figures.get('direct');
  if (!own || !straight) return null;
  const other = figures.get('peer');
  const compared = {
    cpuRatio: divide(own.cpuUsPerRequest, other?.cpuUsPerRequest),
    chunkCpuRatio: divide(own.cpuUsPerChunk, other?.cpuUsPerChunk),
    addedP50Ms: round(own.p50Ms - straight.p50Ms),
    addedFirstByteP50Ms: round(own.firstByteP50Ms - straight.firstByteP50Ms),
    fdatasyncP50Ms: round(fdatasyncP50Ms),
  };
  const goals = goalsOf(row, compared);
  const p50Ratio = divide(own.p50Ms, other?.p50Ms);
  const rssRatio = divide(own.rssMiB, other?.rssMiB);
  return { line: { row: row.name, ratio: 'fairlead/peer', ...compared, p50Ratio, rssRatio, goals }, goals };
}

/** The lines of a row: one a system, and one that compares them. */
export function reportRow(measured: Measured, missing: readonly MissingSystem[]): RowResult {
  const { row, figures } = measured;
  const lines: object[] = [...figures].map(([system, of]) =>
    figuresLine(row, system, of, figures.get('direct')),
  );
  for (const { name, missing: why } of missing) lines.push({ row: row.name, system: name, SKIPPED: why });
  const compared = comparison(measured);
  if (compared !== null) lines.push(compared.line);
  const produced = [...figures.values()].every(({ requests, failures }) => requests > 0 && failures === 0);
  return { name: row.name, lines, goals: compared?.goals ?? [], produced, skipped: missing };
}

/** How many goals were met, and which were not. */
export function summaryLine(results: readonly RowResult[], missing: readonly MissingSystem[]): object {
  const goals = results.flatMap(({ name, goals: of }) => of.map((goal) => ({ row: name, ...goal })));
  return {
    summary: 'goals',
    met: goals.filter((goal) => goal.met === true).length,
    missed: goals.filter((goal) => goal.met === false),
    unknown: goals.filter((goal) => goal.met === null).length,
    rowsProduced: results.filter((result) => result.produced).length,
    rows: results.length,
    ...(missing.length === 0 ? {} : { SKIPPED: missing.map((one) => one.missing) }),
  };
}
