import { availableParallelism } from 'node:os';
import { type BodyMatch, createBodyMemory, createInspector } from '@fairlead/core/inspection';
import type { Hash } from '@fairlead/core/ports';
import type { InspectedCall, Inspection } from './api.ts';
import {
  type InspectionTask,
  inspectCallReading,
  readCall,
  readKnown,
  SHORTEST_REMEMBERED,
  withoutTexts,
} from './inspect-call.ts';
import { Lane } from './lane.ts';

/** Bodies with more to read are read and inspected in a worker thread, so that one call doesn't hold up the others. */
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
  /** Elements of bodies that are remembered; see `createBodyMemory`. 0 for none. */
  readonly rememberedElements?: number;
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

  const memory = createBodyMemory(hash, deps.rememberedElements);

  /** Null when all of the body must be read and that is too much for here. */
  function inspectHere(task: InspectionTask, key: string, match: BodyMatch | null): InspectedCall | null {
    const known = match === null ? null : readKnown(task, match);
    if (known === null && task.body.byteLength > INLINE_BYTES) return null;
    const reading = known ?? readCall(task);
    const { report, layout } = inspectCallReading(inspector, hash, reading, task.session);
    if (task.body.byteLength >= SHORTEST_REMEMBERED) memory.remember(key, layout, match?.layout ?? null);
    return { view: withoutTexts(reading.view), report };
  }

  async function inspectInLane(task: InspectionTask, key: string, match: BodyMatch | null) {
    const { view, report, layout } = await (lanes[laneNumber(task.session, count)] as Lane).run(task);
    if (layout !== null) memory.remember(key, layout, match?.layout ?? null);
    return { view, report };
  }

  return {
    ruleset: inspector.ruleset,
    async inspectCall(endpoint, body, headers, session) {
      const task = { endpoint, body, headers, session };
      const key = `${endpoint}\n${session}`;
      const match = body.byteLength < SHORTEST_REMEMBERED ? null : memory.match(key, body);
      const toRead = match?.newBytes ?? body.byteLength;
      const here = toRead <= INLINE_BYTES ? inspectHere(task, key, match) : null;
      return here ?? inspectInLane(task, key, match);
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
