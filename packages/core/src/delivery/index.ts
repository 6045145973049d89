export { deploymentsOf } from './deployments.ts';
export { type DevlakeMetrics, devlakeMetrics } from './devlake.ts';
export { orderEvents, type TimedEvent } from './event-order.ts';
export {
  type Actor,
  type ActorKind,
  type Change,
  type ChangeEvent,
  type ChangeHistory,
  type Commit,
  type DeliveryFact,
  type Deployment,
  type Incident,
  type IncidentLink,
  isProduction,
  type ReviewState,
  secondsOf,
  succeeded,
  timeOf,
} from './facts.ts';
export { deliveryFactSchema, deliveryImportExample } from './import-schema.ts';
export { isAuthorship, isQualified, type ReviewContext } from './reviews.ts';
export {
  type DeployedAt,
  type Part,
  parts,
  type Timeline,
  type TimelineFlag,
  type TimelineOptions,
  timelineDefinition,
  timelineOf,
} from './timeline.ts';
export { type DeliveryClock, elapsedClock, type WorkingCalendar, workingClock } from './working-hours.ts';
