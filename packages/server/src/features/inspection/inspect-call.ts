import type { InspectionReport, Inspector } from '@fairlead/core/inspection';
import { readStrictJson } from '@fairlead/core/json';
import { type CallView, type Endpoint, viewRequest } from '@fairlead/core/wire';
import type { InspectedHeader } from './api.ts';
import { longNumbers } from './long-numbers.ts';

/** One call to read and inspect. */
export interface InspectionTask {
  readonly endpoint: Endpoint;
  readonly body: Uint8Array;
  readonly headers: readonly InspectedHeader[];
  readonly session: string;
}

/** The one strict reading of a body, with its long numbers as a text of their own. @throws FairleadError `json.*` */
export function readCall({ endpoint, body, headers }: InspectionTask): CallView {
  const document = readStrictJson(body);
  const view = viewRequest(endpoint, document, headers);
  return { ...view, units: [...view.units, ...longNumbers(document)] };
}

/** Inspects every unit of a reading. */
export function inspectView(inspector: Inspector, view: CallView, session: string): InspectionReport {
  return inspector.inspect(view.units, view.skipped, session);
}

/** The reading without its texts. */
export function withoutTexts(view: CallView): CallView {
  return { ...view, units: [] };
}
