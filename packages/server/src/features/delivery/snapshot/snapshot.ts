import {
  createPublishedColumns,
  decodeChunk,
  elapsedClock,
  layoutVersion,
  type PublishedColumns,
  timelineDefinition,
} from '@fairlead/core/delivery';
import { followLinks } from './links.ts';
import { forgetOthers, type MeasureSet, measureTouched, progressOf } from './measure.ts';
import { namesAfter } from './names.ts';
import { newestSeq, readState } from './state.ts';
import { alone, type Dialect, type SnapshotDb } from './tables.ts';

/** Measured changes in memory, kept up with the facts in the database, whichever process takes them. */
export interface DeliverySnapshot {
  readonly published: PublishedColumns;
  /** Measures what was touched since, and reads what others measured. */
  follow(): Promise<void>;
  /** Whether nobody measured anything since, as a transaction sees it. */
  isCurrent(on: SnapshotDb): Promise<boolean>;
  readonly clock: string;
}

export const elapsedSet: MeasureSet = {
  clock: 'elapsed',
  definitions: `${timelineDefinition} columns/v${layoutVersion}`,
  clockOf: () => elapsedClock,
};

const changesAtOnce = 1_000;
const chunksAtOnce = 64;

export function openSnapshot(db: SnapshotDb, dialect: Dialect, set: MeasureSet): DeliverySnapshot {
  const published = createPublishedColumns();
  let revision = 0;
  const load = async (on: SnapshotDb): Promise<void> => {
    await loadNames(on, published);
    revision = await loadChunks(on, set.clock, published, revision);
  };
  /** In one transaction, since each one waits for the disk. True: there is more to do. */
  const step = async (): Promise<boolean> => {
    const { more, done } = await alone(db, dialect, async (transaction) => {
      if (await followLinks(transaction, dialect)) return { more: true, done: null };
      await forgetOthers(transaction, set);
      await load(transaction);
      const measured = await measureTouched(transaction, set, published.columns, changesAtOnce);
      return { more: measured?.isCut === true, done: measured };
    });
    if (done === null) return more;
    // Only what was committed stands in memory.
    await loadNames(db, published);
    for (const { number, chunk } of done.written) published.replace(number, chunk);
    revision = done.revision;
    return more;
  };
  const follow = async (): Promise<void> => {
    if (!(await isBehind(db, set))) return load(db);
    while (await step()) await breath();
  };
  let running: Promise<void> | null = null;
  return {
    published,
    clock: set.clock,
    async isCurrent(on) {
      const row = await on
        .selectFrom('measured_columns')
        .select(({ fn }) => fn.max('revision').as('revision'))
        .where('clock', '=', set.clock)
        .executeTakeFirst();
      return Number(row?.revision ?? 0) === revision || row?.revision === null;
    },
    // Who asks while it's under way may have brought facts that it no longer sees.
    async follow() {
      const before = running;
      const own = (before ?? Promise.resolve()).catch(() => undefined).then(follow);
      running = own;
      try {
        await own;
      } finally {
        if (running === own) running = null;
      }
    },
  };
}

/** Lets others have their turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function isBehind(db: SnapshotDb, set: MeasureSet): Promise<boolean> {
  const touched = await db.selectFrom('measured_touched').select('id').limit(1).executeTakeFirst();
  if (touched !== undefined) return true;
  const newest = await newestSeq(db);
  const links = Number((await readState(db)).get('links') ?? 0);
  return links < newest || (await progressOf(db, set)) < newest;
}

async function loadNames(db: SnapshotDb, published: PublishedColumns): Promise<void> {
  const { repositories, contributors } = published.columns;
  for (const [kind, known] of [
    ['repository', repositories],
    ['contributor', contributors],
  ] as const) {
    for (const { name, number } of await namesAfter(db, kind, known.length - 1)) {
      published.named(kind, number, name);
    }
  }
}

/** Reads chunks written after a revision; answers the newest one read. */
async function loadChunks(
  db: SnapshotDb,
  clock: string,
  published: PublishedColumns,
  after: number,
): Promise<number> {
  let at = { revision: after, chunk: Number.MAX_SAFE_INTEGER };
  for (;;) {
    const rows = await db
      .selectFrom('measured_columns')
      .select(['chunk', 'revision', 'body'])
      .where('clock', '=', clock)
      .where(({ eb, or, and }) =>
        or([
          eb('revision', '>', at.revision),
          and([eb('revision', '=', at.revision), eb('chunk', '>', Math.min(at.chunk, 2 ** 31 - 1))]),
        ]),
      )
      .orderBy('revision')
      .orderBy('chunk')
      .limit(chunksAtOnce)
      .execute();
    for (const row of rows) {
      published.replace(row.chunk, decodeChunk(row.body));
      at = { revision: Number(row.revision), chunk: row.chunk };
    }
    if (rows.length < chunksAtOnce) return at.revision;
  }
}
