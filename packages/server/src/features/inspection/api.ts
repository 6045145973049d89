import type { InspectionReport } from '@fairlead/core/inspection';
import type { CallView, Endpoint } from '@fairlead/core/wire';

/** A request header as it would be forwarded. */
export interface InspectedHeader {
  readonly name: string;
  readonly value: string;
}

/** What a call asks for, and what stands in it. */
export interface InspectedCall {
  /** `units` is empty: the texts stay where they were read, and nothing after inspection needs them. */
  readonly view: CallView;
  readonly report: InspectionReport;
}

/** Reading and inspecting of calls. One strict reading serves both, so that what is decided on is what was inspected. */
export interface Inspection {
  /** `version@sha256-hex` of the detectors in force. */
  readonly ruleset: string;
  /**
   * Reads a decoded body and inspects it and the headers. `body` is not changed and not kept. `session` partitions
   * the cache, so that nobody learns from timing what somebody else sent. When inspection can't be done in time or
   * within its budget, the report says `uninspectable` and policy decides.
   * @throws FairleadError `json.*` when the body has no single reading, `inspection.busy` when too many bodies wait,
   *   `inspection.failed` when the thread that inspected it ended.
   */
  inspectCall(
    endpoint: Endpoint,
    body: Uint8Array,
    headers: readonly InspectedHeader[],
    session: string,
  ): Promise<InspectedCall>;
  /** Ends the worker threads; calls under way are refused. */
  close(): Promise<void>;
}
