/* What other features may use of delivery: the store of facts, and the reading of hosts' objects. */
export {
  accountsOf,
  deliveryFile,
  deliveryLocation,
  lateFactsOf,
  openDelivery,
  openDeliveryReader,
  productionOf,
  type SharedDelivery,
  shareDelivery,
  teamsOfRepositories,
} from './create.ts';
export { createDeliveryFigures, type DeliveryFigures } from './figures.ts';
export {
  deploymentOf,
  type RestDeployment,
  type RestDeploymentStatus,
  restDeployment,
  restDeploymentStatus,
} from './github-deployments.ts';
export { defaultIncidentLabel, incidentOf, issueId, type RestIssue, restIssue } from './github-issues.ts';
export {
  type Context as RestContext,
  changeId,
  changeOf,
  commentOf,
  commitOf,
  eventOf,
  githubReader,
  githubReaders,
  type RestCommit,
  type RestEvent,
  reviewCommentOf,
  reviewOf,
} from './github-rest.ts';
export { type Reference, referencesIn } from './incident-links.ts';
export { allFacts, requireWindow, teamIn, unmappedTeam } from './kpis.ts';
export { type DeliveryPlace, describePlace, type NamedPlace, openFacts, placeNamed } from './places.ts';
export { branchWithout, peopleIn, withoutPeople } from './pseudonymise.ts';
export { inputOf, readLines, unreadable } from './read-lines.ts';
export { importFacts, takeCollected, takeFacts } from './service.ts';
export * as snapshotParts from './snapshot/parts.ts';
export type {
  Account,
  CollectCounts,
  CollectedPage,
  Delivered,
  DeliveryStore,
  Hint,
  Pseudonyms,
  UpsertCounts,
} from './store.ts';
export { openDeliveryStore } from './store-sql.ts';
export { describeTrouble } from './trouble.ts';
