export { readAgentTrace, readGitAiNote } from './authorship.ts';
export { judge, judgedAge, type TaskJudgement } from './cohorts.ts';
export * from './columns/index.ts';
export {
  type Attribution,
  attributionOf,
  type CostInput,
  type CostReport,
  costByTask,
  costReport,
} from './costs.ts';
export {
  type ActiveCount,
  type Authorship,
  type Connection,
  type Coverage,
  type Enrolment,
  type Escalation,
  type GateResult,
  type GovernanceIncident,
  type Seats,
  type SessionAtBranch,
  type TaskFact,
  type TaskSource,
  taskSources,
  type UsageCall,
} from './facts.ts';
export { type FailureShares, failureShares } from './failures.ts';
export { taskFactSchema, taskImportExample } from './import-schema.ts';
export type { TaskInput, TaskOptions } from './input.ts';
export { orderOf } from './items.ts';
export type { KpiDescription, TaskKpiDefinition, TaskKpiUnit } from './kpi-definition.ts';
export { allKpiDefinitions, taskKpiDefinitions } from './kpis.ts';
export { branchKey, unitOf } from './lives.ts';
export { type MeasuredTasks, measureTasks, type TaskMeasures } from './measures.ts';
export { isEnough, type Parcel, parcelsOf } from './partition.ts';
export {
  type Provenance,
  type ProvenanceClass,
  type ProvenanceSources,
  provenancesOf,
} from './provenance.ts';
export type { TaskQuery } from './row-parts.ts';
export { taskKpiRows } from './rows.ts';
export { defaultTaskSimulation, simulateTasks, type TaskSimulation } from './simulate.ts';
export { connectedSources, type SessionSpan, withStaysOfNotes } from './sources.ts';
export { type AtomLog, treeOf } from './task-atoms.ts';
export { type Task, tasksOf } from './tasks.ts';
export { randomStart, randomWork } from './testing/random-work.ts';
export { assistantOfBranch, assistantTrailers, keptTrailer } from './trailers.ts';
