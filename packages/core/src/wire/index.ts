export {
  allMet,
  type ElementFacts,
  type Elements,
  type PassedElement,
  type ReadElement,
  startElements,
} from './elements.ts';
export { type EndpointRow, endpointOf, endpointRows, policyRefusalStatus } from './endpoints.ts';
export { knownWords, wordTable } from './path.ts';
export { type Refusal, type RenderedRefusal, renderRefusal } from './refusal.ts';
export {
  type CodexRepositories,
  codexRepositories,
  normaliseRepository,
  type RepositoryNames,
} from './repository.ts';
export { type SseEvent, type SseLimits, SseParser } from './sse.ts';
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
export { type UsageReader, usageReader } from './usage.ts';
export { viewRequest } from './view.ts';
export { unitsOfElement } from './walk.ts';
