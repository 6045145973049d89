import type { AtomBounds } from '../atoms.ts';
import {
  type ChangesIn,
  isOfMerged,
  isOfOpened,
  type KpiQuery,
  type KpiRow,
  publishedRows,
} from '../kpi-rows.ts';
import { type PartsQuery, type PartsRow, publishedParts } from '../partition.ts';
import { weekOf } from '../weeks.ts';
import { type AtomTree, type ColumnAtom, createAtomTree } from './atoms.ts';
import type { Cohort } from './cells.ts';
import type { ColumnChunk } from './chunk.ts';
import type { ChangeColumns, ReaderOptions } from './columns.ts';
import { columnFigures } from './figures.ts';
import { columnOpeningFigures } from './openings.ts';
import { columnParts } from './parts.ts';
import { createShownColumns, type RowVersion } from './shown.ts';
import { createTallies } from './tally.ts';

/** Columns in memory, with what is published of them. */
export interface PublishedColumns {
  /** As the facts say. */
  readonly columns: ChangeColumns;
  /** Names that were numbered; those before them stay. */
  named(kind: 'repository' | 'contributor', number: number, name: string): void;
  /** Puts a chunk in the place of the one with its number. */
  replace(number: number, chunk: ColumnChunk): void;
  /** Of these rows a cohort's figures show this, of all others what the facts say. */
  withhold(cohort: Cohort, rows: ReadonlyMap<number, RowVersion>): void;
  atoms(cohort: Cohort, options: AtomOptions): readonly ColumnAtom[];
  /** The figures of a window over given atoms. */
  rows(atoms: { readonly [C in Cohort]: readonly ColumnAtom[] }, query: ColumnQuery): readonly KpiRow[];
  /** How the time of a window's merged changes was spent. */
  parts(merged: readonly ColumnAtom[], query: PartsQuery): readonly PartsRow[];
}

export interface AtomOptions {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly teamOf: (repository: string) => string;
  /** Bounds that were published before. */
  readonly closed?: readonly AtomBounds[];
}

export interface ColumnQuery extends KpiQuery, Pick<AtomOptions, 'now' | 'teamOf'> {
  /** Seconds since the epoch: what is 28 days old by then counts as such; `now` unless told. */
  readonly maturedBy?: number | undefined;
}

const nothing: readonly AtomBounds[] = [];

/** No columns yet. */
export function createPublishedColumns(): PublishedColumns {
  const chunks: ColumnChunk[] = [];
  const names = { repository: [''], contributor: [''] };
  const columns: ChangeColumns = {
    chunks,
    repositories: names.repository,
    contributors: names.contributor,
  };
  const show = (cohort: Cohort) => {
    const shown = createShownColumns(columns, (number, before) => tree.replaced(number, before));
    const tree: AtomTree = createAtomTree(shown.columns, cohort);
    return { ...shown, tree };
  };
  const shown = { merged: show('merged'), opened: show('opened') };
  const tallies = createTallies(shown.merged.columns);
  const teamsOf = (teamOf: (repository: string) => string) =>
    names.repository.map((name, number) => (number === 0 ? '' : teamOf(name)));
  return {
    columns,
    named: (kind, number, name) => {
      names[kind][number] = name;
    },
    replace(number, chunk) {
      chunks[number] = chunk;
      for (const { replaced } of Object.values(shown)) replaced(number);
    },
    withhold: (cohort, rows) => shown[cohort].withhold(rows),
    atoms: (cohort, { now, teamOf, closed = nothing }) =>
      shown[cohort].tree.atoms({ before: weekOf(now), teams: teamsOf(teamOf), closed }),
    parts: (merged, query) => publishedParts(merged, query, columnParts(shown.merged.columns)),
    rows(atoms, { now, teamOf, maturedBy = now, ...query }) {
      const options: ReaderOptions = { now: maturedBy, teams: teamsOf(teamOf) };
      const changesIn =
        (cohort: Cohort): ChangesIn =>
        (weeks, { team, repository }) =>
          shown[cohort].tree.changesIn(
            weeks,
            (number) =>
              (team === undefined || options.teams[number] === team) &&
              (repository === undefined || names.repository[number] === repository),
          );
      return [
        ...publishedRows(atoms.merged, query, {
          isAsked: isOfMerged,
          figures: (some) => columnFigures(tallies, some, options),
          changesIn: changesIn('merged'),
        }),
        ...publishedRows(atoms.opened, query, {
          isAsked: isOfOpened,
          figures: (some) => columnOpeningFigures(shown.opened.columns, some, { now }),
          changesIn: changesIn('opened'),
        }),
      ];
    },
  };
}
