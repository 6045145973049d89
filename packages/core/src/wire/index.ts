export { type EndpointRow, endpointOf, endpointRows, policyRefusalStatus } from './endpoints.ts';
export { type Refusal, type RenderedRefusal, renderRefusal } from './refusal.ts';
export {
  type CodexRepositories,
  codexRepositories,
  normaliseRepository,
  type RepositoryNames,
} from './repository.ts';
export type {
  CallView,
  Capability,
  Dialect,
  Endpoint,
  Skipped,
  Span,
  TextUnit,
  UnitKind,
  Usage,
} from './types.ts';
