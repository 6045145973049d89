import type { DeliveryFacts } from '../delivery/index.ts';
import type { Enrolment, TaskFact, UsageCall } from './facts.ts';

export interface TaskInput {
  readonly delivery: DeliveryFacts;
  readonly facts: readonly TaskFact[];
  readonly calls: readonly UsageCall[];
  readonly enrolments: readonly Enrolment[];
  /** Logins, or their pseudonyms, of the assistants' own accounts; lower case. */
  readonly agentAccounts: ReadonlySet<string>;
  /** Sessions as authorship notes name them, to the ledger's. */
  readonly sessionAliases: ReadonlyMap<string, string>;
}

export interface TaskOptions {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly teamOf: (repository: string) => string;
}
