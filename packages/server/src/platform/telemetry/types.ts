import type { AttributeName, SpanName } from './names.ts';

export type SpanAttributes = {
  readonly [Name in AttributeName]?: string | number | readonly string[] | null;
};

/** One call as a trace: a span, with one span inside for each phase. */
export interface CallSpan {
  /** Begins a phase; the function returned ends it. */
  phase(name: SpanName): () => void;
  /** Adds attributes; null ones are left out. Nobody asks for them while no collector is configured. */
  set(attributes: () => SpanAttributes): void;
  /** Ends the call's span; `failed` marks it as an error. */
  end(failed: boolean): void;
}

export interface Telemetry {
  call(attributes: () => SpanAttributes): CallSpan;
  /** Sends what is pending, within a few seconds. */
  close(): Promise<void>;
}

const nothing = () => undefined;
const silentCall: CallSpan = { phase: () => nothing, set: nothing, end: nothing };

/** What is used while no collector is configured: it costs a call nothing. */
export const silentTelemetry: Telemetry = { call: () => silentCall, close: async () => undefined };
