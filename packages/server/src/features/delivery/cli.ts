/* What the command line needs of delivery. */
import { existsSync } from 'node:fs';
import type { DevlakeMetrics, Grouping, KpiRow } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { systemClock } from '../../platform/clock/index.ts';
import { nodeHash } from '../../platform/crypto/index.ts';
import { dayOf, loadProgram } from '../program/api.ts';
import { type Baseline, baselineOf } from './baseline.ts';
import { type ClockName, type DeliveryClocks, elapsedClocks, workingClocks } from './clocks.ts';
import { collectGit, remoteName } from './collect-git.ts';
import { accountsOf, deliveryFile, openDelivery, teamsOfRepositories } from './create.ts';
import { createDeliveryFigures } from './figures.ts';
import { takeRanges } from './git/ranges.ts';
import { ownerOf, startOfDay, teamIn } from './kpis.ts';
import {
  changeTimeline,
  devlakeLines,
  type ImportFormat,
  importFacts,
  type TimelineDocument,
} from './service.ts';
import type { DeliveryStore, UpsertCounts } from './store.ts';
import { describeTrouble } from './trouble.ts';

export { findInducing } from './git/szz.ts';
export type { Baseline };

const names = { defaultHost: 'github.com' };
const nowSeconds = () => Math.floor(systemClock.now() / 1000);

export interface ImportFlags {
  readonly incidentLabel?: string | undefined;
  /** Of which repository a clone is, where its remote doesn't say it. */
  readonly repository?: string | undefined;
  /** A clone that says which commits deployments brought. */
  readonly clone?: string | undefined;
  /** Program directory: whose accounts are whose. */
  readonly program?: string | undefined;
}

/**
 * Imports a file (`-`: standard input), or a clone, into a data folder, also beside a running server.
 * @returns counts of facts; `ranges`: of deployments of which a clone said what they brought.
 * @throws FairleadError as `importFacts`; `delivery.no-room`, `delivery.busy`, `delivery.unwritable`, `git.*`.
 */
export async function importInto(
  dataDir: string,
  format: ImportFormat,
  file: string,
  onProgress: (taken: number) => void,
  { incidentLabel, repository: named, clone, program }: ImportFlags = {},
): Promise<UpsertCounts & { readonly ranges?: number }> {
  const repository = named === undefined ? undefined : nameOf(named);
  const from = clone === undefined ? null : await repositoryOf(clone, repository);
  const people = program === undefined ? null : accountsOf(await programAt(program));
  try {
    const store = await openDelivery(dataDir, 'many');
    try {
      if (people !== null) await store.takeAccounts(people);
      const options = { format, file, names, incidentLabel, repository };
      const counts = await importFacts(store, options, onProgress);
      return from === null ? counts : { ...counts, ranges: await takeRanges(store, clone!, from) };
    } finally {
      await store.close();
    }
  } catch (error) {
    throw describeTrouble(error, deliveryFile(dataDir));
  }
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

function nameOf(text: string): string {
  const repository = normaliseRepository(text, names);
  if (repository === null) throw new FairleadError('delivery.repository-invalid');
  return repository;
}

/** @throws FairleadError `delivery.no-facts`, `delivery.repository-invalid`, `delivery.change-unknown`. */
export async function timelineIn(
  dataDir: string,
  change: string,
  flags: ClockFlags = {},
): Promise<TimelineDocument> {
  const clocks = await clocksOf(flags);
  return reading(dataDir, (store) => changeTimeline(store, change, { names, clock: systemClock, clocks }));
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
export async function devlakeIn(dataDir: string, onLine: (line: DevlakeMetrics) => void): Promise<void> {
  await reading(dataDir, async (store) => {
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
  dataDir: string,
  { from, to, by, program, clock }: KpiFlags,
): Promise<readonly KpiRow[]> {
  const window = { from: startOfDay(from), to: startOfDay(to) };
  const teamOf = program === undefined ? ownerOf : await teamsOf(program);
  const clocks = await clocksOf({ clock, program });
  const tree = program === undefined ? 'owners' : 'program';
  return reading(dataDir, (store) =>
    createDeliveryFigures(store, { teamOf, now: nowSeconds, tree, clocks }).rows({ ...window, by }),
  );
}

async function teamsOf(directory: string): Promise<(repository: string) => string> {
  return teamIn(teamsOfRepositories((await programAt(directory)).repositories));
}

export interface BaselineFlags extends ClockFlags {
  /** A clone, or the URL of a repository. */
  readonly git?: string | undefined;
  /** Of facts imported into `data`. */
  readonly repository?: string | undefined;
  readonly data?: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The baseline of a clone, or of a repository whose facts were imported. @throws FairleadError `delivery.*`, `git.*` */
export async function measureBaseline(flags: BaselineFlags): Promise<Baseline> {
  const day = (text: string | undefined) => (text === undefined ? undefined : startOfDay(text));
  const clocks = await clocksOf(flags);
  const common = { from: day(flags.from), to: day(flags.to), now: nowSeconds(), clocks };
  if (flags.git !== undefined) {
    const { repository: subject, facts, remarks } = await collectGit(flags.git);
    return baselineOf(facts, { ...common, subject, source: 'git', remarks });
  }
  const subject = flags.repository === undefined ? null : normaliseRepository(flags.repository, names);
  if (subject === null || flags.data === undefined) {
    throw new FairleadError('delivery.repository-invalid', {
      message: 'Nothing says which repository is meant.',
      fix: 'Give --git DIR or URL, or --repository host/owner/name with --data DIR.',
    });
  }
  return reading(flags.data, async (store) => {
    const facts = {
      histories: await Array.fromAsync(store.histories(subject)),
      deployments: await store.deployments(subject),
      incidents: await store.incidents(),
    };
    return baselineOf(facts, { ...common, subject, source: 'imported facts' });
  });
}

/** What a baseline is sealed by: its digest and its figures. */
export function sealOf(baseline: Baseline): object {
  const { subject, window, status, changes, kpis } = baseline;
  const digest = nodeHash.sha256(Buffer.from(JSON.stringify(baseline)));
  const figures = kpis.map(({ kpi, version, n, value }) => ({ kpi, version, n, value }));
  return {
    subject,
    digest: `sha256:${Buffer.from(digest).toString('hex')}`,
    window,
    status,
    changes,
    figures,
  };
}

async function reading<Value>(
  dataDir: string,
  read: (store: DeliveryStore) => Promise<Value>,
): Promise<Value> {
  if (!existsSync(deliveryFile(dataDir))) {
    throw new FairleadError('delivery.no-facts', { place: { file: dataDir } });
  }
  const store = await openDelivery(dataDir);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}
