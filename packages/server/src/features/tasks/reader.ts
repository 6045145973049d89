import type { KpiRow, LateFacts } from '@fairlead/core/delivery';
import type { RepositoryNames } from '@fairlead/core/wire';
import type { ConnectedSource, TaskRowsQuery } from './types.ts';

/** Figures of tasks for the control API; never on the thread of calls. */
export interface TaskReader {
  rows(query: TaskRowsQuery): Promise<readonly KpiRow[]>;
  sources(): Promise<readonly ConnectedSource[]>;
  close(): Promise<void>;
}

/** What the program says, as data: it goes to another thread. */
export interface TaskProgram {
  /** Team of each repository, aliases included. */
  readonly teams: { readonly [repository: string]: string };
  /** Team of each member. */
  readonly members: { readonly [principal: string]: string };
  /** Logins of assistants' own accounts. */
  readonly agentAccounts: readonly string[];
  readonly names: RepositoryNames;
  /** When published figures count what comes late; what was said before stands where this says nothing. */
  readonly lateFacts?: LateFacts;
}
