import type { TaskFact } from '@fairlead/core/tasks';

/** How many facts were new, known in another version, and known as they are. */
export interface TaskUpsertCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** Where facts of tasks are kept. People in them are pseudonyms. */
export interface TaskStore {
  /** Takes all facts or none; a fact of the same type and id replaces the one before. */
  upsert(facts: readonly TaskFact[]): Promise<TaskUpsertCounts>;
  /** All of them, by type and id. */
  facts(): Promise<readonly TaskFact[]>;
  close(): Promise<void>;
}
