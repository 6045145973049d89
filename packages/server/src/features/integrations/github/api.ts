import type { CollectionStatus } from './status.ts';

export { createGithubCollector, type GithubCollector } from './collector.ts';
export type { Budget, CollectProgress, CollectWait, RepositoryReport } from './types.ts';
export type { CollectionStatus };

/** What a running server reads from its program's git host by itself. */
export interface Collection {
  status(): CollectionStatus;
  close(): Promise<void>;
}
