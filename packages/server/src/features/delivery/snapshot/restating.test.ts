import {
  atomKey,
  atomsOf,
  type Cohort,
  type FigureInputs,
  type Grouping,
  type KpiDefinition,
  type KpiRow,
  kpiDefinitions,
  kpiRows,
  type MeasuredChange,
  measureAll,
  monthStart,
  openingsOf,
  randomFacts,
  suffices,
  weekOf,
} from '@fairlead/core/delivery';
import { seededRandom } from '@fairlead/core/statistics';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../../test/setup/database.ts';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import { openState, type StateLocation } from '../../../platform/db/index.ts';
import { createDeliveryFigures } from '../figures.ts';
import { deliveryMigrations } from '../migrations.ts';
import { openDeliveryStore } from '../store-sql.ts';
import { arriving, factsIn, take } from '../testing/arriving.ts';
import type { SnapshotDb, SnapshotTables } from './tables.ts';

/*
 * Whoever asks twice sees the difference of two answers. Here facts come, change and go in any order, and after each step
 * figures are asked for. What they show is read from the facts and from what is withheld of them, the figures have to be
 * those of it byte for byte, and any two of a month differ, in each figure, by nobody or by five people and more.
 */

const day = 86_400;
const teamOf = (repository: string) => repository.split('/')[1]!;
const waits = 'what came late is counted from next month on';

type Shown = { readonly [C in Cohort]: readonly MeasuredChange[] };

/** What figures are computed from. */
async function shownIn(db: SnapshotDb, facts: readonly MeasuredChange[]): Promise<Shown> {
  const shownTo = async (cohort: Cohort) => {
    const rows = await db
      .selectFrom('delivery_withheld')
      .select(['change_id', 'body'])
      .where('view', '=', `program ${cohort} elapsed`)
      .where('is_held', '=', 1)
      .execute();
    const withheld = new Set(rows.map(({ change_id: id }) => id));
    const instead = rows.flatMap(({ change_id: id, body }) =>
      body === null ? [] : [{ id, ...(JSON.parse(body) as Omit<MeasuredChange, 'id'>) }],
    );
    return [...facts.filter(({ id }) => !withheld.has(id)), ...instead];
  };
  return { merged: await shownTo('merged'), opened: await shownTo('opened') };
}

function inputsOf(changes: readonly MeasuredChange[], maturedBy: number) {
  return changes.flatMap(({ status, opened, openedKnown, ended, ...rest }) => {
    if (status !== 'merged' || ended === null) return [];
    const more = {
      team: teamOf(rest.repository),
      week: weekOf(ended),
      matured: maturedBy - ended >= 28 * day,
    };
    return [{ ...rest, ...more }];
  });
}

type Bounds = Parameters<typeof atomsOf>[2];

function cut(shown: Shown, now: number, closed: { readonly [C in Cohort]: Bounds }) {
  return {
    merged: atomsOf(inputsOf(shown.merged, monthStart(now)), weekOf(now), closed.merged),
    opened: atomsOf(
      openingsOf(shown.opened, { now, teamOf }).map((one, i) => ({ ...one, id: shown.opened[i]!.id })),
      weekOf(now),
      closed.opened,
    ),
  };
}

type Cut = ReturnType<typeof cut>;

/** Its coverage is told, too. */
function isEligibleIn({ of }: KpiDefinition, change: FigureInputs): string | null {
  return of.kind !== 'incidence' && of.eligible(change) ? 'eligible' : null;
}

/** What a figure reads of a change; null: it doesn't count it. */
function readBy({ of }: KpiDefinition, change: FigureInputs): string | null {
  if (of.kind === 'incidence' || !of.eligible(change) || !of.known(change)) return null;
  if (of.kind === 'pace') return 'there';
  return JSON.stringify(of.kind === 'rate' ? of.hit(change) : change[of.column]);
}

interface Item {
  readonly id: string;
  readonly contributor: string | null;
}

/** Changes that a figure reads otherwise in two cuts of an atom; null where they are of people enough. */
function tooFewBetween<I extends Item>(
  before: readonly I[],
  after: readonly I[],
  read: (item: I) => string | null,
): readonly Item[] | null {
  const later = new Map(after.map((one) => [one.id, one]));
  const known = new Set(before.map(({ id }) => id));
  const differing: Item[] = after.filter((one) => !known.has(one.id) && read(one) !== null);
  for (const one of before) {
    const other = later.get(one.id);
    if (other === undefined) {
      if (read(one) !== null) differing.push(one);
    } else if (other.contributor !== one.contributor) differing.push(one, other);
    else if (read(one) !== read(other)) differing.push(one);
  }
  return differing.length === 0 || suffices(differing) ? null : differing;
}

function comparePair(earlier: Cut, later: Cut): number {
  let compared = 0;
  const nameOf = (atom: Cut['merged']['atoms'][number] | Cut['opened']['atoms'][number]) =>
    `${atomKey(atom)} ${atom.from} ${atom.to}`;
  const merged = new Map(later.merged.atoms.map((atom) => [nameOf(atom), atom]));
  for (const atom of earlier.merged.atoms) {
    const other = merged.get(nameOf(atom));
    expect(other, nameOf(atom)).toBeDefined();
    for (const definition of kpiDefinitions) {
      for (const read of [readBy, isEligibleIn]) {
        expect(
          tooFewBetween(atom.changes, other!.changes, (one) => read(definition, one)),
          `${definition.id} ${nameOf(atom)}`,
        ).toBeNull();
      }
      compared++;
    }
  }
  const opened = new Map(later.opened.atoms.map((atom) => [nameOf(atom), atom]));
  for (const atom of earlier.opened.atoms) {
    const read = ({ known, end, time }: (typeof atom)['changes'][number]) =>
      known ? `${end} ${end === 'censored' ? '' : time}` : null;
    expect(tooFewBetween(atom.changes, opened.get(nameOf(atom))!.changes, read), nameOf(atom)).toBeNull();
  }
  return compared;
}

const withoutNotes = (rows: readonly KpiRow[]) =>
  rows.map(({ note, ...row }) => ({
    ...row,
    note: note
      .split('; ')
      .filter((part) => part !== waits)
      .join('; '),
  }));

function contract(locate: () => Promise<{ location: StateLocation; drop: () => unknown }>): void {
  const cleanup: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of cleanup.splice(0).reverse()) await undo();
  });
  const open = async () => {
    const { location, drop } = await locate();
    cleanup.push(drop);
    const store = await openDeliveryStore(location, nodeRandom);
    cleanup.push(() => store.close());
    const { db, close } = await openState<SnapshotTables>(location, 'delivery', deliveryMigrations);
    cleanup.push(close);
    return { store, db };
  };

  it.each(['a', 'b', 'c'])(
    'alters published figures within a month by five people and more, or not at all: %s',
    async (seed) => {
      const { store, db } = await open();
      await store.takeLateFacts('monthly');
      const random = seededRandom(seed);
      const { now: end, ...all } = randomFacts(seed, 320, 2, 12);
      const facts = arriving(all, seed);
      let now = end;
      const figures = createDeliveryFigures(store, { teamOf, now: () => now });
      const cuts: { readonly month: number; readonly cut: Cut }[] = [];
      let waited = 0;
      for (let at = 0; at < facts.length; ) {
        const size = 1 + Math.floor(random() ** 3 * 160);
        await take(store, facts.slice(at, at + size));
        at += size;
        now += random() < 0.1 ? 35 * day : 3_600;
        const by = (['team', 'repository', 'week', 'month', undefined] as const)[Math.floor(random() * 5)];
        const window = { from: end - 400 * day, to: now, by: by as Grouping | undefined };
        const closed = {
          merged: await store.closedAtoms.of('program merged'),
          opened: await store.closedAtoms.of('program opened'),
        };
        const rows = await figures.rows(window);
        const measured = measureAll(await factsIn(store));
        const shown = await shownIn(db, measured);
        const made = cut(shown, now, closed);
        const missing = await store.missing();
        expect(withoutNotes(rows)).toEqual(kpiRows(made.merged, { ...window, missing }, made.opened));
        const isFirst = cuts.at(-1)?.month !== monthStart(now);
        if (isFirst) expect(shown).toEqual({ merged: measured, opened: measured });
        waited += Number(rows.some(({ note }) => note.includes(waits)));
        cuts.push({ month: monthStart(now), cut: made });
      }
      expect(waited).toBeGreaterThan(5);
      const settled = db.selectFrom('delivery_withheld').where('is_settled', '=', 1);
      expect((await settled.select('change_id').execute()).length).toBeGreaterThan(0);
      let compared = 0;
      for (const [i, { month, cut: earlier }] of cuts.entries()) {
        for (const later of cuts.slice(i + 1).filter((one) => one.month === month)) {
          compared += comparePair(earlier, later.cut);
        }
      }
      expect(compared).toBeGreaterThan(500);
    },
    300_000,
  );
}

describe('figures that are restated monthly, on SQLite', () => {
  contract(async () => {
    const folder = temporaryFolder();
    const file = `${folder.path}/delivery.db`;
    return { location: { kind: 'sqlite', file } as const, drop: () => folder.remove() };
  });
});

describePostgres('figures that are restated monthly, on PostgreSQL', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url } as const, drop: () => database.drop() };
  });
});
