/* Makes the history that the demo opens on: simulated calls through the real gateway, one by one, at an easy pace. */
import type { Program } from '@fairlead/core/program';
import type { Identity } from '../../identity/api.ts';
import { type Clients, createClients, type Seen } from './client.ts';
import { createGrants, type Grants } from './grants.ts';
import { createPace, type Pace } from './pace.ts';
import { prepareRequest } from './requests.ts';
import { scenarioOf } from './scenario.ts';
import type { Scenario, Session } from './types.ts';

export interface HistoryOptions {
  readonly program: Program;
  readonly seed: string;
  /** Base URL of the gateway. */
  readonly gateway: string;
  readonly identity: Pick<Identity, 'issueKey' | 'revokeKey'>;
  /** The sample vendor's word. */
  readonly word: string;
  /** Over how long the calls are spread, milliseconds; 0 is as fast as a few clients are, however long. */
  readonly overMs: number;
  readonly onProgress?: (progress: HistoryProgress) => void;
}

/** How far it is. Counts are of calls. */
export interface HistoryProgress {
  readonly made: number;
  readonly planned: number;
  readonly refused: number;
  /** Distinct reason ids so far. */
  readonly reasons: number;
  readonly people: number;
  /** `broken`: the gateway or the ledger failed; what was made until then is there. */
  readonly state: 'running' | 'done' | 'stopped' | 'broken';
}

export interface History {
  /** Resolves when it's over, however; never rejects. */
  readonly over: Promise<HistoryProgress>;
  /** Begins no further call, lets those in flight end, revokes the keys. */
  stop(): Promise<void>;
}

/** People at work at a time, and connections they share: few, so that a newcomer's call is never behind many. */
const desks = 8;
const connections = 4;
/** Whatever is left then is left out: a machine that slow has other work to do. */
const patienceMs = 60_000;

interface Run {
  readonly scenario: Scenario;
  readonly clients: Clients;
  readonly grants: Grants;
  readonly pace: Pace;
  readonly word: string;
  seen(session: Session, seen: Seen): void;
}

/** So many calls in a row without a vendor's or a policy's answer, and something is wrong: no use in going on. */
const failuresInARow = 5;

/** Starts in the background. */
export function startHistory(options: HistoryOptions): History {
  const stopping = new AbortController();
  const over = run(options, stopping);
  return {
    over,
    async stop() {
      stopping.abort();
      await over;
    },
  };
}

async function run(options: HistoryOptions, stopping: AbortController): Promise<HistoryProgress> {
  const { signal } = stopping;
  const { program, seed, gateway, identity, word, overMs, onProgress } = options;
  const scenario = scenarioOf(program, seed);
  const tally = createTally(scenario);
  const clients = createClients(gateway, connections);
  const grants = createGrants(identity, scenario.sessions);
  const parts: Run = {
    scenario,
    clients,
    grants,
    word,
    pace: createPace(scenario.calls, overMs, overMs === 0 ? Infinity : patienceMs, signal),
    seen(session, seen) {
      tally.add(session, seen);
      if (tally.failures() >= failuresInARow) stopping.abort();
      onProgress?.(tally.progress('running'));
    },
  };
  const waiting = [...scenario.sessions];
  const desk = async () => {
    for (let session = waiting.shift(); session && !signal.aborted; session = waiting.shift()) {
      await work(parts, session);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: desks }, desk));
  await grants.releaseAll();
  clients.close();
  const broken = tally.failures() >= failuresInARow || ends.some(({ status }) => status === 'rejected');
  const ended = tally.made() === scenario.calls ? 'done' : 'stopped';
  const progress = tally.progress(broken ? 'broken' : ended);
  onProgress?.(progress);
  return progress;
}

/** One person's session, from the key to the last call. */
async function work({ clients, grants, pace, word, seen }: Run, session: Session): Promise<void> {
  const key = await grants.keyFor(session);
  let cached = 0;
  for (const call of session.calls) {
    const prepared = prepareRequest(session, call, word, cached);
    if (call.kind === 'turn') cached = Math.floor(prepared.bytes.length / 4);
    for (let time = 0; time <= call.repeats; time += 1) {
      if (!(await pace.next())) return;
      seen(session, await clients.call(key, prepared, call.hangsUp));
    }
  }
  await grants.release(session);
}

function createTally({ calls: planned }: Scenario) {
  const people = new Set<string>();
  const reasons = new Set<string>();
  let made = 0;
  let refused = 0;
  let failures = 0;
  return {
    made: () => made,
    failures: () => failures,
    add({ principal }: Session, { status, reason }: Seen) {
      made += 1;
      failures = status === null || (status >= 500 && reason !== null) ? failures + 1 : 0;
      people.add(principal);
      if (reason === null) return;
      refused += 1;
      for (const id of reason.split(',')) reasons.add(id);
    },
    progress: (state: HistoryProgress['state']): HistoryProgress => ({
      made,
      planned,
      refused,
      reasons: reasons.size,
      people: people.size,
      state,
    }),
  };
}
