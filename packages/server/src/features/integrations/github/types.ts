import type { Clock, Random } from '@fairlead/core/ports';

/** Points of the host's limit, as its last answer told. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
}

/** Waits, unless `signal` ends it: then it throws the signal's reason. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** What the collector needs of the outside world. */
export interface CollectorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
}

export type Stage = 'changes' | 'deployments' | 'ranges' | 'incidents' | 'recheck';

/** How far the reading of one repository has come. */
export interface CollectProgress {
  readonly repository: string;
  readonly stage: Stage;
  /** Things read of this stage in this run. */
  readonly read: number;
  /** Things the host has of it; null where it doesn't say. */
  readonly total: number | null;
  readonly budget: Budget | null;
}

/** The collector waits: for the host's limit, or after a failure. */
export interface CollectWait {
  readonly reason: 'budget' | 'limit' | 'failure';
  readonly milliseconds: number;
}

/** What one round over one repository came to. */
export interface RepositoryReport {
  /** The present name. */
  readonly repository: string;
  /** The name that was asked for, where it is an earlier one. */
  readonly renamedFrom?: string;
  readonly changes: number;
  readonly deployments: number;
  /** Deployments of which it was found out what they brought. */
  readonly ranges: number;
  readonly incidents: number;
  /** Closed changes that were read again at random, and how many of them had changed unnoticed. */
  readonly rechecked: { readonly read: number; readonly differed: number } | null;
  /** Time stamp of the newest change that was read, RFC 3339; null without any. */
  readonly upTo: string | null;
  readonly added: number;
  readonly changed: number;
  readonly forgotten: number;
  /** Code of the error that ended it; null when all was read. */
  readonly failure: string | null;
}
