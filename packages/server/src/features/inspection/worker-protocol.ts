import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { InspectionReport } from '@fairlead/core/inspection';
import type { CallView } from '@fairlead/core/wire';
import type { InspectionTask } from './inspect-call.ts';
import type { PackedLayout } from './packed-layout.ts';

/** What a worker is started with. */
export interface InspectionSetup {
  readonly findingsKey: Uint8Array;
  readonly cacheUnits: number | null;
  readonly budget: number | null;
  /** Where the thread leaves the view of the body in hand; see view-slot.ts. */
  readonly slot: SharedArrayBuffer;
}

/** Main thread to worker. The body is a copy. */
export interface TaskMessage {
  readonly id: number;
  readonly task: InspectionTask;
}

/** An error across threads: its code and place, never a cause, whose text may hold content. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly path: string | null;
}

/** Worker to main thread: a view that has no room in its slot, then all of it; or an error. */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly ruleset: string }
  | { readonly type: 'read'; readonly id: number; readonly view: CallView }
  | {
      readonly type: 'inspected';
      readonly id: number;
      readonly view: CallView;
      readonly report: InspectionReport;
      /** What is to be remembered of the body, if anything. */
      readonly layout: PackedLayout | null;
    }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError };

/** Errors that were not raised on purpose may quote what they tripped over, so only their being is told. */
export function toWire(error: unknown): WireError {
  const known = isFairleadError(error) ? error : new FairleadError('inspection.failed');
  return { code: known.code, message: known.message, fix: known.fix, path: known.place?.path ?? null };
}

export function fromWire({ code, message, fix, path }: WireError): FairleadError {
  return new FairleadError(code, { message, fix, ...(path === null ? {} : { place: { path } }) });
}
