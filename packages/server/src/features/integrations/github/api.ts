export { createGithubCollector, type GithubCollector } from './collector.ts';
export type { Budget, CollectProgress, CollectWait, RepositoryReport } from './types.ts';
