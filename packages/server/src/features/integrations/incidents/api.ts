import type { IncidentLink } from '@fairlead/core/delivery';

/** An incident as another system reports it. Times are RFC 3339. */
export interface IncidentReport {
  readonly id: string;
  readonly service?: string | undefined;
  readonly startedAt: string;
  readonly reportedAt?: string | undefined;
  readonly resolvedAt?: string | undefined;
  /** 1 is the worst of five. */
  readonly severity?: number | undefined;
  readonly links?: readonly IncidentLink[] | undefined;
  readonly updatedAt?: string | undefined;
  readonly retracted?: boolean | undefined;
}

export interface IncidentReports {
  /**
   * Takes a report, whole; an older `updatedAt` than the known one changes nothing.
   * @throws FairleadError `server.body-invalid`.
   */
  report(report: IncidentReport): Promise<'added' | 'changed' | 'unchanged'>;
}
