import { availableParallelism } from 'node:os';
import { createInspector } from '@fairlead/core/inspection';
import type { Hash } from '@fairlead/core/ports';
import type { Inspection } from './api.ts';
import { type InspectionTask, inspectView, readCall, withoutTexts } from './inspect-call.ts';
import { Lane } from './lane.ts';

/** Larger bodies are read and inspected in a worker thread, so that one call doesn't hold up the others. */
export const INLINE_BYTES = 64 * 1024;

export interface InspectionDeps {
  readonly hash: Hash;
  /** Key of the digests in findings, 32 random bytes kept outside the data directory. */
  readonly findingsKey: Uint8Array;
  /** Worker threads; one less than the machine has cores by default, at least one. */
  readonly workers?: number;
  /** Milliseconds that one large body may take; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Large bodies waiting per worker; 64 by default. */
  readonly maxWaiting?: number;
  /** Facts kept per thread; see `createInspector`. */
  readonly cacheUnits?: number;
  /** Characters of text inspected per call; see `createInspector`. */
  readonly budget?: number;
  /** Another worker script, for tests. */
  readonly workerUrl?: URL;
}

/** FNV-1a: a session stays with one thread, whose cache knows its earlier turns. */
function laneNumber(session: string, lanes: number): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < session.length; i += 1) value = Math.imul(value ^ session.charCodeAt(i), 0x01000193);
  return (value >>> 0) % lanes;
}

/**
 * Wires the inspection feature.
 * @throws FairleadError `inspection.ruleset-invalid`: Fairlead does not start with part of its detectors.
 */
export function createInspection(deps: InspectionDeps): Inspection {
  const { hash, findingsKey, cacheUnits, budget } = deps;
  const inspector = createInspector({ hash, findingsKey, cacheUnits, budget });
  const setup = { findingsKey, cacheUnits: cacheUnits ?? null, budget: budget ?? null };
  const limits = { timeoutMs: deps.timeoutMs ?? 10_000, maxWaiting: deps.maxWaiting ?? 64 };
  const count = Math.max(1, deps.workers ?? availableParallelism() - 1);
  const lanes = Array.from(
    { length: count },
    () =>
      new Lane(setup, limits, inspector.ruleset, ...(deps.workerUrl === undefined ? [] : [deps.workerUrl])),
  );

  async function inspectInline(task: InspectionTask) {
    const view = readCall(task);
    return { view: withoutTexts(view), report: inspectView(inspector, view, task.session) };
  }

  return {
    ruleset: inspector.ruleset,
    inspectCall(endpoint, body, headers, session) {
      const task = { endpoint, body, headers, session };
      if (body.byteLength <= INLINE_BYTES) return inspectInline(task);
      return (lanes[laneNumber(session, count)] as Lane).run(task);
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
