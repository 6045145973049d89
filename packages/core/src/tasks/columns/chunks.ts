import type { TaskJudgement } from '../cohorts.ts';
import type { UsageCall } from '../facts.ts';
import type { ProvenanceClass } from '../provenance.ts';
import { layoutOf } from './layout.ts';

/** Definition of what is kept; another one is measured anew. */
export const taskLayoutVersion = 1;

/**
 * A row is a change, or a task without one, or what sessions did at a branch beside tasks. Times are seconds, names are
 * numbers from 1 on. `stays` are three numbers each: the session's, when it began, and the order of its id.
 */
export const rowLayout = layoutOf(
  ['opened', 'merged', 'created'],
  ['repository', 'person', 'author', 'findings', 'flags'],
  ['unblocked', 'stays'],
);
export type RowChunk = ReturnType<typeof rowLayout.empty>;

export const rowFlag = { present: 1, work: 2, task: 4, merged: 1 << 14 } as const;
const judgements: readonly TaskJudgement[] = [
  ...(['success', 'unproved', 'overridden', 'reversed', 'closed', 'late_merge', 'still_open'] as const),
];
/** What a change is by itself: who of the others may have used an assistant depends on what comes later. */
export type OwnClass = Extract<ProvenanceClass, 'A' | 'B' | 'automation'> | null;
const classes: readonly OwnClass[] = [null, 'A', 'B', 'automation'];
const passes = [null, true, false] as const;
const causes = ['E1', 'E2', 'E3', 'E4'] as const;
type Causes = ReadonlySet<(typeof causes)[number]>;
const causeSets: readonly Causes[] = Array.from(
  { length: 16 },
  (_, bits) => new Set(causes.filter((_, i) => (bits >>> i) & 1)),
);

export interface RowFlags {
  readonly isWork: boolean;
  readonly isMerged: boolean;
  readonly class: OwnClass;
  readonly task: {
    readonly judgement: TaskJudgement;
    readonly firstPass: boolean | null;
    readonly causes: Causes;
  } | null;
}

export function flagsOf({ isWork, isMerged, class: of, task }: RowFlags): number {
  const own =
    task === null
      ? 0
      : rowFlag.task |
        (judgements.indexOf(task.judgement) << 3) |
        (passes.indexOf(task.firstPass) << 6) |
        (causes.reduce((bits, cause, i) => bits | (task.causes.has(cause) ? 1 << i : 0), 0) << 8);
  return (
    rowFlag.present |
    (isWork ? rowFlag.work : 0) |
    (isMerged ? rowFlag.merged : 0) |
    (classes.indexOf(of) << 12) |
    own
  );
}

export const judgementIn = (flags: number): TaskJudgement => judgements[(flags >>> 3) & 7]!;
export const firstPassIn = (flags: number): boolean | null => passes[(flags >>> 6) & 3]!;
export const causesIn = (flags: number): Causes => causeSets[(flags >>> 8) & 15]!;
export const classIn = (flags: number): OwnClass => classes[(flags >>> 12) & 3]!;

/** A production deployment; `changes` are rows, `order` that of its id. */
export const deploymentLayout = layoutOf(
  ['finished'],
  ['repository', 'service', 'order', 'flags'],
  ['changes'],
);
export type DeploymentChunk = ReturnType<typeof deploymentLayout.empty>;

/**
 * A call. `amount`: its price, or without one what was set aside; NaN: neither is known. `entry`: number of its decision
 * in the ledger.
 */
export const callLayout = layoutOf(['amount'], ['session', 'at', 'person', 'tokens', 'entry', 'flags']);
export type CallChunk = ReturnType<typeof callLayout.empty>;

export const callFlag = { present: 1, denied: 2, priced: 4 } as const;

/** Counts of tokens above what four bytes hold are no counts. */
export const mostTokens = 2 ** 32 - 1;

export function callValues(
  { at, tokens, cost, reserved, denied }: Omit<UsageCall, 'session' | 'person' | 'repository'>,
  numbers: { readonly session: number; readonly person: number; readonly entry: number },
) {
  return {
    ...numbers,
    at: Math.min(Math.max(0, at), mostTokens),
    tokens: Math.min(Math.max(0, tokens), mostTokens),
    amount: cost ?? reserved ?? Number.NaN,
    flags: callFlag.present | (denied ? callFlag.denied : 0) | (cost === null ? 0 : callFlag.priced),
  };
}
