import {
  type BodyLayout,
  type BodyMatch,
  type BodyReading,
  type InspectionReport,
  type Inspector,
  inspectReading,
  readBody,
  readReduced,
} from '@fairlead/core/inspection';
import type { Hash } from '@fairlead/core/ports';
import type { CallView, Endpoint } from '@fairlead/core/wire';
import type { InspectedHeader } from './api.ts';
import { longNumbers } from './long-numbers.ts';

/** One call to read and inspect. */
export interface InspectionTask {
  readonly endpoint: Endpoint;
  readonly body: Uint8Array;
  readonly headers: readonly InspectedHeader[];
  readonly session: string;
}

/** Smaller bodies are read as fast as looked up. */
export const SHORTEST_REMEMBERED = 4 * 1024;

/** The one strict reading of a body. @throws FairleadError `json.*` */
export function readCall({ endpoint, body, headers }: InspectionTask): BodyReading {
  return readBody(endpoint, body, headers, body.byteLength >= SHORTEST_REMEMBERED);
}

/** The same, of which only what is new was read; null when all of the body must be. */
export function readKnown({ endpoint, body, headers }: InspectionTask, match: BodyMatch): BodyReading | null {
  return readReduced(endpoint, body, headers, match);
}

/** Inspects every unit of a reading, and the long numbers of the body as a text of their own. */
export function inspectCallReading(
  inspector: Inspector,
  hash: Hash,
  reading: BodyReading,
  session: string,
): { readonly report: InspectionReport; readonly layout: BodyLayout } {
  // Elements that hold a long number are never known, so the document holds them all.
  return inspectReading(inspector, hash, reading, longNumbers(reading.document), session);
}

/** The reading without its texts. */
export function withoutTexts(view: CallView): CallView {
  return { ...view, units: [] };
}
