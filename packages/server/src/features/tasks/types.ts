import type { Grouping, KpiRow } from '@fairlead/core/delivery';
import type { ProvenanceClass, TaskSource } from '@fairlead/core/tasks';

export interface TaskRowsQuery {
  /** Seconds since the epoch; `to` isn't part of the window, which snaps to whole publication atoms. */
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping | undefined;
  /** False: values without intervals, which is much quicker. */
  readonly intervals?: boolean | undefined;
}

/** How a change was made, and what says so. */
export interface ProvenanceDocument {
  readonly change: string;
  readonly class: ProvenanceClass;
  readonly strength: 'strong' | 'weak' | null;
  readonly evidence: readonly string[];
  /** Share of the repository's machines seen in the weeks of the change; null where nobody says. */
  readonly coverage: number | null;
  /** Ids of the tasks that the change absorbed. */
  readonly tasks: readonly string[];
}

/** Whether something has reported, or says that it is connected. */
export interface ConnectedSource {
  readonly source: TaskSource;
  readonly connected: boolean;
}

/** Figures of assistants' tasks over the delivery facts, the ledger and what was imported. */
export interface TaskFigures {
  /** @throws FairleadError `delivery.window-invalid`. */
  taskRows(query: TaskRowsQuery): Promise<readonly KpiRow[]>;
  sources(): Promise<readonly ConnectedSource[]>;
  /** Of a change `host/owner/name#number`. @throws FairleadError `delivery.change-unknown`, `delivery.repository-invalid`. */
  provenance(change: string): Promise<ProvenanceDocument>;
}
