import type { Budget, RepositoryReport } from './types.ts';

/** How the collection of a running server stands. Times are RFC 3339 UTC. */
export interface CollectionStatus {
  /** `off`: nothing is collected; `elsewhere`: another replica does it. */
  readonly state: 'off' | 'reading' | 'waiting' | 'elsewhere';
  /** Null where nothing is collected. */
  readonly host: string | null;
  /** What is being read, and why it waits. */
  readonly doing: string | null;
  /** End of the last round that read everything. */
  readonly completeAt: string | null;
  readonly nextAt: string | null;
  readonly budget: Budget | null;
  /** By repository, as of its last turn. */
  readonly repositories: readonly RepositoryReport[];
}

export const noCollection: CollectionStatus = {
  ...{
    state: 'off',
    host: null,
    doing: null,
    completeAt: null,
    nextAt: null,
    budget: null,
    repositories: [],
  },
};
