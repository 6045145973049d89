/* What other features may use of delivery: the store of facts, and the reading of hosts' objects. */
export { openDelivery, openDeliveryReader, type SharedDelivery, shareDelivery } from './create.ts';
export {
  deploymentOf,
  type RestDeployment,
  type RestDeploymentStatus,
  restDeployment,
  restDeploymentStatus,
} from './github-deployments.ts';
export { defaultIncidentLabel, incidentOf, type RestIssue, restIssue } from './github-issues.ts';
export { githubReader, githubReaders } from './github-rest.ts';
export { type Reference, referencesIn } from './incident-links.ts';
export { peopleIn, withoutPeople } from './pseudonymise.ts';
export { takeFacts } from './service.ts';
export type { Delivered, DeliveryStore, Hint, UpsertCounts } from './store.ts';
export { openDeliveryStore } from './store-sql.ts';
