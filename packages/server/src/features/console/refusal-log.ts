import type { ControlCaller } from '../identity/api.ts';
import { adminEntry, type EntrySource, type Ledger } from '../ledger/api.ts';

/** What was refused: to whom, and the route as it was registered (`POST /api/keys/:id/revoke`), never an id in it. */
export interface Refusal {
  /** Null without a valid credential. */
  readonly caller: ControlCaller | null;
  readonly route: string;
}

/**
 * What the control plane refuses becomes entries: the first refusal of a caller at once, what follows once a minute.
 * Whoever has no valid credential is counted in the program's log instead, or anybody could fill the ledger.
 */
export interface RefusalLog {
  /** Never waits and never throws. */
  note(refusal: Refusal): void;
  /** Writes what was not written yet. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface RefusalLogOptions extends EntrySource {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly log: (level: 'warn' | 'error', message: string) => void;
  /** 60,000 unless told. */
  readonly everyMs?: number;
}

interface Group {
  readonly by: string;
  readonly session: string | null;
  writtenAt: number;
  refusals: number;
  readonly routes: Set<string>;
}

/** Callers of whom something is remembered; each has a credential that somebody was given. */
const groupsAtMost = 1_000;

export function createRefusalLog(options: RefusalLogOptions): RefusalLog {
  const { clock, log, everyMs = 60_000 } = options;
  const groups = new Map<string, Group>();
  let strangers = 0;
  let writing: Promise<void> = Promise.resolve();
  const write = (group: Group) => {
    const taken = takeOut(options, group);
    writing = writing.then(() => append(options, group, taken));
  };
  const due = () => {
    const now = clock.now();
    if (strangers > 0) log('warn', `${strangers} requests without a valid credential were refused.`);
    strangers = 0;
    for (const [key, group] of groups) {
      if (now - group.writtenAt < everyMs) continue;
      if (group.refusals > 0) write(group);
      else groups.delete(key);
    }
  };
  const timer = setInterval(due, everyMs);
  timer.unref();
  const flush = async () => {
    for (const group of groups.values()) if (group.refusals > 0) write(group);
    await writing;
  };
  return {
    note({ caller, route }) {
      if (caller === null) {
        strangers += 1;
        return;
      }
      const session = caller.kind === 'session' ? caller.sessionId : null;
      const key = `${caller.by} ${session}`;
      const group = groups.get(key) ?? newGroup(caller.by, session);
      if (!groups.has(key) && groups.size >= groupsAtMost) dropOldest(groups, write);
      groups.set(key, group);
      group.refusals += 1;
      group.routes.add(route);
      if (clock.now() - group.writtenAt >= everyMs) write(group);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function newGroup(by: string, session: string | null): Group {
  return { by, session, writtenAt: Number.NEGATIVE_INFINITY, refusals: 0, routes: new Set() };
}

function dropOldest(groups: Map<string, Group>, write: (group: Group) => void): void {
  const [oldest] = groups;
  if (oldest === undefined) return;
  if (oldest[1].refusals > 0) write(oldest[1]);
  groups.delete(oldest[0]);
}

type TakenOut = ReturnType<typeof takeOut>;

/** What was refused since the last entry, as the next one; the group begins anew. */
function takeOut(options: RefusalLogOptions, group: Group) {
  const { by, session, refusals } = group;
  const routes = [...group.routes].sort();
  group.writtenAt = options.clock.now();
  group.refusals = 0;
  group.routes.clear();
  const entry = adminEntry(options, 'access.refused', {
    by,
    ...(session !== null && { session }),
    refusals,
    routes,
  });
  return { entry, refusals, routes };
}

async function append(
  { ledger, log }: RefusalLogOptions,
  group: Group,
  { entry, refusals, routes }: TakenOut,
): Promise<void> {
  try {
    await ledger.append([{ entry }], true);
  } catch (error) {
    // Counted again with the next.
    group.refusals += refusals;
    for (const route of routes) group.routes.add(route);
    log('error', `What the control plane refused could not be recorded: ${(error as Error).message}`);
  }
}
