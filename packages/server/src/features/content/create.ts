import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import type { Program } from '@fairlead/core/program';
import { openPool, type StateLocation } from '../../platform/db/index.ts';
import { adminEntry, type EntrySource, type Hold, heldFrom, type Ledger } from '../ledger/api.ts';
import type { Content, ContentStatus } from './api.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { type KeptStore, keepStore } from './kept-store.ts';
import type { ContentStore } from './store.ts';
import type { ExpiredPeriod, Part } from './types.ts';

export interface ContentOptions extends EntrySource {
  readonly dataDir: string;
  /** The master key's file, beside the data folder: a copy of the data alone opens nothing. */
  readonly masterFile: string;
  readonly program: Pick<Program, 'content' | 'retention'>;
  readonly ledger: Pick<Ledger, 'append'>;
  /** Legal holds that stand: what one covers does not expire. Where they can't be read, nothing does. */
  readonly holds: () => Promise<readonly Pick<Hold, 'from'>[]>;
  readonly log: (level: 'warn' | 'error', message: string) => void;
  /** `content.db` in the data folder unless told. */
  readonly location?: StateLocation;
  /** How often periods that are over are looked for; an hour unless told. */
  readonly sweepEveryMs?: number;
  /** How often what was lost becomes an entry; a minute unless told. */
  readonly lostEveryMs?: number;
  /** How long after a failure the store is opened again; 10 s unless told. */
  readonly retryMs?: number;
}

const status = (state: ContentStatus['state'], failure: string | null, keeper?: Keeper): ContentStatus => ({
  state,
  failure,
  waitingBytes: keeper?.queue.waitingBytes ?? 0,
  notKept: keeper?.queue.notKept ?? 0,
});

/**
 * Opens the store of content where the program keeps any, in a thread of its own. A store that can't be opened keeps no
 * server from starting: calls then go on or are refused, as the program says, until it can be opened.
 */
export async function openContent(options: ContentOptions): Promise<Content> {
  const wanted = options.program.content;
  const location: StateLocation = options.location ?? {
    kind: 'sqlite',
    file: join(options.dataDir, 'content.db'),
  };
  // What was kept before keeping was turned off still ends in its time, and can be read and erased until then.
  const found = wanted === undefined ? await foundAt(location) : 'content';
  if (found === 'nothing') return contentOff;
  const log = found === 'content' ? options.log : sayOnce(options.log);
  const kept = await keepStore({ ...options, log }, location);
  const lost = createLost(options);
  const keeper = createKeeper({
    wanted: wanted ?? { keep: [], whenNotKept: 'go-on', maxBytes: 0 },
    retention: options.program.retention,
    clock: options.clock,
    store: kept.store,
    onLost: lost.note,
  });
  const sweeping = startSweeping({ ...options, log }, kept);
  const inUse = (): ContentStore => {
    const store = kept.store();
    if (store !== null) return store;
    const failure = kept.failure();
    const isTold = failure === 'content.key-wrong' || failure === 'store.full';
    throw new FairleadError(isTold ? failure : 'content.unavailable');
  };
  return {
    begin: keeper.begin,
    status: () => status(kept.store() === null ? 'broken' : 'on', kept.failure(), keeper),
    open: async (op) => inUse().open(op),
    erase: async (subject) => {
      // What is on its way is part of what is meant.
      await keeper.idle();
      return inUse().erase(subject);
    },
    counts: async () => inUse().counts(),
    expire: async () => {
      inUse();
      return sweeping.now();
    },
    async close() {
      await sweeping.stop();
      await keeper.idle();
      await kept.close();
      await lost.close();
    },
  };
}

/** Tables without content are those of a database that a folder was moved to, or of a server whose program kept some. */
async function foundAt(location: StateLocation): Promise<'nothing' | 'tables' | 'content'> {
  if (location.kind === 'sqlite') return existsSync(location.file) ? 'content' : 'nothing';
  const pool = openPool({ connectionString: location.url, max: 1 });
  try {
    const { rows } = await pool.query(`select to_regclass('content_periods') is not null as there`);
    if (rows[0]?.there !== true) return 'nothing';
    return (await pool.query('select 1 from content_periods limit 1')).rowCount === 0 ? 'tables' : 'content';
  } finally {
    await pool.end();
  }
}

/** Where nothing is kept, nothing is late: what fails is tried again, and one warning of each kind is enough. */
function sayOnce(log: ContentOptions['log']): ContentOptions['log'] {
  const said = new Set<string>();
  return (_level, message) => {
    if (said.has(message)) return;
    said.add(message);
    log('warn', message);
  };
}

const off = async (): Promise<never> => {
  throw new FairleadError('content.off');
};
const contentOff: Content = {
  begin: () => null,
  status: () => status('off', null),
  open: off,
  erase: off,
  counts: off,
  expire: off,
  close: async () => undefined,
};

/** Content whose commitment stands in an entry and that could not be kept becomes an entry too, grouped. */
function createLost(options: ContentOptions) {
  const { ledger, log, lostEveryMs = 60_000 } = options;
  const namedAtMost = 100;
  let names: string[] = [];
  let count = 0;
  const write = async () => {
    if (count === 0) return;
    const details = { items: count, lost: names };
    [names, count] = [[], 0];
    await ledger
      .append([{ entry: adminEntry(options, 'content.not-kept', details) }], true)
      .catch(() =>
        log('error', `${details.items} requests or answers were not kept, and that is not recorded`),
      );
  };
  const timer = setInterval(() => void write(), lostEveryMs);
  timer.unref();
  return {
    note(op: string, part: Part, reason: string) {
      count += 1;
      if (names.length < namedAtMost) names.push(`${part} ${op} ${reason}`);
    },
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}

/** Deletes what is over, at the start and then every hour. */
function startSweeping(options: ContentOptions, kept: KeptStore) {
  const { log, sweepEveryMs = 3_600_000 } = options;
  let running: Promise<unknown> = Promise.resolve();
  const next = () => {
    const own = running.catch(() => undefined).then(() => sweep(options, kept.store()));
    running = own;
    return own;
  };
  const start = () => {
    next().catch((error: unknown) => {
      log('error', `Content whose time is over could not be deleted: ${(error as Error).message}`);
    });
  };
  start();
  const timer = setInterval(start, sweepEveryMs);
  timer.unref();
  return {
    now: next,
    async stop() {
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}

async function sweep(options: ContentOptions, store: ContentStore | null): Promise<readonly ExpiredPeriod[]> {
  const { clock, ledger, holds, program } = options;
  if (store === null) return [];
  const { retention } = program;
  const swept = await store.sweep({
    now: clock.now(),
    longestDays: retention?.enforce ? retention.contentDays : null,
    heldFrom: heldFrom(await holds()),
  });
  for (const { period, items } of swept) {
    await ledger.append([{ entry: adminEntry(options, 'content.expired', { period, items }) }], true);
  }
  return swept;
}
