/* What the command line needs of delivery. */
import type { DevlakeMetrics, Grouping, healthSchema, KpiRow } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import type { z } from 'zod';
import { deliveryPlace } from '../../app/delivery-place.ts';
import { systemClock } from '../../platform/clock/index.ts';
import { nodeHash } from '../../platform/crypto/index.ts';
import { dayOf, loadProgram } from '../program/api.ts';
import { type Baseline, baselineOf } from './baseline.ts';
import { type ClockName, type DeliveryClocks, elapsedClocks, workingClocks } from './clocks.ts';
import { collectGit, remoteName } from './collect-git.ts';
import { accountsOf, lateFactsOf, productionOf, programFacts, teamsOfRepositories } from './create.ts';
import type { DownloadFlags } from './download.ts';
import { createDeliveryFigures } from './figures.ts';
import { takeRanges } from './git/ranges.ts';
import { openHealthStore } from './health-sql.ts';
import { viewOfHealth } from './health-view.ts';
import { ownerOf, startOfDay, teamIn } from './kpis.ts';
import { describePlace, type NamedPlace, openFacts, openKnownFacts, readonlyLocationOf } from './places.ts';
import type { SealBody } from './seal.ts';
import {
  changeTimeline,
  devlakeLines,
  type ImportCounts,
  type ImportFormat,
  importFacts,
  type TimelineDocument,
} from './service.ts';
import { fromSource } from './source.ts';
import type { DeliveryStore } from './store.ts';

export { findInducing } from './git/szz.ts';
export type { Baseline };

const names = { defaultHost: 'github.com' };
const nowSeconds = () => Math.floor(systemClock.now() / 1000);

export interface ImportFlags extends DownloadFlags {
  readonly incidentLabel?: string | undefined;
  /** Of which repository a clone is, where its remote doesn't say it. */
  readonly repository?: string | undefined;
  /** A clone that says which commits deployments brought. */
  readonly clone?: string | undefined;
  /** Program directory: whose accounts are whose, and which environments are production. */
  readonly program?: string | undefined;
}

/**
 * Imports a file (`-`: standard input), what is at a URL, or a clone, into a data folder or a database, also beside
 * running servers.
 * @returns counts of facts; `ahead`: those that are dated more than a day ahead, where there are any; `ranges`: of deployments of which a clone said what they brought.
 * @throws FairleadError as `fromSource` and `importFacts`; `delivery.no-room`, `delivery.busy`, `delivery.unwritable`,
 * `git.*`; `replica.other-store` and `store.moved` for the folder of a server on PostgreSQL; `store.*` of a database.
 */
export async function importInto(
  named: NamedPlace,
  format: ImportFormat,
  source: string,
  onProgress: (taken: number) => void,
  flags: ImportFlags = {},
): Promise<ImportCounts & { readonly ranges?: number }> {
  const place = deliveryPlace(named);
  const { incidentLabel, clone, program } = flags;
  const repository = nameOf(flags.repository);
  const from = clone === undefined ? null : await repositoryOf(clone, repository);
  const said = program === undefined ? null : await programAt(program);
  return fromSource({ format, source, ...flags }, async (file) => {
    const store = await openFacts(place, 'many');
    try {
      if (said !== null) {
        await store.takeAccounts(accountsOf(said));
        await store.takeProduction(productionOf(said));
        await store.takeLateFacts(lateFactsOf(said));
      }
      const options = { format, file, names, incidentLabel, repository, now: systemClock.now() };
      const counts = await importFacts(store, options, onProgress);
      return from === null ? counts : { ...counts, ranges: await takeRanges(store, clone!, from) };
    } catch (error) {
      throw describePlace(error, place);
    } finally {
      await store.close();
    }
  });
}

async function repositoryOf(clone: string, named: string | undefined): Promise<string> {
  const repository = named ?? (await remoteName(clone));
  if (repository !== null) return repository;
  throw new FairleadError('delivery.repository-invalid', {
    message: 'The clone has no remote that says which repository it is of.',
    fix: 'Give --repository host/owner/name with --clone.',
  });
}

async function programAt(directory: string) {
  return (await loadProgram(directory, { today: dayOf(systemClock.now()) })).program;
}

/** A repository's one spelling. @throws FairleadError `delivery.repository-invalid` */
function nameOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const repository = normaliseRepository(text, names);
  if (repository === null) throw new FairleadError('delivery.repository-invalid');
  return repository;
}

/** @throws FairleadError `delivery.no-facts`, `delivery.repository-invalid`, `delivery.change-unknown`. */
export async function timelineIn(
  place: NamedPlace,
  change: string,
  flags: ClockFlags = {},
): Promise<TimelineDocument> {
  const clocks = await clocksOf(flags);
  return reading(place, (store) => changeTimeline(store, change, { names, clock: systemClock, clocks }));
}

export interface ClockFlags {
  readonly clock?: ClockName | undefined;
  /** Program directory: which team owns a repository, and when it works. */
  readonly program?: string | undefined;
}

async function clocksOf({ clock = 'elapsed', program }: ClockFlags): Promise<DeliveryClocks> {
  if (clock === 'elapsed') return elapsedClocks;
  if (program === undefined) throw new FairleadError('delivery.no-calendar');
  return workingClocks((await loadProgram(program, { today: dayOf(systemClock.now()) })).program);
}

/** @throws FairleadError `delivery.no-facts`. */
export async function devlakeIn(place: NamedPlace, onLine: (line: DevlakeMetrics) => void): Promise<void> {
  await reading(place, async (store) => {
    for await (const line of devlakeLines(store)) onLine(line);
  });
}

export interface KpiFlags extends ClockFlags {
  /** `YYYY-MM-DD`; `to` isn't part of the window. */
  readonly from: string;
  readonly to: string;
  readonly by?: Grouping | undefined;
}

/** @throws FairleadError `delivery.no-facts`, `delivery.window-invalid`, and those of reading the program. */
export async function kpisIn(
  place: NamedPlace,
  { from, to, by, program, clock }: KpiFlags,
): Promise<readonly KpiRow[]> {
  const window = { from: startOfDay(from), to: startOfDay(to) };
  const teamOf = program === undefined ? ownerOf : await teamsOf(program);
  const clocks = await clocksOf({ clock, program });
  const teamsKnown = program !== undefined;
  const tree = program === undefined ? 'owners' : 'program';
  const deps = { teamOf, teamsKnown, now: nowSeconds, tree, clocks };
  return reading(place, (store) => createDeliveryFigures(store, deps).rows({ ...window, by }), 'keeps');
}

async function teamsOf(directory: string): Promise<(repository: string) => string> {
  return teamIn(teamsOfRepositories((await programAt(directory)).repositories));
}

/**
 * How complete the facts of a place are; of repositories and people what a program lists, where one is given.
 * @throws FairleadError `delivery.no-facts`, and those of reading the program.
 */
export async function healthIn(named: NamedPlace, program?: string): Promise<z.output<typeof healthSchema>> {
  const said = program === undefined ? null : await programAt(program);
  const members = new Set(said === null ? [] : programFacts(said).members);
  return reading(named, async () => {
    const store = await openHealthStore(readonlyLocationOf(deliveryPlace(named)));
    try {
      const health = await store.health((login) => members.has(login), systemClock.now());
      return viewOfHealth(health, { listed: said?.repositories ?? [], now: systemClock.now() });
    } finally {
      await store.close();
    }
  });
}

export interface BaselineFlags extends ClockFlags {
  /** A clone, or the URL of a repository. */
  readonly git?: string | undefined;
  /** Of facts in `place`; of a clone, its name. */
  readonly repository?: string | undefined;
  readonly place?: NamedPlace | undefined;
  /** `YYYY-MM-DD`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** It is to be sealed, by the repository's name: a clone that nothing names is refused. */
  readonly isNamed?: boolean | undefined;
}

/** The baseline of a clone, or of a repository whose facts were imported. @throws FairleadError `delivery.*`, `git.*` */
export async function measureBaseline(flags: BaselineFlags): Promise<Baseline> {
  const day = (text: string | undefined) => (text === undefined ? undefined : startOfDay(text));
  const clocks = await clocksOf(flags);
  const common = { from: day(flags.from), to: day(flags.to), now: nowSeconds(), clocks };
  if (flags.git !== undefined) {
    const collected = await collectGit(flags.git, nameOf(flags.repository), flags);
    const { repository: subject, facts, newest, began, cut, remarks } = collected;
    return baselineOf(facts, { ...common, subject, source: 'git', newest, began, cut, remarks });
  }
  const subject = nameOf(flags.repository);
  if (subject === undefined || flags.place === undefined) {
    throw new FairleadError('delivery.repository-invalid', {
      message: 'Nothing says which repository is meant.',
      fix: 'Give --git DIR or URL, or --repository host/owner/name with --data DIR or --database URL.',
    });
  }
  return reading(flags.place, async (store) => {
    const facts = {
      histories: await Array.fromAsync(store.histories(subject)),
      deployments: await store.deployments(subject),
      incidents: await store.incidents(),
    };
    if (facts.histories.length === 0)
      throw new FairleadError('delivery.no-facts', { message: 'No change of this repository is known.' });
    return baselineOf(facts, { ...common, subject, source: 'imported facts' });
  });
}

/** What a baseline is sealed by: its digest and its figures. */
export function sealOf(baseline: Baseline): SealBody {
  const { subject, definitions, window, status, changes, kpis } = baseline;
  const digest = nodeHash.sha256(Buffer.from(JSON.stringify(baseline)));
  return {
    subject,
    digest: `sha256:${Buffer.from(digest).toString('hex')}`,
    definitions,
    window,
    status,
    changes,
    figures: kpis.map(({ kpi, version, n, value, lo, hi, coverage, method }) => ({
      ...{ kpi, version, n, value, lo, hi, coverage, method },
    })),
  };
}

async function reading<Value>(
  named: NamedPlace,
  read: (store: DeliveryStore) => Promise<Value>,
  keeps: 'keeps' | 'reads' = 'reads',
): Promise<Value> {
  const place = deliveryPlace(named);
  const store = await openKnownFacts(place, keeps);
  try {
    return await read(store);
  } catch (error) {
    throw 'database' in place ? describePlace(error, place) : error;
  } finally {
    await store.close();
  }
}
