import {
  type Change,
  type DeliveryFact,
  type Deployment,
  type DevlakeMetrics,
  deploymentsOf,
  devlakeMetrics,
  doubtOf,
  type Timeline,
  type ToldTimeline,
  timelineDefinition,
  timelineOf,
  timeOf,
  toldTimeline,
} from '@fairlead/core/delivery';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { type AheadFacts, countAhead } from './ahead.ts';
import { type DeliveryClocks, elapsedClocks } from './clocks.ts';
import { collectGit } from './collect-git.ts';
import { githubReader } from './github-rest.ts';
import { gitlabReader } from './gitlab-rest.ts';
import { type FactBite, jsonLineReader, readFacts } from './import-lines.ts';
import { readIncidentsCsv } from './incidents-csv.ts';
import { peopleIn, withoutPeople } from './pseudonymise.ts';
import { invalid } from './read-lines.ts';
import type { Clash, CollectCounts, CollectedPage, DeliveryStore, UpsertCounts } from './store.ts';
import type { Arrival } from './supersedes.ts';

/** `git`: a clone, which knows less than a host and never takes its place. */
export type ImportFormat = 'jsonl' | 'github' | 'gitlab' | 'incidents-csv' | 'git';

export interface ImportOptions {
  readonly format: ImportFormat;
  /** `-`: standard input. */
  readonly file: string;
  readonly names: RepositoryNames;
  /** Label of the issues that are incidents, where a host has issues. */
  readonly incidentLabel?: string | undefined;
  /** What a clone is of, where its remote doesn't say it: `host/owner/name`. */
  readonly repository?: string | undefined;
  /** Milliseconds since the epoch: what is dated ahead of it is counted. */
  readonly now?: number | undefined;
}

export interface ImportCounts extends UpsertCounts {
  /** Only where there are any. */
  readonly ahead?: AheadFacts;
}

function factsOf({ format, file, names, incidentLabel, repository }: ImportOptions): AsyncIterable<FactBite> {
  switch (format) {
    case 'jsonl':
      return readFacts(file, jsonLineReader(names));
    case 'github':
      return readFacts(file, githubReader(names, incidentLabel));
    case 'gitlab':
      return readFacts(file, gitlabReader(incidentLabel));
    case 'incidents-csv':
      return withoutLines(readIncidentsCsv(file, names));
    case 'git':
      return withoutLines(cloneFacts(file, repository));
  }
}

async function* withoutLines(bites: AsyncIterable<readonly DeliveryFact[]>): AsyncGenerator<FactBite> {
  for await (const facts of bites) yield { facts, lines: [] };
}

async function* cloneFacts(place: string, name?: string): AsyncGenerator<readonly DeliveryFact[]> {
  const { all } = await collectGit(place, name, { isNamed: true });
  for (let i = 0; i < all.length; i += factsAtOnce) yield all.slice(i, i + factsAtOnce);
}

const factsAtOnce = 10_000;

/**
 * Takes a file of facts. What was taken stays taken when a later line is bad; the same file again changes nothing.
 * @throws FairleadError `delivery.unreadable`, `delivery.line-invalid`.
 */
export async function importFacts(
  store: DeliveryStore,
  options: ImportOptions,
  onProgress: (taken: number) => void = () => undefined,
): Promise<ImportCounts> {
  const total = { added: 0, changed: 0, unchanged: 0 };
  const ahead = countAhead(options.now);
  for await (const { facts, lines } of factsOf(options)) {
    ahead.take(facts);
    const { counts, clash } = await takeUpToClash(store, facts, options.format);
    for (const name of ['added', 'changed', 'unchanged'] as const) total[name] += counts[name];
    onProgress(total.added + total.changed + total.unchanged);
    if (clash !== null) throw clashing(facts, lines, clash);
  }
  return ahead.found().count === 0 ? total : { ...total, ahead: ahead.found() };
}

/** Takes what comes before the first change whose number is another one's, also where that one came only now. */
async function takeUpToClash(
  store: DeliveryStore,
  facts: readonly DeliveryFact[],
  format: ImportFormat,
): Promise<{ readonly counts: UpsertCounts; readonly clash: Clash | null }> {
  for (;;) {
    const clash = format === 'git' ? null : await store.clash(facts);
    const taken = clash === null ? facts : facts.slice(0, clash.index);
    try {
      return { counts: await takeFacts(store, taken, format), clash };
    } catch (error) {
      if (!isFairleadError(error) || error.code !== 'delivery.number-known') throw error;
    }
  }
}

function clashing(facts: readonly DeliveryFact[], lines: readonly number[], clash: Clash): FairleadError {
  const { number, repository } = facts[clash.index] as Change;
  const known = `number ${number} of ${repository} is known as ${clash.known.slice(0, 200)}`;
  return invalid(lines[clash.index]!, `${known}, and one change has one id`);
}

/** Takes some facts; people in them are logins until here. @throws FairleadError `delivery.number-known` */
export async function takeFacts(
  store: Pick<DeliveryStore, 'pseudonyms' | 'upsert'>,
  facts: readonly DeliveryFact[],
  format: ImportFormat,
): Promise<UpsertCounts> {
  const total = { added: 0, changed: 0, unchanged: 0 };
  const pseudonyms = await store.pseudonyms(peopleIn(facts));
  const named = facts.map((fact) => withoutPeople(fact, pseudonyms));
  const byArrival = Map.groupBy(named, (fact) => arrivalOf(format, fact));
  // First what may be refused: then nothing of it has been taken.
  for (const arrival of ['stated', 'late'] as const) {
    const some = byArrival.get(arrival);
    if (some === undefined) continue;
    const counts = await store.upsert(some, arrival);
    for (const name of ['added', 'changed', 'unchanged'] as const) total[name] += counts[name];
  }
  return total;
}

/** Hosts tell a deployment state by state, in any order; its outcome is the furthest of them. */
function arrivalOf(format: ImportFormat, { type }: DeliveryFact): Arrival {
  if (format === 'git') return 'late';
  return type === 'deployment' && format !== 'jsonl' ? 'late' : 'stated';
}

/** Takes what a collector read, all or nothing; people in it are logins until here. */
export async function takeCollected(store: DeliveryStore, page: CollectedPage): Promise<CollectCounts> {
  const facts = page.whole.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
  const pseudonyms = await store.pseudonyms(peopleIn([...facts, ...page.facts]));
  const without = <Fact extends DeliveryFact>(fact: Fact) => withoutPeople(fact, pseudonyms) as Fact;
  return store.collect({
    ...page,
    whole: page.whole.map(({ change, events, commits }) => ({
      change: without(change),
      events: events.map(without),
      commits: commits.map(without),
    })),
    facts: page.facts.map(without),
  });
}

/** What `fairlead delivery timeline` prints. Spans are seconds. */
export interface TimelineDocument {
  readonly definition: string;
  readonly change: string;
  readonly status: Timeline['status'];
  readonly t: { readonly [Name in keyof Timeline['t']]: string | null };
  readonly parts: ToldTimeline['parts'];
  readonly total: number | null;
  readonly cycle_time: number | null;
  readonly lead_time: number | null;
  readonly state: Timeline['state'];
  readonly clock: string;
  /** Those of the timeline, and `range_…` where what a deployment brought is in doubt. */
  readonly flags: readonly string[];
}

export interface TimelineDeps {
  readonly names: RepositoryNames;
  readonly clock: Clock;
  /** Elapsed time unless told. */
  readonly clocks?: DeliveryClocks | undefined;
}

/**
 * The life of one change, `host/owner/name#number`.
 * @throws FairleadError `delivery.repository-invalid`, `delivery.change-unknown`.
 */
export async function changeTimeline(
  store: DeliveryStore,
  name: string,
  { names, clock, clocks = elapsedClocks }: TimelineDeps,
): Promise<TimelineDocument> {
  const match = /^(.+)#(\d{1,9})$/.exec(name);
  const repository = normaliseRepository(match?.[1] ?? name, names);
  if (match === null)
    throw new FairleadError('delivery.repository-invalid', {
      message: 'This is no name of a change.',
      fix: 'Write host/owner/name#number.',
    });
  if (repository === null) throw new FairleadError('delivery.repository-invalid');
  const history = await store.change(repository, Number(match[2]));
  if (history === null) throw new FairleadError('delivery.change-unknown');
  const deployments = await store.deployments(history.change.repository);
  const deployed = deploymentsOf(deployments)(history.change);
  const doubt = doubtOf(history.change, deployments);
  const measured = { deployed, clock: clocks.clockOf(history.change) };
  const whole = timelineOf(history, { now: Math.floor(clock.now() / 1000), ...measured });
  if (whole === null) throw new FairleadError('delivery.change-unknown');
  const timeline = toldTimeline(whole, history.change.unknown);
  const { parts, total, cycleTime, leadTime, state, flags, status } = timeline;
  const t = Object.fromEntries(
    Object.entries(timeline.t).map(([instant, at]) => [instant, at === null ? null : timeOf(at)]),
  ) as TimelineDocument['t'];
  return {
    definition: timelineDefinition,
    change: `${repository}#${history.change.number}`,
    status,
    t,
    parts,
    total,
    cycle_time: cycleTime,
    lead_time: leadTime,
    state,
    clock: timeline.clock,
    flags: doubt === null ? flags : [...flags, doubt],
  };
}

/** Every merged change as DevLake would measure it, by id. */
export async function* devlakeLines(store: DeliveryStore): AsyncGenerator<DevlakeMetrics> {
  const byRepository = Map.groupBy(await store.deployments(), ({ repository }: Deployment) => repository);
  for await (const history of store.histories()) {
    const metrics = devlakeMetrics(history, byRepository.get(history.change.repository) ?? []);
    if (metrics !== null) yield metrics;
  }
}
