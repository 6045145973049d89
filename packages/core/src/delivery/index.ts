export { append, cutGroup } from './atom-cut.ts';
export {
  type Atom,
  type AtomBounds,
  type Atoms,
  atomKey,
  atomsOf,
  closedByGroup,
  horizonsOf,
  largestShare,
  leastContributors,
  otherName,
  suffices,
  unmappedTeam,
} from './atoms.ts';
export {
  type AtomOptions,
  type Cell,
  type CellAtom,
  type CellSource,
  type Cells,
  type CellTree,
  type ChangeColumns,
  type Cohort,
  type ColumnAtom,
  type ColumnChunk,
  chunkRows,
  createCellsOf,
  createCellTree,
  createPublishedColumns,
  createShelf,
  decodeChunk,
  emptyChunk,
  encodeChunk,
  type HeldRow,
  isShownAlike,
  layoutVersion,
  measuredAt,
  type PublishedColumns,
  type Restated,
  type RestateOptions,
  type RowVersion,
  restate,
  type Shelf,
  type SlotUpdate,
  waitingIn,
  withSlots,
} from './columns/index.ts';
export { type CommitGraph, commitGraphOf, type GraphCommit } from './commit-graph.ts';
export {
  type Blame,
  type Bringer,
  blamesOf,
  type Defect,
  type DefectEvidence,
  suspectSeconds,
} from './defects.ts';
export { broughtBy, deploymentsOf } from './deployments.ts';
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
  type DeploymentRange,
  type Incident,
  type IncidentLink,
  isProduction,
  type LateFacts,
  lateFacts,
  markProduction,
  mergedSeconds,
  productionEnvironments,
  type ReviewState,
  secondsOf,
  succeeded,
  timeOf,
} from './facts.ts';
export { deliveryFactSchema, deliveryImportExample, readDeliveryFact } from './import-schema.ts';
export { type Absence, absence, type KpiReason, kpiReasons, notConnected } from './kpi-absence.ts';
export { teamsRemark } from './kpi-estimate.ts';
export { type Grouping, groupAtoms, spanOf, wholeWeeks } from './kpi-groups.ts';
export {
  type KpiQuery,
  type KpiRow,
  kpiRows,
  publishable,
  waitingNote,
  wholeRows,
} from './kpi-rows.ts';
export { type KpiDefinition, type KpiSource, type KpiUnit, kpiDefinitions } from './kpis.ts';
export {
  type ChangeLinks,
  type ChangeMeasures,
  type DeliveryFacts,
  type FigureInputs,
  type MeasuredChange,
  type MeasureOptions,
  measureAll,
  measureChange,
  measureChanges,
  mergedSpan,
} from './measures.ts';
export { type Opening, openingsOf } from './openings.ts';
export {
  aheadSchema,
  baselineSchema,
  healthSchema,
  kpiRowSchema,
  kpiRowsSchema,
  partsRowSchema,
  szzSchema,
  timelineSchema,
} from './output-schemas.ts';
export { type PartsRow, partsRows } from './partition.ts';
export { type RandomFacts, randomFacts } from './random-facts.ts';
export {
  type Compare,
  type Comparison,
  doubtOf,
  rangesWanted,
  type WantedRange,
  withRange,
} from './ranges.ts';
export {
  countedReversal,
  isSameFix,
  namedBy,
  type Reversal,
  type ReversalClaim,
  reversalsOf,
  standingReversals,
} from './reversals.ts';
export { baselineStatus, type SealedFigure, sealedFault } from './sealed-figures.ts';
export { commitKey, type NamedChange, signalsOf, withNameIn, withoutIssues } from './signals.ts';
export { defaultSimulation, type Simulation, simulateDelivery } from './simulate.ts';
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
export { type ToldTimeline, toldTimeline } from './told-timeline.ts';
export { dayOf, monthStart, type WeekNumber, weekName, weekOf, weekStart } from './weeks.ts';
export { type DeliveryClock, elapsedClock, type WorkingCalendar, workingClock } from './working-hours.ts';
