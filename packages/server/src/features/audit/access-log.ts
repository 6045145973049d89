import type { AdminEntry } from '@fairlead/core/ledger';
import type { ControlCaller } from '../identity/api.ts';
import { adminEntry, type EntrySource, type Ledger } from '../ledger/api.ts';

/** What was read: a list by its filters, or one thing by its id. */
export interface AuditReading {
  readonly what: 'entries' | 'entry' | 'bundle' | 'facets' | 'sessions' | 'session';
  /** `name=value`, sorted; of searched words only how many there are. */
  readonly filter: readonly string[];
  /** Of an entry, a bundle of entries or a session. */
  readonly id?: string;
  /** Asked by an open page itself, not by the person. */
  readonly background?: boolean;
}

/** Who reads the audit becomes entries: the first reading of a session at once, what follows once a minute. */
export interface AccessLog {
  /** Never waits and never throws: an audit that cannot be written must still be readable. */
  note(caller: ControlCaller, reading: AuditReading): void;
  /** Writes what was not written yet. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface AccessLogOptions extends EntrySource {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly log: (level: 'error', message: string) => void;
  /** 60,000 unless told. */
  readonly everyMs?: number;
}

/** Of one caller and session. */
interface Group {
  readonly by: string;
  readonly session: string | null;
  /** When something was last written; milliseconds. */
  writtenAt: number;
  /** What was read since. */
  readonly filters: Set<string>;
  readonly ids: Set<string>;
  readings: number;
  /** Filters and ids that an entry names already. */
  readonly known: Set<string>;
  knownSince: number;
}

/** An entry names at most so many filters and ids; the rest it counts. */
const namedAtMost = 50;
const knownAtMost = 500;
const knownForMs = 3_600_000;
const groupsAtMost = 1_000;

export function createAccessLog(options: AccessLogOptions): AccessLog {
  const { clock, everyMs = 60_000 } = options;
  const groups = new Map<string, Group>();
  let writing: Promise<void> = Promise.resolve();
  const write = (group: Group) => {
    // What it says is settled now; only the writing waits its turn.
    const taken = takeOut(options, group);
    writing = writing.then(() => writeEntry(options, group, taken));
  };
  const due = () => {
    const now = clock.now();
    for (const [key, group] of groups) {
      if (group.readings > 0 && now - group.writtenAt >= everyMs) write(group);
      else if (group.readings === 0 && now - group.writtenAt > knownForMs) groups.delete(key);
    }
  };
  const timer = setInterval(due, Math.min(everyMs, 5_000));
  timer.unref();
  const flush = async () => {
    for (const group of groups.values()) if (group.readings > 0) write(group);
    await writing;
  };
  return {
    note(caller, reading) {
      const session = caller.kind === 'session' ? caller.sessionId : null;
      const key = `${caller.by} ${session}`;
      const now = clock.now();
      const group = groups.get(key) ?? newGroup(caller.by, session, now);
      // Somebody who makes up callers cannot fill the memory: the oldest is written and forgotten.
      if (!groups.has(key) && groups.size >= groupsAtMost) dropOldest(groups, write);
      groups.set(key, group);
      if (!take(group, reading, now)) return;
      if (now - group.writtenAt >= everyMs) write(group);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function dropOldest(groups: Map<string, Group>, write: (group: Group) => void): void {
  const [oldest] = groups;
  if (oldest === undefined) return;
  if (oldest[1].readings > 0) write(oldest[1]);
  groups.delete(oldest[0]);
}

function newGroup(by: string, session: string | null, now: number): Group {
  const own = { filters: new Set<string>(), ids: new Set<string>(), known: new Set<string>() };
  return { by, session, ...own, writtenAt: Number.NEGATIVE_INFINITY, readings: 0, knownSince: now };
}

/** False for what a page asks again by itself and an entry named before. */
function take(group: Group, { what, filter, id, background = false }: AuditReading, now: number): boolean {
  const text = id === undefined ? [what, ...filter].join(' ') : `${what} ${id}`;
  if (now - group.knownSince > knownForMs || group.known.size >= knownAtMost) {
    group.known.clear();
    group.knownSince = now;
  }
  if (background && group.known.has(text)) return false;
  group.known.add(text);
  group.readings += 1;
  if (id === undefined) group.filters.add(text);
  else group.ids.add(text);
  return true;
}

interface TakenOut {
  readonly entry: AdminEntry;
  readonly readings: number;
  readonly filters: readonly string[];
  readonly ids: readonly string[];
}

/** What was read since the last entry, as the next one; the group begins anew. */
function takeOut(options: EntrySource, group: Group): TakenOut {
  const { by, session, readings } = group;
  const [filters, ids] = [[...group.filters], [...group.ids]];
  const more = Math.max(0, filters.length - namedAtMost) + Math.max(0, ids.length - namedAtMost);
  group.writtenAt = options.clock.now();
  group.readings = 0;
  group.filters.clear();
  group.ids.clear();
  const entry = adminEntry(options, 'audit.read', {
    by,
    ...(session !== null && { session }),
    readings,
    filters: filters.slice(0, namedAtMost),
    read: ids.slice(0, namedAtMost),
    more,
  });
  return { entry, readings, filters, ids };
}

async function writeEntry(
  { ledger, log }: Pick<AccessLogOptions, 'ledger' | 'log'>,
  group: Group,
  { entry, readings, filters, ids }: TakenOut,
): Promise<void> {
  try {
    await ledger.append([{ entry }], true);
  } catch (error) {
    // Counted again with the next: what was read is not forgotten because it could not be written.
    group.readings += readings;
    for (const filter of filters) group.filters.add(filter);
    for (const id of ids) group.ids.add(id);
    log('error', `Who read the audit could not be recorded: ${(error as Error).message}`);
  }
}

/** The filters of a query as `name=value`, without what says only which page. */
export function readingOf(query: { readonly [name: string]: unknown }): readonly string[] {
  return Object.entries(query)
    .filter(([name, value]) => value !== undefined && name !== 'limit' && name !== 'cursor')
    .map(([name, value]) =>
      name === 'q' ? `q=${wordCount(String(value))} words` : `${name}=${String(value)}`,
    )
    .sort();
}

/** What somebody searches for may be the very thing that no entry may hold. */
function wordCount(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}
